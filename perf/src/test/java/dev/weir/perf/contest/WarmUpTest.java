package dev.weir.perf.contest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    private static final long WINDOW = 100_000_000;

    private final AtomicLong compiled = new AtomicLong();
    private final WarmUp warmUp = new WarmUp(2, compiled::get);
    private long now = 1_000_000_007;
    private long operations;

    @Test
    void a_steady_rate_ends_it_after_three_windows() {
        begin();
        assertThat(window(100)).isFalse();
        assertThat(window(105)).isFalse();
        assertThat(window(98)).isTrue();
        assertThat(window(1)).as("it stays over").isTrue();
    }

    @Test
    void a_rate_that_rises_does_not() {
        begin();
        for (int rate : new int[] {100, 120, 140, 160}) {
            assertThat(window(rate)).isFalse();
        }
        assertThat(window(161)).isFalse();
        assertThat(window(162)).as("the last of 160, 161 and 162").isTrue();
    }

    @Test
    void nor_does_one_that_creeps_up() {
        begin();
        assertThat(window(100)).isFalse();
        assertThat(window(107)).isFalse();
        assertThat(window(114))
                .as("each is near the one before, the last is not near the first")
                .isFalse();
    }

    @Test
    void a_compiler_at_work_says_that_the_rate_will_change() {
        begin();
        assertThat(window(100)).isFalse();
        assertThat(window(100)).isFalse();
        compiled.addAndGet(20);
        assertThat(window(100)).isFalse();
        assertThat(window(100)).isFalse();
        assertThat(window(100)).isFalse();
        assertThat(window(100)).isTrue();
    }

    @Test
    void a_system_that_does_nothing_is_not_steady() {
        begin();
        for (int i = 0; i < 19; i++) {
            assertThat(window(0)).isFalse();
        }
        assertThat(window(0)).as("the time is over").isTrue();
    }

    @Test
    void no_time_is_no_warm_up() {
        assertThat(new WarmUp(0).isOver(now, 0)).isTrue();
    }

    private void begin() {
        assertThat(warmUp.isOver(now, operations)).isFalse();
    }

    private boolean window(long count) {
        now += WINDOW;
        operations += count;
        return warmUp.isOver(now, operations);
    }
}
