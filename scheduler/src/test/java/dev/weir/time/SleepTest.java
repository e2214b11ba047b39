package dev.weir.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Waker;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SleepTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final PausedHost host = new PausedHost();
    private final Context cx = host.cx;

    @Test
    void wakes_its_poller_at_the_deadline_and_not_before() {
        Sleep sleep = Sleep.of(SECOND);
        assertThat(sleep.poll(cx).isPending()).isTrue();

        host.advanceMillis(999);
        assertThat(host.wakes).hasValue(0);
        assertThat(sleep.poll(cx).isPending()).isTrue();

        host.advanceMillis(1);
        assertThat(host.wakes).hasValue(1);
        assertThat(sleep.poll(cx).isReady()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 999_999, 1_000_001, 64_000_001, 4_096_000_001L})
    void is_never_early_though_the_wheel_ticks_more_coarsely(long nanos) {
        Sleep sleep = Sleep.of(Duration.ofNanos(nanos));
        sleep.poll(cx);

        host.advance(Duration.ofNanos(nanos - 1));
        assertThat(sleep.poll(cx).isPending()).isTrue();

        host.advanceMillis(1);
        assertThat(sleep.poll(cx).isReady()).isTrue();
    }

    @Test
    void counts_from_the_first_poll() {
        Sleep sleep = Sleep.of(SECOND);
        host.advanceMillis(5_000);
        sleep.poll(cx);

        host.advanceMillis(999);
        assertThat(sleep.poll(cx).isPending()).isTrue();
        host.advanceMillis(1);
        assertThat(sleep.poll(cx).isReady()).isTrue();
    }

    @Test
    void until_a_point_in_time_does_not_depend_on_the_first_poll() {
        Sleep sleep = Sleep.until(SECOND.toNanos());
        host.advanceMillis(999);
        assertThat(sleep.poll(cx).isPending()).isTrue();
        host.advanceMillis(1);
        assertThat(sleep.poll(cx).isReady()).isTrue();
    }

    @Test
    void sets_a_timer_only_if_a_poll_finds_it_not_due() {
        Sleep late = Sleep.until(SECOND.toNanos());
        assertThat(host.timers.size()).isZero();
        host.advanceMillis(1_000);
        assertThat(late.poll(cx).isReady()).isTrue();
        assertThat(Sleep.of(Duration.ZERO).poll(cx).isReady()).isTrue();
        assertThat(host.timers.size()).isZero();

        Sleep.of(SECOND).poll(cx);
        assertThat(host.timers.size()).isEqualTo(1);
    }

    @Test
    void wakes_only_the_waker_of_the_last_poll() {
        AtomicInteger second = new AtomicInteger();
        Sleep sleep = Sleep.of(SECOND);
        sleep.poll(cx);
        sleep.poll(cx.withWaker(second::incrementAndGet));

        host.advanceMillis(1_000);
        assertThat(host.wakes).hasValue(0);
        assertThat(second).hasValue(1);
    }

    @Test
    void close_takes_the_timer_away() {
        Sleep sleep = Sleep.of(SECOND);
        sleep.poll(cx);
        sleep.close();
        assertThat(host.timers.size()).isZero();

        host.advanceMillis(1_000);
        assertThat(host.wakes).hasValue(0);
    }

    @Test
    void reset_moves_a_pending_sleep_without_a_poll() {
        Sleep sleep = Sleep.of(SECOND);
        sleep.poll(cx);
        sleep.reset(2 * SECOND.toNanos());

        host.advanceMillis(1_999);
        assertThat(host.wakes).hasValue(0);
        host.advanceMillis(1);
        assertThat(host.wakes).hasValue(1);
        assertThat(sleep.poll(cx).isReady()).isTrue();
    }

    @Test
    void reset_to_an_earlier_time_brings_the_wake_forward() {
        Sleep sleep = Sleep.of(SECOND);
        sleep.poll(cx);
        sleep.reset(Duration.ofMillis(3).toNanos());

        host.advanceMillis(3);
        assertThat(host.wakes).hasValue(1);
        assertThat(sleep.poll(cx).isReady()).isTrue();
    }

    @Test
    void reset_starts_a_finished_sleep_again() {
        Sleep sleep = Sleep.of(SECOND);
        sleep.poll(cx);
        host.advanceMillis(1_000);
        assertThat(sleep.poll(cx).isReady()).isTrue();

        sleep.reset(3 * SECOND.toNanos());
        assertThat(sleep.poll(cx).isPending()).isTrue();
        host.advanceMillis(2_000);
        assertThat(host.wakes).hasValue(2);
        assertThat(sleep.poll(cx).isReady()).isTrue();
    }

    @Test
    void charges_one_operation_and_only_when_it_finishes() {
        PausedHost poor = new PausedHost(0, 1);
        Sleep sleep = Sleep.of(SECOND);
        assertThat(sleep.poll(poor.cx).isPending()).isTrue();
        assertThat(poor.cx.budget().isExhausted()).isFalse();

        poor.advanceMillis(1_000);
        assertThat(sleep.poll(poor.cx).isReady()).isTrue();
        assertThat(poor.cx.budget().isExhausted()).isTrue();
    }

    @Test
    void without_budget_it_yields_though_it_is_over() {
        PausedHost poor = new PausedHost(0, 1);
        poor.cx.charge();
        Sleep sleep = Sleep.of(Duration.ZERO);

        assertThat(sleep.poll(poor.cx).isPending()).isTrue();
        assertThat(poor.wakes).hasValue(1);

        poor.cx.budget().refill();
        assertThat(sleep.poll(poor.cx).isReady()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE, Long.MIN_VALUE, -1, Long.MAX_VALUE - 500_000_000})
    void the_longest_duration_saturates_wherever_the_clock_stands(long start) {
        PausedHost host = new PausedHost(start, 128);
        Sleep sleep = Sleep.of(Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(sleep.poll(host.cx).isPending()).isTrue();

        host.advance(Duration.ofDays(365 * 290));
        assertThat(sleep.poll(host.cx).isPending()).isTrue();
        assertThat(host.timers.size()).isEqualTo(1);
    }

    @Test
    void refuses_a_negative_duration() {
        assertThatThrownBy(() -> Sleep.of(Duration.ofMillis(-7)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("duration must not be negative, was PT-0.007S");
    }

    @Test
    void fails_if_the_runtime_shuts_down_before_the_deadline() {
        Sleep sleep = Sleep.of(SECOND);
        sleep.poll(cx);
        host.timers.close();

        assertThat(host.wakes).hasValue(1);
        assertThatThrownBy(() -> sleep.poll(cx))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("shut down");
        assertThatThrownBy(() -> Sleep.of(SECOND).poll(cx)).isInstanceOf(IllegalStateException.class);
        sleep.close();
    }

    @Test
    void names_the_service_that_a_host_lacks() {
        Context bare = new Context(
                new Host() {
                    @Override
                    public <S> S service(Class<S> type) {
                        return null;
                    }
                },
                1);
        assertThatThrownBy(() -> Sleep.of(SECOND).poll(bare.withWaker(Waker.noop())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("dev.weir.time.Timers");
    }

    @Test
    void follows_the_clock_of_the_runtime_that_set_its_timer_also_after_a_reset() {
        PausedHost other = new PausedHost(SECOND.toNanos() * 1_000, 128);
        Sleep sleep = Sleep.of(SECOND);
        sleep.poll(cx);
        assertThat(sleep.poll(other.cx).isPending()).isTrue();
        other.advanceMillis(5_000);
        assertThat(sleep.poll(other.cx).isPending()).isTrue();

        host.advanceMillis(1_000);
        assertThat(other.wakes).as("the last to poll").hasValue(1);
        assertThat(sleep.poll(other.cx).isReady()).isTrue();

        sleep.reset(3 * SECOND.toNanos());
        assertThat(sleep.poll(other.cx).isPending()).isTrue();
        assertThat(other.timers.size()).isZero();
        host.advanceMillis(2_000);
        assertThat(sleep.poll(other.cx).isReady()).isTrue();
    }

    /** What waited once waits again without anything new. */
    @Test
    void a_sleep_that_is_reset_again_and_again_sets_one_timer() {
        Sleep sleep = Sleep.of(SECOND);
        sleep.poll(cx);
        for (int i = 2; i < 100; i++) {
            host.advanceMillis(1_000);
            assertThat(sleep.poll(cx).isReady()).isTrue();
            sleep.reset(i * SECOND.toNanos());
            assertThat(sleep.poll(cx).isPending()).isTrue();
            assertThat(host.timers.size()).isEqualTo(1);
            assertThat(host.wakes).hasValue(i - 1);
        }
    }

    @Test
    void refuses_a_poll_after_it_was_closed() {
        Sleep sleep = Sleep.of(SECOND);
        sleep.poll(cx);
        sleep.close();
        assertThatThrownBy(() -> sleep.poll(cx))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> sleep.reset(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    /** One that was given up while the timers closed would wait for ever if it were armed again. */
    @Test
    void one_that_is_given_up_during_the_shutdown_fails_at_the_next_poll() {
        for (boolean movedBefore : new boolean[] {false, true}) {
            ManualClock clock = new ManualClock();
            Timers timers = new Timers(clock, Waker.noop(), 1);
            Sleep later = Sleep.of(SECOND);
            timers.schedule(1, () -> {
                if (movedBefore) {
                    assertThatThrownBy(() -> later.reset(5)).isInstanceOf(IllegalStateException.class);
                }
                later.disarm();
            });
            Context cx = new Context(
                            new Host() {
                                @Override
                                public <S> S service(Class<S> type) {
                                    return type.cast(timers);
                                }
                            },
                            128)
                    .withWaker(Waker.noop());
            assertThat(later.poll(cx).isPending()).isTrue();
            timers.nanosUntilNext(); // files both
            timers.close();
            assertThatThrownBy(() -> later.poll(cx))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("shut down");
        }
    }

    /** What a million of them take is a million times this; 48 are the sleep, the others the list of what has come, which grows. */
    @Test
    void a_pending_sleep_takes_less_than_80_bytes() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Sleep[] sleeps = new Sleep[10_000];
        long id = Thread.currentThread().getId();
        for (int round = 0; round < 2; round++) { // the first one loads classes
            long before = threads.getThreadAllocatedBytes(id);
            for (int i = 0; i < sleeps.length; i++) {
                sleeps[i] = Sleep.of(SECOND);
                sleeps[i].poll(cx);
            }
            long each = (threads.getThreadAllocatedBytes(id) - before) / sleeps.length;
            assertThat(round == 0 || each <= 80).as("bytes: %d", each).isTrue();
        }
        assertThat(host.timers.size()).isEqualTo(2 * sleeps.length);
        assertThat(sleeps[0]).isNotNull();
    }
}
