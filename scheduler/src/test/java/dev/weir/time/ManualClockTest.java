package dev.weir.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ManualClockTest {
    private final ManualClock clock = new ManualClock(40);

    @Test
    void stands_still_until_it_is_advanced() {
        assertThat(new ManualClock().nanos()).isZero();
        assertThat(clock.nanos()).isEqualTo(40);
        clock.advance(Duration.ofNanos(2));
        assertThat(clock.nanos()).isEqualTo(42);
        clock.advanceTo(50);
        clock.advanceTo(50);
        assertThat(clock.nanos()).isEqualTo(50);
    }

    @Test
    void never_runs_backwards() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> clock.advanceTo(39))
                .withMessage("nanos must not lie before the clock's 40, was 39");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> clock.advance(Duration.ofNanos(-1)))
                .withMessageContaining("duration must not be negative");
        assertThat(clock.nanos()).isEqualTo(40);
    }

    @Test
    void runs_over_the_greatest_long_like_nano_time() {
        ManualClock clock = new ManualClock(Long.MAX_VALUE);
        clock.advanceTo(Long.MIN_VALUE + 1);
        assertThat(clock.nanos() - Long.MAX_VALUE).isEqualTo(2);
    }
}
