package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Source;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DemandShapingTest {
    private final Rig rig = new Rig(128);
    private final DemandPauser pauser = new DemandPauser();

    private List<String> timed(AsyncStream<?> stream) throws Exception {
        return rig.drain(
                stream.map(item -> item + "@" + rig.clock.nanos() / 1_000_000).open());
    }

    @Test
    void paceDemand_takes_so_many_a_period_and_tells_the_end_at_once() throws Exception {
        assertThat(timed(AsyncStream.range(1, 6).paceDemand(2, Duration.ofMillis(5))))
                .containsExactly("1@0", "2@0", "3@5", "4@5", "5@10", "6@10");
        assertThat(rig.clock.nanos()).isEqualTo(10_000_000);
        assertThat(rig.timers.size()).isZero();
    }

    @Test
    void paceDemand_saves_nothing_up_and_takes_nothing_without_demand() throws Exception {
        Feed feed = new Feed(rig, 0);
        Source<Integer> paced = feed.stream(1, 2, 3, 4, 5, 6)
                .paceDemand(2, Duration.ofMillis(5))
                .open();
        assertThat(paced.poll(rig.turn())).isEqualTo(1);
        rig.clock.advance(Duration.ofDays(1));
        assertThat(feed.taken).isEqualTo(1);
        assertThat(paced.poll(rig.turn())).isEqualTo(2);
        assertThat(paced.poll(rig.turn())).isEqualTo(3);
        assertThat(paced.poll(rig.turn())).isNull();
        assertThat(feed.taken).isEqualTo(3);
        rig.clock.advance(Duration.ofMillis(5).minusNanos(1));
        assertThat(paced.poll(rig.turn())).isNull();
        rig.clock.advance(Duration.ofNanos(1));
        assertThat(paced.poll(rig.turn())).isEqualTo(4);
        paced.close();
        assertThat(rig.timers.size()).isZero();
    }

    @Test
    void paceDemand_refuses_none_and_no_time() {
        assertThatThrownBy(() -> AsyncStream.of(1).paceDemand(0, Duration.ofMillis(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AsyncStream.of(1).paceDemand(1, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pauseDemand_asks_for_nothing_while_paused_and_goes_on() throws Exception {
        Feed feed = new Feed(rig, 0);
        Source<Integer> gated = feed.stream(1, 2).pauseDemand(pauser).open();
        Source<Integer> other = feed.stream(7).pauseDemand(pauser).open();
        assertThat(gated.poll(rig.turn())).isEqualTo(1);
        pauser.pause();
        assertThat(pauser.isPaused()).isTrue();
        assertThat(gated.poll(rig.turn())).isNull();
        assertThat(other.poll(rig.turn())).isNull();
        assertThat(feed.taken).isEqualTo(1);
        assertThat(rig.await()).as("woken while paused").isFalse();
        pauser.resume();
        assertThat(pauser.isPaused()).isFalse();
        assertThat(rig.await()).as("woken").isTrue();
        assertThat(rig.drain(gated)).containsExactly(2);
        assertThat(rig.drain(other)).containsExactly(7);
        feed.assertAllClosed();
    }

    @Test
    void pauseDemand_tells_the_end_and_a_failure_even_so() throws Exception {
        pauser.pause();
        assertThat(rig.drain(AsyncStream.empty().pauseDemand(pauser).open())).isEmpty();
        assertThatThrownBy(() -> rig.drain(AsyncStream.failed(new IllegalStateException("as planned"))
                        .pauseDemand(pauser)
                        .open()))
                .hasMessage("as planned");
    }

    @Test
    void a_run_that_is_closed_while_paused_is_not_woken_by_a_resume() throws Exception {
        pauser.pause();
        Source<Integer> gated = AsyncStream.of(1)
                .concatWith(AsyncStream.of(2))
                .pauseDemand(pauser)
                .open();
        assertThat(gated.poll(rig.turn())).isNull();
        gated.close();
        pauser.resume();
        assertThat(rig.await()).isFalse();
    }

    @Test
    void a_resume_between_the_look_and_the_wait_is_seen() throws Exception {
        pauser.pause();
        Source<Integer> gated = pauser.gate(new Source<Integer>() {
            @Override
            public @Nullable Integer poll(Context cx) {
                return 1;
            }

            @Override
            public boolean isDone() {
                pauser.resume();
                return false;
            }

            @Override
            public void close() {}
        });
        assertThat(gated.poll(rig.turn())).isEqualTo(1);
        gated.close();
    }

    /** One resume for each run, which must find who waits or be seen by a poll that is under way. */
    @Test
    void no_resume_is_lost_however_it_meets_a_poll() throws Exception {
        int rounds = Boolean.getBoolean("weir.long") ? 500_000 : 5_000;
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            for (int round = 0; round < rounds; round++) {
                pauser.pause();
                JoinHandle<Long> run =
                        AsyncStream.of(1, 2).pauseDemand(pauser).count().run(runtime);
                for (int i = round % 100; i > 0; i--) {
                    Thread.onSpinWait();
                }
                pauser.resume();
                assertThat(run.join(Duration.ofSeconds(20)))
                        .as("round %d", round)
                        .isEqualTo(2);
            }
        }
    }
}
