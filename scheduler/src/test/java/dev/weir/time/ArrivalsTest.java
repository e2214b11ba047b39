package dev.weir.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.task.Waker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
    private final Timers timers = new Timers(new ManualClock(), Waker.noop());
    private final Arrivals arrivals = new Arrivals();

    @Test
    void what_has_come_is_taken_once_and_in_order() {
        List<Timer> all = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            all.add(arrive(i));
        }
        assertThat(arrivals.isEmpty()).isFalse();
        assertThat(present(arrivals.takeAll())).isEqualTo(all);
        assertThat(arrivals.isEmpty()).isTrue();
        assertThat(arrivals.takeAll()).isEmpty();
    }

    @Test
    void what_was_cancelled_takes_no_room_for_long() {
        List<Timer> kept = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            Timer timer = arrive(i);
            if (i % 1_000 == 7) {
                kept.add(timer);
            } else {
                timer.cancel();
            }
        }
        List<Alarm> taken = present(arrivals.takeAll());
        assertThat(taken).hasSizeLessThan(50).containsSubsequence(kept);
    }

    /** The wheel still has it. */
    @Test
    void what_was_filed_once_is_kept_though_it_was_cancelled() {
        Timer filed = arrive(1);
        arrivals.takeAll();
        assertThat(filed.unlist()).isTrue();
        filed.cancel();
        arrivals.add(filed);
        for (int i = 0; i < 1_000; i++) {
            arrive(i).cancel();
        }
        assertThat(present(arrivals.takeAll())).startsWith(filed);
    }

    @Test
    void says_so_when_many_are_pending_but_not_when_they_were_cancelled() {
        for (int i = 0; i < 10_000; i++) {
            Timer timer = listed(i);
            timer.cancel();
            assertThat(arrivals.add(timer)).isFalse();
        }
        arrivals.takeAll();
        int room = 0;
        while (!arrivals.add(listed(room))) {
            room++;
        }
        assertThat(room).isEqualTo(256);
    }

    @Test
    void who_finds_it_locked_goes_elsewhere_and_it_does_not_count_as_empty() {
        assertThat(arrivals.tryLock()).isTrue();
        assertThat(arrivals.tryLock()).isFalse();
        assertThat(arrivals.isEmpty()).as("somebody may be about to add").isFalse();
        arrivals.unlock();
        assertThat(arrivals.tryLock()).isTrue();
    }

    @Test
    void one_that_is_closed_says_so_for_good() {
        Timer timer = arrive(1);
        assertThat(arrivals.isClosed()).isFalse();
        assertThat(present(arrivals.close())).containsExactly(timer);
        assertThat(arrivals.isClosed()).isTrue();
        arrivals.takeAll();
        assertThat(arrivals.isClosed()).isTrue();
    }

    private Timer arrive(long tick) {
        Timer timer = listed(tick);
        arrivals.add(timer);
        return timer;
    }

    /** One that is about to be pushed. */
    private Timer listed(long tick) {
        Timer timer = new Timer(timers);
        assertThat(timer.begin(tick, Waker.noop())).isTrue();
        return timer;
    }

    private static List<Alarm> present(@Nullable Alarm[] timers) {
        return Arrays.stream(timers).filter(Objects::nonNull).toList();
    }
}
