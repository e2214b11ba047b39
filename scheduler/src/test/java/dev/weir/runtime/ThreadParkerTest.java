package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.task.Iterations;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ThreadParkerTest {
    private final ThreadParker parker = new ThreadParker();

    @Test
    void several_permits_count_as_one_and_outlast_the_giving() {
        parker.unpark();
        parker.unpark();
        parker.park(Long.MAX_VALUE);
        long start = System.nanoTime();
        parker.park(TimeUnit.MILLISECONDS.toNanos(20)); // no second permit: waits, unless woken for no reason
        parker.park(1);
        assertThat(System.nanoTime() - start).isNotNegative();
    }

    @Test
    void a_wait_ends_with_its_time() {
        parker.park(1_000_000);
        parker.park(0);
        parker.unpark();
        parker.park(Long.MAX_VALUE);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void a_permit_that_user_code_takes_from_the_thread_is_not_the_parkers() {
        parker.unpark();
        LockSupport.parkNanos(1);
        parker.park(Long.MAX_VALUE);
        LockSupport.unpark(Thread.currentThread());
        parker.unpark();
        parker.park(Long.MAX_VALUE);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void an_interrupt_ends_the_wait_is_cleared_and_can_be_restored() {
        Thread.currentThread().interrupt();
        parker.park(Long.MAX_VALUE);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        parker.restoreInterrupt();
        assertThat(Thread.interrupted()).isTrue();
        parker.restoreInterrupt();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void no_permit_is_lost_between_threads() throws InterruptedException {
        int rounds = Iterations.scaled(100_000);
        ThreadParker other = new ThreadParker();
        AtomicInteger turn = new AtomicInteger();
        Thread thread = new Thread(() -> play(turn, 1, rounds, other, parker));
        thread.start();
        play(turn, 0, rounds, parker, other);
        thread.join();
        assertThat(turn).hasValue(2 * rounds);
    }

    private static void play(AtomicInteger turn, int me, int rounds, Parker mine, Parker others) {
        for (int i = 0; i < rounds; i++) {
            while (turn.get() % 2 != me) {
                mine.park(Long.MAX_VALUE);
            }
            turn.incrementAndGet();
            others.unpark();
        }
    }
}
