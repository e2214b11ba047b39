package dev.weir.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What tasks that are cancelled, that block in place or that know no budget do to channels and locks. */
class SyncOnRuntimesTest {
    private static final int BEYOND_A_BUDGET = 1_024;

    @ParameterizedTest
    @EnumSource
    void a_task_that_is_cancelled_while_it_holds_a_lock_passes_it_on(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Mutex mutex = new Mutex();
            Notify held = new Notify();
            JoinHandle<?> holder = runtime.spawn(new Holding(mutex, held));
            runtime.blockOn(held.notified());
            JoinHandle<Boolean> next = runtime.spawn(lockOnce(mutex));

            holder.cancel();
            runtime.blockOn(new All(List.of(next)));
            assertThatExceptionOfType(CancellationException.class).isThrownBy(holder::join);
            assertThat(mutex.isLocked()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_task_that_is_cancelled_while_it_waits_for_a_lock_holds_up_nobody(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Mutex mutex = new Mutex();
            Mutex.Guard guard = mutex.tryLock();
            Notify waits = new Notify();
            Pollable<Mutex.Guard> lock = mutex.lock();
            JoinHandle<?> waiter = runtime.spawn(new Pollable<Mutex.Guard>() {
                @Override
                public Poll<Mutex.Guard> poll(Context cx) throws Exception {
                    Poll<Mutex.Guard> answer = lock.poll(cx);
                    waits.notifyOne();
                    return answer;
                }

                @Override
                public void close() {
                    lock.close();
                }
            });
            runtime.blockOn(waits.notified());
            JoinHandle<Boolean> next = runtime.spawn(lockOnce(mutex));

            waiter.cancel();
            guard.close();
            runtime.blockOn(new All(List.of(next)));
            assertThat(mutex.isLocked()).isFalse();
        }
    }

    /** Locks and never ends by itself; gives the lock back when it is closed. */
    private static final class Holding implements Pollable<@Nullable Void> {
        private final Mutex.Lock lock;
        private final Notify held;

        Holding(Mutex mutex, Notify held) {
            this.lock = mutex.lock();
            this.held = held;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            if (lock.pollLock(cx)) {
                held.notifyOne();
            }
            return Poll.pending();
        }

        @Override
        public void close() {
            lock.close();
        }
    }

    private static Pollable<Boolean> lockOnce(Mutex mutex) {
        return mutex.lock().map(guard -> {
            guard.close();
            return true;
        });
    }

    /** Tokio's: in place there is no budget, behind it there is one again. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void a_call_in_place_uses_up_no_budget_and_what_comes_after_it_does(int workers) {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(workers).build()) {
            Channel<Integer> channel = Channel.unbounded();
            Mutex mutex = new Mutex();
            for (int i = 0; i < 200 + BEYOND_A_BUDGET; i++) {
                channel.sender().trySend(i);
            }
            int[] polls = {0};
            int[] received = {0};
            JoinHandle<Integer> task = runtime.spawn(cx -> {
                if (polls[0]++ == 0) {
                    received[0] += TaskRuntime.<Integer>blockInPlace(() -> receiveAndLock(channel, mutex));
                }
                for (Integer next = channel.receiver().poll(cx);
                        next != null;
                        next = channel.receiver().poll(cx)) {
                    received[0]++;
                }
                return received[0] == 200 + BEYOND_A_BUDGET ? Poll.ready(polls[0]) : Poll.pending();
            });
            assertThat(task.join()).as("polls").isEqualTo(BEYOND_A_BUDGET / Budget.DEFAULT);
        }
    }

    private static int receiveAndLock(Channel<Integer> channel, Mutex mutex) throws InterruptedException {
        int received = 0;
        while (received < 200) {
            received += channel.receiver().receiveBlocking() == null ? 0 : 1;
        }
        for (int i = 0; i < 129; i++) {
            mutex.lockBlocking().close();
        }
        return received;
    }

    @Test
    void an_unconstrained_receiver_takes_all_there_is_in_one_poll() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            Channel<Integer> channel = Channel.unbounded();
            for (int i = 0; i < BEYOND_A_BUDGET; i++) {
                channel.sender().trySend(i);
            }
            Pollable<Integer> all = cx -> {
                int received = 0;
                while (channel.receiver().poll(cx) != null) {
                    received++;
                }
                return Poll.ready(received);
            };
            assertThat(runtime.spawn(all.unconstrained()).join()).isEqualTo(BEYOND_A_BUDGET);
            assertThat(runtime.metrics().budgetExhaustions()).isZero();
        }
    }
}
