package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LaneTurnTest {
    /** Longer than any pause, in polls. */
    private static final long LATER = 1 << 20;

    private final LaneTurn turn = new LaneTurn(new Gauge(Gauge.WAKE_WORTH_NANOS)); // polls take a microsecond

    private void run(long nanos, long polls) {
        turn.begin();
        assertThat(turn.isRunning()).isTrue();
        for (long start = System.nanoTime(); System.nanoTime() - start < nanos; ) {
            Thread.onSpinWait();
        }
        turn.leave();
        assertThat(turn.isRunning()).isFalse();
        turn.end(polls);
    }

    @Test
    void it_is_due_only_while_tasks_wait_and_until_the_lane_was_asked() {
        turn.look(0, false);
        assertThat(turn.isDue()).isFalse();
        turn.look(0, true);
        assertThat(turn.isDue()).isTrue();
        turn.asked();
        assertThat(turn.isDue()).isFalse();
    }

    @Test
    void a_turn_is_followed_by_a_pause_of_many_times_its_length_and_not_of_any() {
        run(TimeUnit.MILLISECONDS.toNanos(1), 100);
        turn.look(100 + 15_000, true);
        assertThat(turn.isDue()).isFalse();
        turn.look(100 + LATER, true);
        assertThat(turn.isDue()).isTrue();
    }
}
