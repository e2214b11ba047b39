package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GaugeTest {
    private final Gauge gauge = new Gauge(Gauge.WAKE_WORTH_NANOS);

    /** Long enough for the means to follow. */
    private void measure(long nanosEach, double endings) {
        measure(nanosEach, endings, 0);
    }

    private void measure(long nanosEach, double endings, double yields) {
        for (int i = 0; i < 100; i++) {
            gauge.note(nanosEach * 1_000, 1_000, Math.round(endings * 1_000), Math.round(yields * 1_000));
        }
    }

    @Test
    void polls_of_a_microsecond_are_worth_a_wake_when_some_dozens_wait() {
        measure(1_000, 1);
        assertThat(gauge.worthWaking()).isBetween(40, 80);
        assertThat(gauge.isWorthMoving()).isTrue();
    }

    @Test
    void a_single_poll_of_a_millisecond_is_worth_a_wake() {
        measure(1_000_000, 1);
        assertThat(gauge.worthWaking()).isEqualTo(1);
    }

    @Test
    void tasks_that_end_after_a_short_poll_stay_where_they_are() {
        measure(60, 1);
        assertThat(gauge.worthWaking()).isEqualTo(Integer.MAX_VALUE);
        assertThat(gauge.isWorthMoving()).isFalse();
    }

    @Test
    void tasks_of_many_short_polls_are_worth_moving_though_not_waking_for() {
        measure(60, 0.001);
        assertThat(gauge.isWorthMoving()).isTrue();
        assertThat(gauge.worthWaking()).isBetween(500, 2_000);
    }

    @Test
    void tasks_that_yield_are_worth_a_wake_for_the_polls_to_come() {
        measure(60, 0.001, 0.999);
        assertThat(gauge.worthWaking()).isBetween(10, 20);
        measure(60, 0, 1);
        assertThat(gauge.worthWaking())
                .as("no more than so many are believed in")
                .isBetween(10, 20);
    }

    @Test
    void tasks_that_yield_once_and_end_stay_where_they_are() {
        measure(60, 0.5, 0.5);
        assertThat(gauge.worthWaking()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void one_long_poll_does_not_speak_for_the_many_short_ones() {
        measure(60, 1);
        gauge.note(1_000_000, 64, 64, 0);
        assertThat(gauge.worthWaking()).isEqualTo(Integer.MAX_VALUE);
        assertThat(gauge.isWorthMoving()).isFalse();
    }

    @Test
    void intervals_follow_the_length_of_a_poll_within_limits() {
        measure(60, 1);
        assertThat(gauge.turnsBetween(61)).isEqualTo(61);
        measure(20_000, 1);
        assertThat(gauge.turnsBetween(61)).isBetween(9, 11);
        measure(5_000_000, 1);
        assertThat(gauge.turnsBetween(61)).isEqualTo(2);
    }
}
