package dev.weir.io.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.io.driver.Drive.CountingWaker;
import java.io.IOException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistrationTest {
    private static final int READ = SelectionKey.OP_READ;
    private static final int WRITE = SelectionKey.OP_WRITE;

    private final FakeSelector selector = new FakeSelector();
    private final CountingWaker waker = new CountingWaker();
    private NioDriver driver;
    private Drive drive;
    private Pipe pipe;
    private Registration registration;

    @BeforeEach
    void open() throws IOException {
        driver = new NioDriver(() -> selector);
        drive = new Drive(driver);
        pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        registration = new Registration(pipe.source());
    }

    @AfterEach
    void close() throws Exception {
        pipe.sink().close();
        pipe.source().close();
        drive.close();
    }

    private FakeKey key() {
        return (FakeKey) selector.keys().iterator().next();
    }

    private void event(int ops) {
        key().ready = ops;
        registration.dispatch(key());
    }

    @Test
    void a_channel_is_registered_by_its_first_wait() throws IOException {
        assertThat(selector.keys()).isEmpty();
        registration.await(READ, drive.context(waker));
        assertThat(selector.keys()).hasSize(1);
        assertThat(key().interestOps()).isEqualTo(READ);
        assertThat(registration.isAwaited(READ)).isTrue();
        assertThat(registration.isAwaited(WRITE)).isFalse();
    }

    @Test
    void interest_stays_armed_while_events_find_a_waiter_and_is_dropped_by_the_first_that_finds_none()
            throws IOException {
        for (int i = 1; i <= 3; i++) {
            registration.await(READ, drive.context(waker));
            event(READ);
            assertThat(waker.wakes).hasValue(i);
            assertThat(key().interestOps()).isEqualTo(READ);
        }
        event(READ);
        assertThat(waker.wakes).hasValue(3);
        assertThat(key().interestOps()).isZero();
        registration.await(READ, drive.context(waker));
        assertThat(key().interestOps()).isEqualTo(READ);
    }

    @Test
    void an_event_of_one_direction_leaves_the_other_alone() throws IOException {
        CountingWaker writer = new CountingWaker();
        registration.await(READ, drive.context(waker));
        registration.await(WRITE, drive.context(writer));
        event(WRITE);
        assertThat(waker.wakes).hasValue(0);
        assertThat(writer.wakes).hasValue(1);
        event(WRITE);
        assertThat(key().interestOps()).isEqualTo(READ);
    }

    @Test
    void interest_in_a_connection_is_dropped_by_its_event() throws IOException {
        registration.await(SelectionKey.OP_CONNECT, drive.context(waker));
        event(SelectionKey.OP_CONNECT);
        assertThat(waker.wakes).hasValue(1);
        assertThat(key().interestOps()).isZero();
    }

    @Test
    void interest_in_a_connection_is_dropped_by_who_finds_it_made_and_that_in_other_events_is_kept()
            throws IOException {
        registration.await(READ, drive.context(waker));
        registration.await(SelectionKey.OP_CONNECT, drive.context(waker));
        registration.disarm(SelectionKey.OP_CONNECT);
        assertThat(key().interestOps()).isEqualTo(READ);
        assertThat(registration.isAwaited(SelectionKey.OP_CONNECT)).isFalse();
        key().cancel();
        registration.disarm(READ); // of a key that is gone: nothing
    }

    @Test
    void who_waits_for_leave_to_read_is_woken_by_a_failure_and_not_by_events() throws IOException {
        registration.await(READ, drive.context(waker));
        event(READ);
        CountingWaker barred = new CountingWaker();
        registration.awaitFailure(drive.context(barred));
        event(READ);
        assertThat(barred.wakes).hasValue(0);
        assertThat(key().interestOps()).isZero();
        IOException reason = new IOException("closed");
        registration.close(reason);
        assertThat(barred.wakes).hasValue(1);
        assertThatThrownBy(() -> registration.awaitFailure(drive.context(barred)))
                .isSameAs(reason);
    }

    /** The system keeps the descriptor until a select has dropped the key. */
    @Test
    void a_sitter_that_waits_is_called_back_when_a_channel_is_closed() throws IOException {
        registration.await(READ, drive.context(waker));
        selector.duringSelect.add(() -> {
            registration.close(new IOException("closed"));
            assertThat(selector.wakeups).hasValue(1);
        });
        driver.park(Long.MAX_VALUE);
    }

    @Test
    void a_sitter_that_waits_is_called_back_when_interest_is_armed_and_only_then() throws IOException {
        registration.await(READ, drive.context(waker));
        selector.duringSelect.add(() -> {
            try {
                registration.await(READ, drive.context(waker)); // armed already
                assertThat(selector.wakeups).hasValue(0);
                registration.await(WRITE, drive.context(waker));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        driver.park(Long.MAX_VALUE);
        assertThat(selector.wakeups).hasValue(1);
    }

    @Test
    void closing_closes_the_channel_wakes_both_directions_and_keeps_the_first_reason() throws IOException {
        CountingWaker writer = new CountingWaker();
        registration.await(READ, drive.context(waker));
        registration.await(WRITE, drive.context(writer));
        IOException first = new IOException("first");
        assertThat(registration.close(first)).isSameAs(first);
        assertThat(registration.close(new IOException("second"))).isSameAs(first);
        assertThat(waker.wakes).hasValue(1);
        assertThat(writer.wakes).hasValue(1);
        assertThat(pipe.source().isOpen()).isFalse();
        assertThatThrownBy(() -> registration.await(READ, drive.context(waker))).isSameAs(first);
    }

    @Test
    void a_close_leaves_nothing_out_though_memory_is_short_at_each_step() throws IOException {
        CountingWaker writer = new CountingWaker();
        CountingWaker barred = new CountingWaker();
        registration.await(READ, drive.context(() -> {
            throw new OutOfMemoryError("planned");
        }));
        registration.await(WRITE, drive.context(writer));
        registration.awaitFailure(drive.context(barred));
        selector.duringSelect.add(() -> {
            key().hasNoMemory = true;
            selector.hasNoMemory = true;
            assertThatThrownBy(() -> registration.close(new IOException("closed")))
                    .isInstanceOf(OutOfMemoryError.class);
            key().hasNoMemory = false;
            selector.hasNoMemory = false;
            selector.woken.release();
        });
        driver.park(Long.MAX_VALUE);
        assertThat(pipe.source().isOpen()).isFalse();
        assertThat(writer.wakes).hasValue(1);
        assertThat(barred.wakes).hasValue(1);
        assertThatThrownBy(registration::check).hasMessage("closed");
    }

    /** Events are level-triggered. */
    @Test
    void who_cannot_be_woken_for_want_of_memory_is_by_the_next_event() throws IOException {
        AtomicInteger tries = new AtomicInteger();
        registration.await(READ, drive.context(() -> {
            if (tries.getAndIncrement() == 0) {
                throw new OutOfMemoryError("planned");
            }
        }));
        assertThatThrownBy(() -> event(READ)).isInstanceOf(OutOfMemoryError.class);
        assertThat(key().interestOps()).isEqualTo(READ);
        event(READ);
        assertThat(tries).hasValue(2);
    }

    @Test
    void a_key_cancelled_by_another_thread_ends_no_sitter_and_wakes_who_waits() throws IOException {
        registration.await(READ, drive.context(waker));
        key().cancel();
        registration.dispatch(key());
        assertThat(waker.wakes).hasValue(1);
        assertThatThrownBy(() -> registration.await(READ, drive.context(waker))).isInstanceOf(IOException.class);
    }

    @Test
    void a_waiter_that_forgets_is_not_woken() throws IOException {
        registration.await(READ, drive.context(waker));
        registration.forget(READ);
        event(READ);
        assertThat(waker.wakes).hasValue(0);
        assertThat(key().interestOps()).isZero();
    }

    /** Whatever the interleaving: the waiter was woken, or it is registered and its interest is armed. */
    @Test
    void no_wake_up_is_lost_between_an_event_without_a_waiter_and_a_new_waiter() throws Exception {
        int rounds = 100_000;
        registration.await(READ, drive.context(waker)); // has its key now
        registration.forget(READ);
        key().ready = READ;
        AtomicInteger started = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        Thread sitter = new Thread(() -> {
            for (int round = 1; round <= rounds; round++) {
                awaitValue(started, round);
                registration.dispatch(key());
                ended.set(round);
            }
        });
        sitter.start();
        for (int round = 1; round <= rounds; round++) {
            CountingWaker each = new CountingWaker();
            started.set(round);
            registration.await(READ, drive.context(each));
            awaitValue(ended, round);
            boolean armed = registration.isAwaited(READ) && key().interestOps() == READ;
            assertThat(each.wakes.get() == 1 || armed).as("round %s", round).isTrue();
            registration.forget(READ);
            key().interestOps(round % 2 == 0 ? READ : 0);
        }
        sitter.join();
    }

    private static void awaitValue(AtomicInteger counter, int value) {
        for (int spins = 0; counter.get() != value; spins++) {
            if (spins < 200) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(1); // lets the other run where cores are few
            }
        }
    }
}
