package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.task.Budget;
import dev.weir.task.Iterations;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.time.Sleep;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A poll that blocks in place stops nothing but its own task. */
class BlockInPlaceTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    private static <T> Pollable<T> inPlace(Callable<T> call) {
        return cx -> Poll.ready(TaskRuntime.blockInPlace(call));
    }

    private static boolean opens(CountDownLatch latch) throws InterruptedException {
        return latch.await(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void tasks_run_while_every_worker_blocks(int workers) throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(workers).build()) {
            CountDownLatch all = new CountDownLatch(1_000);
            CyclicBarrier everyWorker = new CyclicBarrier(workers + 1);
            List<JoinHandle<Boolean>> blockers = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                blockers.add(runtime.spawn(inPlace(() -> {
                    everyWorker.await(10, TimeUnit.SECONDS);
                    return opens(all);
                })));
            }
            everyWorker.await(10, TimeUnit.SECONDS);
            for (int i = 0; i < 1_000; i++) {
                runtime.spawn(Recipes.run(() -> {
                    all.countDown();
                    return 0;
                }));
            }
            for (JoinHandle<Boolean> each : blockers) {
                assertThat(each.join(BOUND)).isTrue();
            }
        }
    }

    /** What was in the slot and the queue of the worker, and on its timers, goes with it. */
    @Test
    void the_slot_the_queue_and_the_timers_of_the_worker_are_handed_over() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            JoinHandle<Boolean> task = runtime.spawn(cx -> {
                CountDownLatch ran = new CountDownLatch(11);
                for (int i = 0; i < 10; i++) {
                    runtime.spawn(Recipes.run(() -> {
                        ran.countDown();
                        return 0;
                    }));
                }
                runtime.spawn(Recipes.sequence(Sleep.of(Duration.ofMillis(1)), Recipes.run(() -> {
                    ran.countDown();
                    return 0;
                })));
                return Poll.ready(TaskRuntime.blockInPlace(() -> opens(ran)));
            });
            assertThat(task.join(BOUND)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void within_it_the_thread_may_join_and_block_on(int workers) throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(workers).build();
                TaskRuntime other = Runtimes.CURRENT_THREAD.build()) {
            JoinHandle<Integer> task =
                    runtime.spawn(inPlace(() -> runtime.spawn(Recipes.yields(1)).join()
                            + runtime.blockOn(Recipes.yields(2))
                            + other.blockOn(Recipes.yields(3))
                            + runtime.blockOn(inPlace(() -> runtime.blockOn(Recipes.yields(4))))));
            assertThat(task.join(BOUND)).isEqualTo(2 + 3 + 4 + 5);
        }
    }

    @Test
    void one_worker_and_one_blocking_thread_are_enough_for_a_hundred_nested_waits() throws Exception {
        try (TaskRuntime runtime =
                TaskRuntime.builder().workers(1).blockingThreads(1).build()) {
            for (int i = 0; i < 100; i++) {
                assertThat(runtime.spawn(inPlace(() -> runtime.blockOn(runtime.spawn(Recipes.yields(3)))
                                        + runtime.blockOn(runtime.spawnBlocking(() -> 1))))
                                .join(BOUND))
                        .isEqualTo(5);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CURRENT_THREAD")
    void it_nests_and_is_a_plain_call_wherever_nothing_is_polled(Runtimes on) throws Exception {
        assertThat(TaskRuntime.<Integer>blockInPlace(() -> TaskRuntime.blockInPlace(() -> 1)))
                .isEqualTo(1);
        try (TaskRuntime runtime = on.build()) {
            assertThat(runtime.spawn(inPlace(() -> TaskRuntime.blockInPlace(() -> TaskRuntime.blockInPlace(() -> 2))))
                            .join(BOUND))
                    .isEqualTo(2);
            assertThat(runtime.spawnBlocking(() -> TaskRuntime.blockInPlace(() -> 3))
                            .join(BOUND))
                    .isEqualTo(3);
            assertThat(runtime.blockOn(inPlace(() -> 4))).isEqualTo(4);
        }
    }

    /** Within it the thread polls nothing, so nothing is charged; after it the poll goes on with what it had. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CURRENT_THREAD")
    void the_budget_of_the_poll_is_untouched_by_it_and_counts_again_afterwards(Runtimes on) throws Exception {
        try (TaskRuntime runtime = on.build()) {
            int charged = runtime.spawn(cx -> {
                        int count = 0;
                        for (int i = 0; i < 100 && cx.charge(); i++) {
                            count++;
                        }
                        TaskRuntime.blockInPlace(() -> {
                            for (int i = 0; i < 200; i++) {
                                runtime.spawn(Recipes.yields(0)).join();
                            }
                            return runtime.blockOn(Recipes.yields(1));
                        });
                        while (count < 10_000 && cx.charge()) {
                            count++;
                        }
                        return Poll.ready(count);
                    })
                    .join(BOUND);
            assertThat(charged).isEqualTo(Budget.DEFAULT);
        }
    }

    @Test
    void a_current_thread_runtime_refuses_and_says_what_to_do() {
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            for (boolean spawned : List.of(true, false)) {
                Pollable<Integer> offence = inPlace(() -> 1);
                assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(() -> runtime.blockOn(spawned ? runtime.spawn(offence) : offence))
                        .havingRootCause()
                        .isInstanceOf(IllegalStateException.class)
                        .withMessageContainingAll("current-thread", "spawnBlocking");
            }
            assertThat(runtime.spawnBlocking(() -> TaskRuntime.blockInPlace(() -> 2))
                            .join())
                    .isEqualTo(2);
        }
    }

    @Test
    void what_the_call_throws_is_what_the_poll_throws() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            IOException failure = new IOException("no such file");
            JoinHandle<Integer> task = runtime.spawn(inPlace(() -> {
                throw failure;
            }));
            assertThatThrownBy(() -> task.join(BOUND)).hasCause(failure);
            assertThat(runtime.spawn(Recipes.yields(1)).join(BOUND)).isEqualTo(2);
        }
    }

    @Test
    void the_runtime_is_still_the_current_one() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            assertThat(runtime.spawn(inPlace(TaskRuntime::current)).join(BOUND)).isSameAs(runtime);
            assertThat(runtime.blockOn(inPlace(TaskRuntime::current))).isSameAs(runtime);
        }
    }

    @Test
    void a_stay_that_the_call_has_not_ended_ends_with_it() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
                TaskRuntime other = Runtimes.CURRENT_THREAD.build()) {
            assertThat(runtime.spawn(inPlace(() -> {
                                other.enter();
                                return 1;
                            }))
                            .join(BOUND))
                    .isEqualTo(1);
            IOException failure = new IOException("no such file");
            JoinHandle<Integer> failing = runtime.spawn(inPlace(() -> {
                other.enter();
                throw failure;
            }));
            assertThatThrownBy(() -> failing.join(BOUND)).hasCause(failure);
            assertThat(runtime.blockOn(inPlace(() -> {
                        other.enter();
                        return 2;
                    })))
                    .isEqualTo(2);
            assertThat(TaskRuntime.current()).isNull();
            JoinHandle<TaskRuntime> next = runtime.spawn(Recipes.run(() -> {
                assertThatIllegalStateException().isThrownBy(() -> runtime.blockOn(Recipes.never()));
                return TaskRuntime.current();
            }));
            assertThat(next.join(BOUND)).isSameAs(runtime);
        }
    }

    /** A waker runs inside somebody else's business: the driver's, here. */
    @Test
    void a_waker_may_not_block() {
        AtomicReference<FakeDriver> driver = new AtomicReference<>();
        AtomicReference<Throwable> refused = new AtomicReference<>();
        CountDownLatch woken = new CountDownLatch(1);
        try (TaskRuntime runtime = TaskRuntime.builder()
                .workers(1)
                .driver(clock -> {
                    driver.set(new FakeDriver());
                    return driver.get();
                })
                .build()) {
            driver.get().happen(() -> {
                try {
                    TaskRuntime.blockInPlace(() -> 0);
                } catch (Exception refusal) {
                    refused.set(refusal);
                }
                woken.countDown();
            });
            assertThat(runtime.blockOn(Recipes.spinUntil(() -> woken.getCount() == 0)))
                    .isZero();
            assertThat(refused.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("waker");
        }
    }

    @Test
    void what_the_rest_of_the_poll_wakes_and_spawns_is_run() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            for (int i = 0; i < 200; i++) {
                Signal signal = new Signal();
                JoinHandle<Integer> waiting = runtime.spawn(signal);
                JoinHandle<JoinHandle<Integer>> task = runtime.spawn(Recipes.sequence(
                        inPlace(() -> {
                            runtime.spawn(Recipes.yields(1)).join(); // so that another thread has the worker by now
                            return 0;
                        }),
                        Recipes.run(() -> {
                            signal.set(7);
                            return runtime.spawn(Recipes.yields(2));
                        })));
                assertThat(task.join(BOUND).join(BOUND)).isEqualTo(3);
                assertThat(waiting.join(BOUND)).isEqualTo(7);
            }
        }
    }

    @Test
    void threads_that_lost_their_worker_are_used_again_and_end_after_the_keep_alive() throws Exception {
        Set<Thread> made = ConcurrentHashMap.newKeySet();
        try (TaskRuntime runtime = TaskRuntime.builder()
                .workers(1)
                .blockingKeepAlive(Duration.ofSeconds(2))
                .threadFactory(body -> {
                    Thread thread = new Thread(body);
                    made.add(thread);
                    return thread;
                })
                .build()) {
            for (int i = 0; i < 100; i++) {
                runtime.spawn(inPlace(() -> runtime.spawn(Recipes.yields(1)).join()))
                        .join(BOUND);
            }
            assertThat(made).hasSizeBetween(2, 10);
            await().atMost(BOUND)
                    .until(() -> made.stream().filter(Thread::isAlive).count() == 1);
            assertThat(runtime.spawn(Recipes.yields(1)).join(BOUND)).isEqualTo(2);
        }
        assertThat(made).noneMatch(Thread::isAlive);
    }

    @Test
    void where_no_thread_is_to_be_had_the_worker_waits_for_the_call() throws Exception {
        AtomicInteger threads = new AtomicInteger();
        try (TaskRuntime runtime = TaskRuntime.builder()
                .workers(1)
                .threadFactory(body -> {
                    if (threads.getAndIncrement() > 0) {
                        throw new IllegalStateException("no thread");
                    }
                    return new Thread(body);
                })
                .build()) {
            for (int i = 0; i < 3; i++) {
                JoinHandle<Integer> behind = runtime.spawn(Recipes.yields(1));
                assertThat(runtime.spawn(inPlace(() -> 1)).join(BOUND)).isEqualTo(1);
                assertThat(behind.join(BOUND)).isEqualTo(2);
            }
            assertThat(runtime.metrics().spareThreads()).isZero();
        }
    }

    /** The worker's slot and queue are another thread's by then, which is in the middle of a poll. */
    @Test
    void a_thread_whose_worker_was_given_away_runs_nothing_more_of_it() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            CountDownLatch release = new CountDownLatch(1);
            CompletableFuture<Thread> lender = new CompletableFuture<>();
            JoinHandle<Integer> lending = runtime.spawn(inPlace(() -> {
                lender.complete(Thread.currentThread());
                release.await();
                return 1;
            }));
            JoinHandle<Boolean> other = runtime.spawn(cx -> {
                AtomicBoolean ran = new AtomicBoolean();
                runtime.spawn(Recipes.run(() -> ran.getAndSet(true))); // into the slot
                release.countDown();
                await().atMost(BOUND).until(() -> lender.get().getState() == Thread.State.TIMED_WAITING);
                return Poll.ready(ran.get()); // the other waits for a worker to run
            });
            assertThat(other.join(BOUND)).isFalse();
            assertThat(lending.join(BOUND)).isEqualTo(1);
        }
    }

    @Test
    void a_stray_interrupt_does_not_end_a_thread_that_waits_for_a_worker() throws Exception {
        Set<Thread> made = ConcurrentHashMap.newKeySet();
        try (TaskRuntime runtime = TaskRuntime.builder()
                .workers(1)
                .threadFactory(body -> {
                    Thread thread = new Thread(body);
                    made.add(thread);
                    return thread;
                })
                .build()) {
            Pollable<Thread> lending = inPlace(() -> {
                runtime.spawn(Recipes.yields(1)).join();
                return Thread.currentThread();
            });
            Thread idle = runtime.spawn(lending).join(BOUND);
            await().atMost(BOUND).until(() -> idle.getState() == Thread.State.TIMED_WAITING);
            idle.interrupt();
            await().atMost(BOUND).until(() -> !idle.isInterrupted());
            runtime.spawn(lending).join(BOUND);
            assertThat(made).hasSize(2).allMatch(Thread::isAlive);
        }
    }

    @Test
    void a_runtime_that_ends_awaits_the_call_and_leaves_no_thread() throws Exception {
        for (int i = 0; i < 50; i++) {
            Set<Thread> made = ConcurrentHashMap.newKeySet();
            TaskRuntime runtime = TaskRuntime.builder()
                    .workers(1 + i % 2)
                    .threadFactory(body -> {
                        Thread thread = new Thread(body);
                        made.add(thread);
                        return thread;
                    })
                    .build();
            CountDownLatch started = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            JoinHandle<Boolean> task = runtime.spawn(inPlace(() -> {
                started.countDown();
                return opens(release);
            }));
            started.await();
            assertThat(runtime.shutdown(Duration.ZERO)).isFalse();
            release.countDown();
            assertThat(runtime.shutdown(BOUND)).isTrue();
            assertThat(task.join(BOUND)).isTrue();
            assertThat(made).noneMatch(Thread::isAlive);
        }
    }

    /** It would wait for its own poll. */
    @Test
    void a_close_within_it_does_not_wait_for_itself() throws Exception {
        TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
        assertThat(runtime.spawn(inPlace(() -> runtime.shutdown(BOUND))).join(BOUND))
                .isFalse();
        assertThat(runtime.shutdown(BOUND)).isTrue();
    }

    /**
     * Handovers that are taken and handovers that are taken back, under tasks that wake each other: every task ends, is
     * polled by one thread at a time, and nothing is left.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void no_task_is_lost_or_doubled_by_handovers(int workers) throws Exception {
        int rounds = Iterations.scaled(3_000);
        try (TaskRuntime runtime =
                TaskRuntime.builder().workers(workers).queueCapacity(4).build()) {
            AtomicInteger ran = new AtomicInteger();
            List<Watched<Integer>> watched = new ArrayList<>();
            List<JoinHandle<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                Pollable<Integer> brief = inPlace(() -> 1);
                Pollable<Integer> slow =
                        inPlace(() -> runtime.spawn(Recipes.yields(1)).join());
                Watched<Integer> task = new Watched<>(Recipes.sequence(
                        Recipes.yields(i % 3),
                        Recipes.sequence(i % 8 == 0 ? slow : brief, Recipes.sequence(Recipes.yields(i % 2), cx -> {
                            ran.incrementAndGet();
                            return Poll.ready(1);
                        }))));
                watched.add(task);
                tasks.add(runtime.spawn(task));
            }
            for (JoinHandle<Integer> each : tasks) {
                each.join(BOUND);
            }
            assertThat(ran).hasValue(rounds);
            assertThat(watched).allSatisfy(each -> {
                assertThat(each.violations).hasValue(0);
                assertThat(each.closes).hasValue(1);
            });
        }
    }
}
