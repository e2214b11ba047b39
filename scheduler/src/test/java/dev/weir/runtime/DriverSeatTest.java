package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.task.Iterations;
import dev.weir.task.Waker;
import dev.weir.time.ManualClock;
import dev.weir.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DriverSeatTest {
    private final ManualClock clock = new ManualClock();
    private final FakeDriver driver = new FakeDriver();
    private final DriverSeat seat = new DriverSeat(given -> driver, clock);
    private final AtomicInteger woken = new AtomicInteger();

    @Test
    void one_sits_at_a_time_and_each_leaving_is_counted() {
        assertThat(seat.isFree()).isTrue();
        assertThat(seat.tryTake()).isTrue();
        assertThat(seat.tryTake()).isFalse();
        assertThat(seat.isFree()).isFalse();
        assertThat(seat.attendances()).isZero();
        seat.leave();
        assertThat(seat.attendances()).isEqualTo(1);
        assertThat(seat.tryTake()).isTrue();
    }

    @Test
    void no_two_threads_ever_sit_together() throws InterruptedException {
        int rounds = Iterations.scaled(20_000);
        AtomicInteger taken = new AtomicInteger();
        Runnable sitter = () -> {
            for (int i = 0; i < rounds; i++) {
                if (seat.tryTake()) {
                    taken.incrementAndGet();
                    seat.poll(); // the driver counts who meets another
                    seat.leave();
                }
            }
        };
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            Thread thread = new Thread(sitter);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(driver.violations).hasValue(0);
        assertThat(seat.attendances()).isEqualTo(taken.get());
    }

    @Test
    void an_event_ends_the_wait_and_wakes_on_the_thread_that_waited() {
        driver.happen(woken::incrementAndGet);
        seat.park(Long.MAX_VALUE);
        assertThat(woken).hasValue(1);
    }

    @Test
    void an_unpark_ends_the_next_wait() {
        seat.unpark();
        seat.park(Long.MAX_VALUE);
        assertThat(driver.parks).hasValue(1);
    }

    @Test
    void a_timer_that_is_due_is_fired_without_a_wait_and_together_with_the_events() {
        seat.timers().schedule(clock.nanos(), woken::incrementAndGet);
        driver.happen(woken::incrementAndGet);
        seat.park(Long.MAX_VALUE);
        assertThat(driver.parks).hasValue(0);
        assertThat(driver.polls).hasValue(1);
        assertThat(woken).hasValue(2);
    }

    @Test
    void a_wait_lasts_no_longer_than_until_the_next_timer() {
        AtomicInteger longest = new AtomicInteger();
        DriverSeat measured = new DriverSeat(
                given -> new FakeDriver() {
                    @Override
                    public int park(long nanos) {
                        longest.set((int) (nanos / 1_000_000));
                        clock.advance(Duration.ofNanos(nanos));
                        return 0;
                    }
                },
                clock);
        measured.timers().schedule(Duration.ofMillis(7).toNanos(), woken::incrementAndGet);
        measured.park(Duration.ofMillis(3).toNanos());
        assertThat(longest).hasValue(3);
        assertThat(woken).hasValue(0);
        measured.park(Long.MAX_VALUE);
        assertThat(longest).hasValue(4);
        assertThat(woken).hasValue(1);
    }

    @Test
    void an_earlier_timer_ends_the_wait_and_a_later_one_does_not() {
        seat.timers().schedule(Duration.ofMillis(50).toNanos(), Waker.noop());
        int[] unparks = new int[3];
        driver.happen(
                () -> { // in the middle of the wait
                    unparks[0] = driver.unparks.get();
                    seat.timers().schedule(Duration.ofMillis(60).toNanos(), Waker.noop());
                    unparks[1] = driver.unparks.get();
                    seat.timers().schedule(Duration.ofMillis(40).toNanos(), Waker.noop());
                    unparks[2] = driver.unparks.get();
                });
        seat.park(Long.MAX_VALUE);
        assertThat(unparks).containsExactly(0, 0, 1);
        seat.timers().schedule(Duration.ofMillis(30).toNanos(), Waker.noop());
        assertThat(driver.unparks).as("nobody waits").hasValue(1);
    }

    @Test
    void services_are_the_timers_and_those_of_the_driver() {
        assertThat(seat.service(Timers.class)).isSameAs(seat.timers());
        assertThat(seat.service(FakeDriver.class)).isSameAs(driver);
        assertThat(seat.<String>service(String.class)).isNull();
    }

    @Test
    void a_close_wakes_who_still_waits_and_closes_the_driver() {
        seat.timers().schedule(Duration.ofDays(1).toNanos(), woken::incrementAndGet);
        seat.close();
        assertThat(woken).hasValue(1);
        assertThat(driver.closes).hasValue(1);
        assertThatIllegalStateException().isThrownBy(() -> seat.timers().schedule(1, Waker.noop()));
    }
}
