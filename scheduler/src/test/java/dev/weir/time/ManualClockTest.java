package dev.weir.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.weir.task.Waker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
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

    @Test
    void a_paused_clock_refuses_another_pause_and_a_running_one_whatever_moves_it() {
        assertThatIllegalStateException().isThrownBy(clock::pause).withMessageContaining("paused already");
        clock.resume();
        assertThatIllegalStateException().isThrownBy(clock::resume).withMessageContaining("running: pause it first");
        assertThatIllegalStateException().isThrownBy(() -> clock.advance(Duration.ZERO));
        assertThatIllegalStateException().isThrownBy(() -> clock.advanceTo(Long.MAX_VALUE));
        assertThat(clock.advanceAutomatically(1)).isFalse();
    }

    @Test
    void goes_on_from_where_it_stood_and_stops_where_it_is() {
        clock.advance(Duration.ofHours(1));
        long stood = clock.nanos();
        clock.resume();
        assertThat(clock.isPaused()).isFalse();
        await().until(() -> clock.nanos() > stood);
        clock.pause();
        long stopped = clock.nanos();
        assertThat(stopped).isGreaterThan(stood);
        assertThat(clock.isPaused()).isTrue();
        clock.advance(Duration.ofNanos(5));
        assertThat(clock.nanos()).isEqualTo(stopped + 5);
    }

    @Test
    void who_follows_is_told_of_every_change() {
        AtomicInteger told = new AtomicInteger();
        Waker follower = told::incrementAndGet;
        clock.follow(follower);
        clock.advance(Duration.ofNanos(1));
        clock.advanceTo(50);
        clock.autoAdvance(false);
        clock.resume();
        clock.pause();
        assertThat(told).hasValue(5);
        clock.unfollow(follower);
        clock.advance(Duration.ofNanos(1));
        assertThat(told).hasValue(5);
    }

    @Test
    void is_not_advanced_automatically_when_that_is_switched_off() {
        assertThat(clock.advanceAutomatically(2)).isTrue();
        assertThat(clock.autoAdvance(false).advanceAutomatically(2)).isFalse();
        assertThat(clock.nanos()).isEqualTo(42);
    }
}
