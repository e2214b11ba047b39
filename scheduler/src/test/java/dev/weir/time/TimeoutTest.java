package dev.weir.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class TimeoutTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final PausedHost host = new PausedHost();
    private final Inner inner = new Inner();
    private final Timeout<String> timeout = Timeout.of(inner, SECOND);

    @Test
    void hands_on_a_result_that_is_in_time() throws Exception {
        assertThat(timeout.poll(host.cx).isPending()).isTrue();
        host.advanceMillis(999);
        inner.result = Poll.ready("in time");
        assertThat(timeout.poll(host.cx).get()).isEqualTo("in time");
    }

    @Test
    void wakes_and_throws_at_the_deadline() throws Exception {
        timeout.poll(host.cx);
        host.advanceMillis(999);
        assertThat(timeout.poll(host.cx).isPending()).isTrue();
        assertThat(host.wakes).hasValue(0);

        host.advanceMillis(1);
        assertThat(host.wakes).hasValue(1);
        assertThatThrownBy(() -> timeout.poll(host.cx))
                .isInstanceOf(TimeoutException.class)
                .hasMessage("no result within PT1S");
    }

    @Test
    void counts_from_the_first_poll() throws Exception {
        host.advanceMillis(5_000);
        assertThat(timeout.poll(host.cx).isPending()).isTrue();
        host.advanceMillis(999);
        assertThat(timeout.poll(host.cx).isPending()).isTrue();
    }

    @Test
    void a_result_that_is_there_wins_after_the_deadline() throws Exception {
        timeout.poll(host.cx);
        host.advanceMillis(2_000);
        inner.result = Poll.ready("late");
        assertThat(timeout.poll(host.cx).get()).isEqualTo("late");
    }

    @Test
    void a_result_that_is_there_at_once_sets_no_timer() throws Exception {
        inner.result = Poll.ready("at once");
        assertThat(timeout.poll(host.cx).isReady()).isTrue();
        assertThat(host.timers.size()).isZero();
    }

    @Test
    void no_time_at_all_allows_one_poll() throws Exception {
        assertThatThrownBy(() -> Timeout.of(inner, Duration.ZERO).poll(host.cx)).isInstanceOf(TimeoutException.class);
        inner.result = Poll.ready("at once");
        assertThat(Timeout.of(inner, Duration.ZERO).poll(host.cx).get()).isEqualTo("at once");
        assertThat(inner.polls).isEqualTo(2);
    }

    /** Tokio's rule: else the deadline of a computation that never runs dry would never be looked at. */
    @Test
    void a_computation_that_burns_every_budget_times_out() throws Exception {
        PausedHost host = new PausedHost(0, 2);
        Pollable<String> greedy = cx -> {
            int spent = 0;
            while (cx.charge()) {
                spent++;
            }
            return spent < 0 ? Poll.ready("never") : Poll.pending();
        };
        Timeout<String> timeout = Timeout.of(greedy, SECOND);
        assertThat(timeout.poll(host.cx).isPending()).isTrue();
        host.cx.budget().refill();
        host.advanceMillis(1_000);
        assertThatThrownBy(() -> timeout.poll(host.cx)).isInstanceOf(TimeoutException.class);
    }

    @Test
    void charges_nothing_itself() throws Exception {
        PausedHost poor = new PausedHost(0, 1);
        timeout.poll(poor.cx);
        assertThat(poor.cx.budget().isExhausted()).isFalse();
    }

    @Test
    void a_failure_passes() {
        Timeout<String> failing = Timeout.of(
                cx -> {
                    throw new IllegalStateException("its own");
                },
                SECOND);
        assertThatThrownBy(() -> failing.poll(host.cx)).hasMessage("its own");
    }

    @Test
    void close_closes_both_once() throws Exception {
        timeout.poll(host.cx);
        assertThat(host.timers.size()).isEqualTo(1);
        timeout.close();
        assertThat(inner.closes).isEqualTo(1);
        assertThat(host.timers.size()).isZero();
    }

    @Test
    void close_cancels_the_timer_though_the_computation_throws() throws Exception {
        inner.failingClose = true;
        timeout.poll(host.cx);
        assertThatThrownBy(timeout::close).hasMessage("close");
        assertThat(host.timers.size()).isZero();
    }

    @Test
    void refuses_a_negative_duration() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Timeout.of(inner, Duration.ofSeconds(-2)))
                .withMessage("duration must not be negative, was PT-2S");
    }

    private static final class Inner implements Pollable<String> {
        Poll<String> result = Poll.pending();
        int polls;
        int closes;
        boolean failingClose;

        @Override
        public Poll<String> poll(Context cx) {
            polls++;
            return result;
        }

        @Override
        public void close() {
            closes++;
            if (failingClose) {
                throw new IllegalStateException("close");
            }
        }
    }
}
