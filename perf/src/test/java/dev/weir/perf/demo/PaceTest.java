package dev.weir.perf.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final Duration WORK = Duration.ofSeconds(14);

    @Test
    void each_class_has_a_third() {
        assertThat(IntStream.range(0, 63).mapToObj(Pace::of).filter(Pace.SLOW::equals))
                .hasSize(21);
    }

    @Test
    void what_is_on_the_wire_means_the_same_class() {
        for (Pace pace : Pace.values()) {
            assertThat(Pace.ofCode(pace.code())).isSameAs(pace);
        }
    }

    @Test
    void a_fast_client_never_rests() {
        assertThat(Pace.FAST.pauseAfter(0, 1 << 30, Duration.ZERO, WORK)).isZero();
        assertThat(Pace.FAST.wanted(WORK, 1L << 40)).isEqualTo(1L << 40);
    }

    @Test
    void a_slow_client_rests_until_its_bytes_were_due() {
        long second = Pace.SLOW_BYTES_A_SECOND;
        assertThat(Pace.SLOW.pauseAfter(0, 3 * second, Duration.ofSeconds(1), WORK))
                .hasSeconds(2);
        assertThat(Pace.SLOW.pauseAfter(0, 3 * second, Duration.ofSeconds(4), WORK))
                .isZero();
        assertThat(Pace.SLOW.wanted(WORK, 1000)).isEqualTo(1000);
        assertThat(Pace.SLOW.wanted(WORK, 1L << 40)).isLessThan(14 * second);
    }

    @Test
    void a_stalling_client_rests_after_each_burst_but_the_last() {
        long burst = Pace.BURST;
        assertThat(Pace.STALLING.pauseAfter(1, burst - 1, Duration.ZERO, WORK)).isZero();
        assertThat(Pace.STALLING.pauseAfter(burst - 1, burst, Duration.ZERO, WORK))
                .hasSeconds(2);
        assertThat(Pace.STALLING.pauseAfter(2 * burst - 9, 2 * burst + 9, Duration.ZERO, WORK))
                .hasSeconds(2);
        assertThat(Pace.STALLING.pauseAfter(6 * burst - 1, 6 * burst, Duration.ZERO, WORK))
                .isZero();
    }
}
