package dev.weir.perf.contest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MeterTest {
    @Test
    void so_many_iterations_are_measured() {
        Meter meter = new Meter(0, 1, 5);
        int rounds = 0;
        while (meter.getAsBoolean()) {
            assertThat(meter.isMeasuring()).isTrue();
            rounds++;
        }
        assertThat(rounds).isEqualTo(5);
        assertThat(meter.count()).isEqualTo(5);
        assertThat(meter.times().getTotalCount()).isEqualTo(5);
        assertThat(meter.seconds()).isNotNegative();
    }

    @Test
    void iterations_of_the_warmup_do_not_count() {
        Meter meter = new Meter(0.002, 0.002, 0);
        int warming = 0;
        int rounds = 0;
        while (meter.getAsBoolean()) {
            warming += meter.isMeasuring() ? 0 : 1;
            rounds++;
        }
        assertThat(warming).isPositive();
        assertThat(meter.count()).isEqualTo(rounds - warming);
        assertThat(meter.seconds()).isGreaterThanOrEqualTo(0.002);
    }
}
