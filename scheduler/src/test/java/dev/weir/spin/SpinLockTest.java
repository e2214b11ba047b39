package dev.weir.spin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SpinLockTest {
    private final SpinLock lock = new SpinLock();
    private long count;

    @Test
    void one_at_a_time_holds_it_and_sees_what_the_one_before_has_done() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                for (int n = 0; n < 100_000; n++) {
                    lock.lock();
                    try {
                        count++;
                    } finally {
                        lock.unlock();
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(count).isEqualTo(400_000);
    }

    @Test
    void who_waits_for_a_holder_that_is_off_its_core_sleeps_and_comes_in_when_it_has_left() throws Exception {
        AtomicBoolean in = new AtomicBoolean();
        lock.lock();
        Thread waiter = new Thread(() -> {
            lock.lock();
            in.set(true);
            lock.unlock();
        });
        waiter.start();
        await().until(waiter::getState, Thread.State.TIMED_WAITING::equals);
        assertThat(in).isFalse();

        lock.unlock();

        waiter.join();
        assertThat(in).isTrue();
    }
}
