package dev.weir.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class WakerCellTest {
    private final WakerCell cell = new WakerCell();
    private final AtomicInteger wakes = new AtomicInteger();
    private final Waker waker = wakes::incrementAndGet;

    @Test
    void a_wake_empties_the_cell() {
        assertThat(cell.wake()).isFalse();
        cell.register(waker);
        assertThat(cell.isRegistered()).isTrue();
        assertThat(cell.wake()).isTrue();
        assertThat(cell.isRegistered()).isFalse();
        assertThat(cell.wake()).isFalse();
        assertThat(wakes).hasValue(1);
    }

    @Test
    void the_last_registered_waker_is_woken() {
        cell.register(() -> {
            throw new AssertionError("woken although replaced");
        });
        cell.register(waker);
        cell.register(waker);
        assertThat(cell.wake()).isTrue();
        assertThat(wakes).hasValue(1);
    }

    @Test
    void a_cleared_cell_wakes_nobody() {
        cell.register(waker);
        cell.clear();
        assertThat(cell.isRegistered()).isFalse();
        assertThat(cell.wake()).isFalse();
        assertThat(wakes).hasValue(0);
    }

    @Test
    void a_waker_that_registers_again_while_it_is_woken_is_not_lost() {
        cell.register(new Waker() {
            @Override
            public void wake() {
                cell.register(waker);
            }
        });
        assertThat(cell.wake()).isTrue();
        assertThat(cell.isRegistered()).isTrue();
        assertThat(cell.wake()).isTrue();
        assertThat(wakes).hasValue(1);
    }

    @Test
    void a_waker_that_could_not_be_woken_is_kept_for_the_next_wake() {
        cell.register(() -> {
            if (wakes.getAndIncrement() == 0) {
                throw new OutOfMemoryError("planned");
            }
        });
        assertThatThrownBy(cell::wake).isInstanceOf(OutOfMemoryError.class);
        assertThat(cell.isRegistered()).isTrue();
        assertThat(cell.wake()).isTrue();
        assertThat(wakes).hasValue(2);
        assertThat(cell.isRegistered()).isFalse();
    }

    @Test
    void a_waker_that_could_not_be_woken_takes_no_place_of_another() {
        cell.register(() -> {
            cell.register(waker);
            throw new OutOfMemoryError("planned");
        });
        assertThatThrownBy(cell::wake).isInstanceOf(OutOfMemoryError.class);
        assertThat(cell.wake()).isTrue();
        assertThat(wakes).hasValue(1);
    }

    /** Register, look again, wait for the wake: the consumer never waits for a value that is already there. */
    @Test
    void a_consumer_that_looks_after_it_registered_misses_nothing() throws Exception {
        int rounds = Iterations.scaled(100_000);
        AtomicLong produced = new AtomicLong();
        Thread producer = new Thread(() -> {
            for (int i = 1; i <= rounds; i++) {
                produced.setPlain(i); // as weak as can be: the cell brings the fence
                cell.wake();
            }
        });
        producer.start();
        Thread self = Thread.currentThread();
        AtomicInteger permits = new AtomicInteger();
        Waker unpark = () -> {
            permits.set(1);
            LockSupport.unpark(self);
        };
        long deadline = System.nanoTime() + 50_000_000_000L;
        while (true) {
            cell.register(unpark);
            if (produced.getPlain() == rounds) {
                break;
            }
            while (permits.getAndSet(0) == 0) {
                long left = deadline - System.nanoTime();
                assertThat(left).as("a wake was lost at %d", produced.get()).isPositive();
                LockSupport.parkNanos(left);
            }
        }
        producer.join();
        assertThat(produced).hasValue(rounds);
    }
}
