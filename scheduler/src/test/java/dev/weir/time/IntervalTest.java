package dev.weir.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntervalTest {
    private static final Duration PERIOD = Duration.ofMillis(10);

    private final PausedHost host = new PausedHost();

    @Test
    void ticks_at_once_and_then_once_a_period() {
        Interval interval = Interval.of(PERIOD);
        assertThat(ticks(interval, 35)).containsExactly("0@0", "1@10", "2@20", "3@30");
        assertThat(interval.isDone()).isFalse();
    }

    @Test
    void may_tick_first_after_a_delay() {
        assertThat(ticks(Interval.of(Duration.ofMillis(3), PERIOD, MissedTick.BURST), 25))
                .containsExactly("0@3", "1@13", "2@23");
    }

    /** The example of {@link MissedTick}: the third tick, due at 20, is taken at 37. */
    @ParameterizedTest
    @EnumSource
    void a_late_tick_is_followed_as_its_policy_says(MissedTick missed) {
        Interval interval = Interval.of(Duration.ZERO, PERIOD, missed);
        ticks(interval, 15);
        host.advanceMillis(22);
        assertThat(ticks(interval, 30))
                .startsWith(
                        switch (missed) {
                            case BURST -> new String[] {"2@37", "3@37", "4@40", "5@50", "6@60"};
                            case DELAY -> new String[] {"2@37", "3@47", "4@57", "5@67"};
                            case SKIP -> new String[] {"2@37", "3@40", "4@50", "5@60"};
                        });
    }

    @ParameterizedTest
    @EnumSource
    void up_to_five_millis_late_is_in_time_and_does_not_drift(MissedTick missed) {
        Interval interval = Interval.of(Duration.ZERO, PERIOD, missed);
        ticks(interval, 9);
        host.advanceMillis(6); // to 15, due at 10
        assertThat(ticks(interval, 10)).containsExactly("1@15", "2@20");
    }

    @Test
    void one_nano_more_is_late() {
        long period = PERIOD.toNanos();
        assertThat(MissedTick.DELAY.untilNext(5_000_000, period)).isEqualTo(5_000_000);
        assertThat(MissedTick.DELAY.untilNext(5_000_001, period)).isEqualTo(period);
        assertThat(MissedTick.SKIP.untilNext(5_000_001, 2_000_000)).isEqualTo(999_999);
        assertThat(MissedTick.BURST.untilNext(12_000_000, period)).isEqualTo(-2_000_000);
    }

    @Test
    void without_demand_there_is_no_timer_and_nothing_fails() {
        Interval interval = Interval.of(Duration.ZERO, PERIOD, MissedTick.SKIP);
        assertThat(interval.poll(host.cx)).isZero();
        assertThat(host.timers.size()).isZero();
        host.advance(Duration.ofDays(1_000));
        assertThat(interval.poll(host.cx)).isEqualTo(1);
        assertThat(host.timers.size()).isZero();
        assertThat(host.wakes).hasValue(0);
    }

    @Test
    void a_burst_charges_the_budget_and_yields() {
        PausedHost poor = new PausedHost(0, 3);
        Interval interval = Interval.of(PERIOD);
        interval.poll(poor.cx);
        poor.advanceMillis(1_000);
        interval.poll(poor.cx);
        interval.poll(poor.cx);
        assertThat(interval.poll(poor.cx)).isNull();
        assertThat(poor.wakes).hasValue(1);
    }

    @Test
    void close_takes_the_timer_away() {
        Interval interval = Interval.of(PERIOD);
        ticks(interval, 0);
        assertThat(host.timers.size()).isEqualTo(1);
        interval.close();
        assertThat(host.timers.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE, Long.MIN_VALUE})
    void the_longest_period_saturates(long start) {
        PausedHost host = new PausedHost(start, 128);
        Interval interval = Interval.of(Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(interval.poll(host.cx)).isZero();
        assertThat(interval.poll(host.cx)).isNull();
        host.advance(Duration.ofDays(365 * 290));
        assertThat(interval.poll(host.cx)).isNull();
    }

    @Test
    void refuses_what_is_no_period() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Interval.of(Duration.ZERO))
                .withMessage("period must be more than zero, was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Interval.of(Duration.ofNanos(-1)))
                .withMessage("period must not be negative, was PT-0.000000001S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Interval.of(Duration.ofNanos(-1), PERIOD, MissedTick.SKIP))
                .withMessage("delay must not be negative, was PT-0.000000001S");
        assertThatNullPointerException()
                .isThrownBy(() -> Interval.of(PERIOD, PERIOD, null))
                .withMessage("missed");
    }

    /** Polls until pending, each milli of the next {@code millis}; answers tick@time. */
    private List<String> ticks(Interval interval, int millis) {
        List<String> ticks = new ArrayList<>();
        for (int i = 0; ; i++) {
            for (Long tick = interval.poll(host.cx); tick != null; tick = interval.poll(host.cx)) {
                ticks.add(tick + "@" + host.clock.nanos() / 1_000_000);
            }
            if (i == millis) {
                return ticks;
            }
            host.advanceMillis(1);
        }
    }

    @Test
    void may_tick_first_at_a_point_in_time() {
        host.advanceMillis(7);
        assertThat(ticks(Interval.at(9_000_000, PERIOD, MissedTick.BURST), 25)).containsExactly("0@9", "1@19", "2@29");
        assertThat(ticks(Interval.at(0, PERIOD, MissedTick.SKIP), 12)).startsWith("0@32", "1@40");
    }

    @Test
    void reset_begins_the_schedule_anew() {
        Interval interval = Interval.of(PERIOD);
        ticks(interval, 14);
        interval.reset(host.cx);
        assertThat(ticks(interval, 21)).containsExactly("2@24", "3@34");
        interval.resetImmediately(host.cx);
        assertThat(ticks(interval, 5)).containsExactly("4@35");
        interval.resetAfter(Duration.ofMillis(1), host.cx);
        assertThat(ticks(interval, 12)).containsExactly("5@41", "6@51");
        interval.resetAt(55_000_000);
        assertThat(ticks(interval, 12)).containsExactly("7@55");
    }

    /** Five milliseconds late is in time; a nanosecond more is not. */
    @ParameterizedTest
    @EnumSource
    void the_threshold_of_late_is_five_milliseconds(MissedTick missed) {
        assertThat(missed.untilNext(5_000_000, 10_000_000)).isEqualTo(5_000_000);
        assertThat(missed.untilNext(5_000_001, 10_000_000))
                .isEqualTo(missed == MissedTick.DELAY ? 10_000_000 : 4_999_999);
    }
}
