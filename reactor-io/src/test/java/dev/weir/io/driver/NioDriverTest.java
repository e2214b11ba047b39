package dev.weir.io.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.io.IoMetrics;
import dev.weir.io.driver.Drive.CountingWaker;
import dev.weir.runtime.Driver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NioDriverTest {
    private final FakeSelector fake = new FakeSelector();

    private static IoMetrics metrics(Driver driver) {
        return driver.service(IoMetrics.class);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "999999, 1",
        "1000000, 1",
        "1000001, 2",
        "9223372036854775806, 9223372036855",
        "9223372036854775807, 0"
    })
    void waits_are_rounded_up_to_milliseconds(long nanos, long millis) throws IOException {
        NioDriver driver = new NioDriver(() -> fake);
        fake.spinning = true;
        driver.park(nanos);
        assertThat(fake.lastMillis).isEqualTo(millis);
    }

    @Test
    void no_time_to_wait_is_no_wait() throws IOException {
        NioDriver driver = new NioDriver(() -> fake);
        driver.park(0);
        driver.park(-1);
        assertThat(fake.waits).isZero();
        assertThat(metrics(driver).selects()).isEqualTo(2);
    }

    @Test
    void an_unpark_before_the_park_is_kept_and_costs_no_wakeup() throws IOException {
        NioDriver driver = new NioDriver(() -> fake);
        driver.unpark();
        driver.unpark();
        driver.park(Long.MAX_VALUE);
        assertThat(fake.waits).isZero();
        assertThat(fake.wakeups).hasValue(0);
        fake.spinning = true;
        driver.park(Long.MAX_VALUE); // the two counted as one
        assertThat(fake.waits).isEqualTo(1);
    }

    @Test
    void a_wakeup_that_fails_is_tried_again_by_the_next_unpark() throws IOException {
        NioDriver driver = new NioDriver(() -> fake);
        fake.duringSelect.add(() -> {
            fake.hasNoMemory = true;
            assertThatThrownBy(driver::unpark).isInstanceOf(OutOfMemoryError.class);
            assertThatThrownBy(driver::refresh).isInstanceOf(OutOfMemoryError.class);
            fake.hasNoMemory = false;
            driver.unpark();
            assertThat(fake.wakeups).hasValue(1);
        });
        driver.park(Long.MAX_VALUE);
    }

    @Test
    void many_unparks_of_one_wait_cost_one_wakeup() throws IOException {
        NioDriver driver = new NioDriver(() -> fake);
        fake.duringSelect.add(() -> {
            for (int i = 0; i < 1_000; i++) {
                driver.unpark();
                driver.refresh();
            }
        });
        driver.park(Long.MAX_VALUE);
        assertThat(fake.wakeups).hasValue(1);
        assertThat(metrics(driver).wakeups()).isEqualTo(1);
    }

    @Test
    void a_refresh_calls_back_who_waits_and_is_not_kept_for_who_does_not() throws IOException {
        NioDriver driver = new NioDriver(() -> fake);
        driver.refresh();
        fake.duringSelect.add(driver::refresh);
        driver.park(Long.MAX_VALUE);
        assertThat(fake.waits).isEqualTo(1);
        assertThat(fake.wakeups).hasValue(1);
    }

    @Test
    void a_storm_of_unparks_costs_no_more_wakeups_than_selects() throws Exception {
        Driver driver = new NioDriver(JdkSelector::new);
        try (Drive drive = new Drive(driver)) {
            drive.start();
            List<Thread> callers = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                Thread caller = new Thread(() -> {
                    for (int i = 0; i < 50_000; i++) {
                        driver.unpark();
                    }
                });
                caller.start();
                callers.add(caller);
            }
            for (Thread caller : callers) {
                caller.join();
            }
            IoMetrics counted = metrics(driver);
            assertThat(counted.wakeups()).isBetween(0L, counted.selects() + 1);
        }
    }

    @Test
    void interrupts_are_cleared_counted_and_do_not_end_the_waiting() throws Exception {
        Driver driver = new NioDriver(JdkSelector::new);
        try (Drive drive = new Drive(driver)) {
            Thread sitter = drive.start();
            for (int i = 0; i < 1_000; i++) {
                sitter.interrupt();
            }
            await().until(() -> metrics(driver).interrupts() > 0 && !sitter.isInterrupted());
            assertThat(sitter.isAlive()).isTrue();
            assertThat(metrics(driver).rebuilds()).isZero();
            long[] last = {-1};
            await().during(Duration.ofMillis(300)).until(() -> {
                long before = last[0];
                last[0] = metrics(driver).selects();
                return last[0] == before;
            });
        }
    }

    @Test
    void a_selector_that_returns_for_no_reason_is_replaced_after_512_times_and_no_waiter_is_lost() throws Exception {
        FakeSelector second = new FakeSelector();
        Deque<FakeSelector> selectors = new ArrayDeque<>(List.of(fake, second));
        NioDriver driver = new NioDriver(selectors::remove);
        Drive drive = new Drive(driver);
        fake.spinning = true;

        List<CountingWaker> waiters = new ArrayList<>();
        List<Registration> registrations = new ArrayList<>();
        List<Pipe> pipes = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            Pipe pipe = Pipe.open();
            pipes.add(pipe);
            pipe.source().configureBlocking(false);
            Registration registration = new Registration(pipe.source());
            CountingWaker waker = new CountingWaker();
            registration.await(SelectionKey.OP_READ, drive.context(waker));
            registrations.add(registration);
            waiters.add(waker);
        }
        for (int i = 0; i < NioDriver.PREMATURE_RETURNS - 1; i++) {
            driver.park(Long.MAX_VALUE);
        }
        assertThat(metrics(driver).rebuilds()).isZero();
        driver.park(Long.MAX_VALUE);

        assertThat(metrics(driver).rebuilds()).isEqualTo(1);
        assertThat(fake.closed).isTrue();
        assertThat(second.keys()).hasSize(500);
        assertThat(waiters).allMatch(waker -> waker.wakes.get() == 1);
        for (int i = 0; i < 500; i++) {
            registrations.get(i).await(SelectionKey.OP_READ, drive.context(waiters.get(i)));
        }
        assertThat(second.keys()).allMatch(key -> key.interestOps() == SelectionKey.OP_READ);
        drive.close();
        for (Pipe pipe : pipes) {
            pipe.sink().close();
        }
    }

    @Test
    void a_return_that_was_asked_for_starts_the_count_of_the_others_anew() throws Exception {
        NioDriver driver = new NioDriver(() -> fake);
        fake.spinning = true;
        for (int i = 0; i < 3 * NioDriver.PREMATURE_RETURNS; i++) {
            if (i % (NioDriver.PREMATURE_RETURNS - 1) == 0) {
                fake.duringSelect.add(driver::unpark);
            }
            driver.park(Long.MAX_VALUE);
        }
        assertThat(metrics(driver).rebuilds()).isZero();
    }

    @Test
    void a_selector_that_fails_is_replaced_like_one_that_returns_for_no_reason() throws Exception {
        FakeSelector second = new FakeSelector();
        Deque<FakeSelector> selectors = new ArrayDeque<>(List.of(fake, second));
        NioDriver driver = new NioDriver(selectors::remove);
        fake.broken = true;
        for (int i = 0; i < NioDriver.PREMATURE_RETURNS; i++) {
            driver.park(Long.MAX_VALUE);
        }
        assertThat(metrics(driver).rebuilds()).isEqualTo(1);
    }

    @Test
    void a_channel_that_cannot_move_to_the_new_selector_ends_with_the_reason() throws Exception {
        FakeSelector second = new FakeSelector();
        second.refusesKeys = true;
        Deque<FakeSelector> selectors = new ArrayDeque<>(List.of(fake, second));
        NioDriver driver = new NioDriver(selectors::remove);
        Drive drive = new Drive(driver);
        fake.spinning = true;
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        Registration registration = new Registration(pipe.source());
        CountingWaker waker = new CountingWaker();
        registration.await(SelectionKey.OP_READ, drive.context(waker));
        for (int i = 0; i < NioDriver.PREMATURE_RETURNS; i++) {
            driver.park(Long.MAX_VALUE);
        }
        assertThat(waker.wakes).hasValueGreaterThanOrEqualTo(1);
        assertThatThrownBy(registration::check).isInstanceOf(IOException.class).hasMessageContaining("new selector");
        assertThat(pipe.source().isOpen()).isFalse();
        pipe.sink().close();
    }

    @Test
    void a_channel_that_is_given_back_amid_the_move_to_a_new_selector_is_left_by_both() throws Exception {
        FakeSelector second = new FakeSelector();
        Deque<FakeSelector> selectors = new ArrayDeque<>(List.of(fake, second));
        NioDriver driver = new NioDriver(selectors::remove);
        try (Drive drive = new Drive(driver)) {
            fake.spinning = true;
            Pipe pipe = Pipe.open();
            pipe.source().configureBlocking(false);
            Registration registration = new Registration(pipe.source());
            registration.await(SelectionKey.OP_READ, drive.context(new CountingWaker()));
            second.duringRegister = () -> registration.release(new IOException("given back"));
            for (int i = 0; i < NioDriver.PREMATURE_RETURNS; i++) {
                driver.park(Long.MAX_VALUE);
            }
            assertThat(second.keys()).hasSize(1).noneMatch(SelectionKey::isValid);
            assertThat(pipe.source().isOpen()).isTrue();
            pipe.source().close();
            pipe.sink().close();
        }
    }

    @Test
    void closing_wakes_who_waits_closes_the_channels_and_refuses_new_ones() throws Exception {
        NioDriver driver = new NioDriver(JdkSelector::new);
        Drive drive = new Drive(driver);
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        pipe.sink().configureBlocking(false);
        Registration registration = new Registration(pipe.source());
        CountingWaker waker = new CountingWaker();
        registration.await(SelectionKey.OP_READ, drive.context(waker));

        driver.close();

        assertThat(waker.wakes).hasValue(1);
        assertThat(pipe.source().isOpen()).isFalse();
        assertThatThrownBy(registration::check).isInstanceOf(IOException.class).hasMessageContaining("shut down");
        Registration late = new Registration(pipe.sink());
        assertThatThrownBy(() -> late.await(SelectionKey.OP_WRITE, drive.context(waker)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("shut down");
        pipe.sink().close();
    }

    /** The consumer, the sitter and the sender race; one lost wake-up and the consumer waits for ever. */
    @Test
    void no_wake_up_is_lost_between_a_consumer_and_the_selector() throws Exception {
        int rounds = Integer.getInteger("weir.rounds", 20_000);
        NioDriver driver = new NioDriver(JdkSelector::new);
        try (Drive drive = new Drive(driver)) {
            drive.start();
            Pipe pipe = Pipe.open();
            pipe.source().configureBlocking(false);
            Registration registration = new Registration(pipe.source());
            Semaphore read = new Semaphore(1);
            Thread sender = new Thread(() -> {
                try {
                    for (int i = 0; i < rounds; i++) {
                        read.acquire();
                        pause();
                        pipe.sink().write(ByteBuffer.wrap(new byte[] {(byte) i}));
                    }
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            sender.start();
            Semaphore woken = new Semaphore(0);
            ByteBuffer one = ByteBuffer.allocateDirect(1);
            for (int i = 0; i < rounds; i++) {
                pause(); // while nobody waits the event drops the interest
                while (pipe.source().read(one.clear()) == 0) {
                    woken.drainPermits();
                    registration.await(SelectionKey.OP_READ, drive.context(woken::release));
                    assertThat(woken.tryAcquire(10, TimeUnit.SECONDS))
                            .as("wake of round %s", i)
                            .isTrue();
                }
                assertThat(one.get(0)).isEqualTo((byte) i);
                read.release();
            }
            sender.join();
            pipe.sink().close();
            registration.close(new IOException("the test is over"));
            await().until(() -> metrics(driver).keys() == 0);
        }
    }

    private static void pause() {
        for (int n = ThreadLocalRandom.current().nextInt(300); n > 0; n--) {
            Thread.onSpinWait();
        }
    }
}
