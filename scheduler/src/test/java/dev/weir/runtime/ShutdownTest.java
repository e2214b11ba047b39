package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.task.Context;
import dev.weir.task.Iterations;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Scheduler;
import dev.weir.task.Task;
import dev.weir.task.Waker;
import dev.weir.time.Sleep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** R2: every handle resolves, every pollable is closed once, no thread and no driver is left. */
class ShutdownTest {
    private static final Duration BOUND = Duration.ofSeconds(10);

    private static <T> CompletableFuture<T> onThread(Supplier<T> body) {
        return CompletableFuture.supplyAsync(body, run -> {
            Thread thread = new Thread(run);
            thread.setDaemon(true);
            thread.start();
        });
    }

    private static void assertCancelled(JoinHandle<?> handle) {
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> handle.join(BOUND));
    }

    private static long threadsNamed(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .count();
    }

    @ParameterizedTest
    @EnumSource
    void closes_every_pending_task_once_on_a_thread_that_runs_tasks(Runtimes on) {
        for (int round = 0; round < 50; round++) {
            TaskRuntime runtime = on.build();
            List<Watched<Integer>> tasks = new ArrayList<>();
            List<JoinHandle<Integer>> handles = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Watched<Integer> task = new Watched<>(i % 2 == 0 ? Recipes.never() : Recipes.spinUntil(() -> false));
                tasks.add(task);
                handles.add(runtime.spawn(task));
            }
            runtime.blockOn(Recipes.yields(round % 5));
            assertThat(runtime.shutdown(BOUND)).isTrue();
            handles.forEach(ShutdownTest::assertCancelled);
            assertThat(tasks).allSatisfy(task -> {
                assertThat(task.closes).hasValue(1);
                assertThat(task.violations).hasValue(0);
                if (on != Runtimes.CURRENT_THREAD) {
                    assertThat(task.closer.getName()).contains("-worker-");
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_close_finds_the_runtime_it_runs_in(Runtimes on) {
        AtomicReference<TaskRuntime> found = new AtomicReference<>();
        TaskRuntime runtime = on.build();
        runtime.spawn(new Pollable<Integer>() {
            @Override
            public Poll<Integer> poll(Context cx) {
                return Poll.pending();
            }

            @Override
            public void close() {
                found.set(TaskRuntime.current());
            }
        });
        runtime.close();
        assertThat(found).hasValue(runtime);
    }

    @ParameterizedTest
    @EnumSource
    void a_close_may_wake_cancel_and_spawn(Runtimes on) {
        TaskRuntime runtime = on.build();
        Signal signal = new Signal();
        JoinHandle<Integer> waiting = runtime.spawn(signal);
        JoinHandle<Integer> other = runtime.spawn(Recipes.never());
        AtomicReference<JoinHandle<Integer>> late = new AtomicReference<>();
        runtime.spawn(new Pollable<Integer>() {
            @Override
            public Poll<Integer> poll(Context cx) {
                return Poll.pending();
            }

            @Override
            public void close() {
                signal.set(1);
                other.cancel();
                late.set(runtime.spawn(Recipes.never()));
            }
        });
        assertThat(runtime.shutdown(BOUND)).isTrue();
        assertThat(waiting.isDone()).isTrue();
        assertCancelled(other);
        assertCancelled(late.get());
    }

    @ParameterizedTest
    @EnumSource
    void what_comes_afterwards_is_cancelled_and_closed_unpolled(Runtimes on) {
        TaskRuntime runtime = on.build();
        runtime.close();
        Watched<Integer> task = new Watched<>(Recipes.never());
        assertCancelled(runtime.spawn(task));
        assertThat(task.polls).hasValue(0);
        assertThat(task.closes).hasValue(1);
        assertCancelled(runtime.spawnBlocking(() -> 1));
        assertThat(runtime.shutdown(Duration.ZERO)).isTrue();
        runtime.close();
        assertThat(runtime.metrics().liveTasks()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void a_blocking_call_that_runs_gives_its_value_and_one_that_waits_is_cancelled(Runtimes on) throws Exception {
        TaskRuntime runtime = on.builder().blockingThreads(1).build();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        JoinHandle<Integer> running = runtime.spawnBlocking(() -> {
            started.countDown();
            release.await();
            return 1;
        });
        JoinHandle<Integer> waiting = runtime.spawnBlocking(() -> 2);
        started.await();
        assertThat(runtime.shutdown(Duration.ZERO)).isFalse();
        assertThat(runtime.shutdown(Duration.ofMillis(5))).isFalse();
        assertCancelled(waiting);
        assertThat(running.isDone()).isFalse();
        release.countDown();
        assertThat(running.join(BOUND)).isEqualTo(1);
        assertThat(runtime.shutdown(BOUND)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void idle_blocking_threads_are_not_waited_for(Runtimes on) {
        TaskRuntime runtime = on.builder().blockingKeepAlive(Duration.ofDays(1)).build();
        runtime.spawnBlocking(() -> 1).join();
        assertThat(runtime.metrics().blockingThreads()).isEqualTo(1);
        assertThat(runtime.shutdown(Duration.ofSeconds(30))).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void a_close_on_a_thread_of_the_runtime_does_not_wait_for_itself(Runtimes on) throws Exception {
        TaskRuntime first = on.build();
        JoinHandle<Boolean> task = first.spawn(Recipes.run(() -> {
            first.close();
            return first.shutdown(BOUND);
        }));
        if (on == Runtimes.CURRENT_THREAD) {
            assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> first.blockOn(Recipes.never()));
        }
        assertThat(task.join(BOUND)).isFalse();
        assertThat(first.shutdown(BOUND)).isTrue();

        TaskRuntime second = on.build();
        JoinHandle<Boolean> call = second.spawnBlocking(() -> {
            second.close();
            return second.shutdown(BOUND);
        });
        assertThat(call.join(BOUND)).isFalse();
        assertThat(second.shutdown(BOUND)).isTrue();

        TaskRuntime third = on.build();
        assertThat(third.blockOn(Recipes.run(() -> {
                    third.close();
                    return third.shutdown(BOUND);
                })))
                .isFalse();
        assertThat(third.shutdown(BOUND)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void a_current_thread_runtime_is_closed_in_a_poll_of_another_runtime(Runtimes on) {
        try (TaskRuntime outer = on.build()) {
            TaskRuntime inner = TaskRuntime.currentThread().build();
            Watched<Integer> pending = new Watched<>(Recipes.never());
            JoinHandle<Integer> waiting = inner.spawn(pending);
            AtomicInteger insideBoth = new AtomicInteger();
            inner.spawn(new Pollable<Integer>() {
                @Override
                public Poll<Integer> poll(Context cx) {
                    return Poll.pending();
                }

                @Override
                public void close() {
                    if (Entered.isInPollOf(inner) && Entered.isInPollOf(outer)) { // a close of either would not wait
                        insideBoth.incrementAndGet();
                    }
                }
            });
            JoinHandle<Boolean> closed = outer.spawn(Recipes.run(() -> {
                boolean ended = inner.shutdown(BOUND);
                assertThat(TaskRuntime.current()).isSameAs(outer);
                return ended;
            }));
            outer.blockOn(Recipes.end(closed));
            assertThat(closed.failure()).isNull();
            assertThat(closed.join()).isTrue();
            assertThat(waiting.isCancelled()).isTrue();
            assertThat(waiting.isDone()).isTrue();
            assertThat(pending.closes).hasValue(1);
            assertThat(insideBoth).hasValue(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void two_threads_close_at_once_and_both_wait(Runtimes on) throws Exception {
        for (int i = 0; i < 50; i++) {
            TaskRuntime runtime = on.build();
            JoinHandle<Integer> task = runtime.spawn(Recipes.never());
            CompletableFuture<Boolean> other = onThread(() -> runtime.shutdown(BOUND) && task.isDone());
            assertThat(runtime.shutdown(BOUND)).isTrue();
            assertThat(other.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_driver_that_cannot_be_closed_keeps_nobody(Runtimes on) {
        ConcurrentLinkedQueue<Throwable> told = new ConcurrentLinkedQueue<>();
        RuntimeException refusal = new RuntimeException("the driver refused to close");
        TaskRuntime runtime = on.builder()
                .onUndeliverable(told::add)
                .driver(clock -> new FakeDriver() {
                    @Override
                    public void close() {
                        throw refusal;
                    }
                })
                .build();
        assertThat(runtime.shutdown(BOUND)).isTrue();
        assertThat(told).containsExactly(refusal);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void a_task_stuck_in_its_poll_is_left_behind_and_ends_later(int workers) throws Exception {
        TaskRuntime runtime = TaskRuntime.builder().workers(workers).build();
        CountDownLatch polling = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        JoinHandle<Integer> stuck = runtime.spawn(cx -> {
            polling.countDown();
            release.await();
            return Poll.pending();
        });
        JoinHandle<Integer> other = runtime.spawn(Recipes.never());
        polling.await();
        assertThat(runtime.shutdown(Duration.ofMillis(20))).isFalse();
        assertThat(stuck.isDone()).isFalse();
        if (workers > 1) {
            assertCancelled(other);
        }
        release.countDown();
        assertCancelled(stuck);
        assertCancelled(other);
        assertThat(runtime.shutdown(BOUND)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void whoever_blocks_on_a_runtime_that_ends_gets_away(Runtimes on) throws Exception {
        TaskRuntime runtime = on.build();
        Watched<Integer> never = new Watched<>(Recipes.never());
        CompletableFuture<Integer> blocked = onThread(() -> runtime.blockOn(never));
        await().atMost(BOUND).until(() -> never.polls.get() == 1);
        assertThat(runtime.shutdown(BOUND)).isTrue();
        assertThat(blocked).failsWithin(BOUND).withThrowableThat().withRootCauseInstanceOf(CancellationException.class);
        assertThat(never.closes).hasValue(1);
        assertThat(never.violations).hasValue(0);
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> runtime.blockOn(Recipes.run(() -> 1)));
    }

    @Test
    void a_sleep_that_is_pending_at_the_end_is_cancelled_with_its_task() {
        for (Runtimes on : Runtimes.values()) {
            TaskRuntime runtime = on.build();
            JoinHandle<?> sleeper = runtime.spawn(Sleep.of(Duration.ofDays(1)));
            runtime.blockOn(Recipes.yields(3));
            assertThat(runtime.shutdown(BOUND)).isTrue();
            assertCancelled(sleeper);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_waker_that_outlives_its_runtime_wakes_nothing(Runtimes on) throws Exception {
        TaskRuntime runtime = on.build();
        AtomicReference<Waker> kept = new AtomicReference<>();
        Watched<Integer> task = new Watched<>(cx -> {
            kept.set(cx.waker());
            return Poll.pending();
        });
        JoinHandle<Integer> handle = runtime.spawn(task);
        runtime.blockOn(Recipes.spinUntil(() -> kept.get() != null));
        runtime.close();
        int polls = task.polls.get();
        kept.get().wake();
        assertThat(onThread(() -> {
                    kept.get().wake(); // the last that a thread does
                    return 0;
                }))
                .succeedsWithin(BOUND);
        assertCancelled(handle);
        assertThat(task.polls).hasValue(polls);
        assertThat(task.closes).hasValue(1);
    }

    /** Nobody may live for a moment while a registry still takes tasks in: the workers must not leave yet. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CURRENT_THREAD")
    void a_task_that_was_taken_in_is_not_left_behind(Runtimes on) throws Exception {
        int rounds = Iterations.scaled(300);
        for (int round = 0; round < rounds; round++) {
            TaskRuntime runtime = on.build();
            CountDownLatch warm = new CountDownLatch(3);
            List<CompletableFuture<Boolean>> spawners = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                spawners.add(onThread(() -> {
                    warm.countDown();
                    try {
                        while (runtime.spawn(Recipes.run(() -> 1)).join(BOUND) == 1) {}
                        return false;
                    } catch (CancellationException refused) {
                        return true;
                    } catch (InterruptedException | TimeoutException leftBehind) {
                        return false;
                    }
                }));
            }
            warm.await();
            assertThat(runtime.shutdown(BOUND)).isTrue();
            for (CompletableFuture<Boolean> each : spawners) {
                assertThat(each.get(20, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    /** Before its first poll and after its last a thread is in no poll of the runtime, and has to end all the same. */
    @ParameterizedTest
    @EnumSource
    void a_close_in_a_hook_of_a_thread_does_not_wait_for_itself(Runtimes on) {
        for (boolean atStart : new boolean[] {true, false}) {
            CompletableFuture<TaskRuntime> built = new CompletableFuture<>();
            AtomicInteger closes = new AtomicInteger();
            ThreadHooks closing = new ThreadHooks() {
                @Override
                public void onStart() {
                    close(atStart);
                }

                @Override
                public void onStop() {
                    close(!atStart);
                }

                private void close(boolean now) {
                    if (now) {
                        closes.incrementAndGet();
                        built.join().close();
                    }
                }
            };
            TaskRuntime runtime = on.builder().threadHooks(closing).build();
            runtime.spawnBlocking(() -> 1);
            built.complete(runtime);
            assertThat(runtime.shutdown(BOUND)).isTrue();
            assertThat(closes).hasPositiveValue();
        }
    }

    @Test
    void an_interrupted_thread_closes_what_only_it_can_close() {
        for (RuntimeBuilder<?> builder : List.of(TaskRuntime.currentThread(), TaskRuntime.local())) {
            FakeDriver driver = new FakeDriver();
            TaskRuntime runtime = builder.driver(clock -> driver).build();
            JoinHandle<Integer> task = runtime.spawn(Recipes.never());
            Thread.currentThread().interrupt();
            runtime.close();
            assertThat(Thread.interrupted()).isTrue();
            assertCancelled(task);
            assertThat(driver.closes).hasValue(1);
        }
    }

    /** Runtimes come and go under spawns, wakes, timers and blocking calls. */
    @ParameterizedTest
    @EnumSource
    void nothing_is_lost_when_a_runtime_ends_under_load(Runtimes on) throws Exception {
        int rounds = Iterations.of(on == Runtimes.CURRENT_THREAD ? 60 : 120, 1_000);
        String prefix = "ending-" + on + "-";
        for (int round = 0; round < rounds; round++) {
            Load load = new Load(on, prefix, round);
            load.run();
            assertThat(load.handles).isNotEmpty().allSatisfy(handle -> {
                assertThat(handle.isDone()).isTrue();
            });
            assertThat(load.watched).allSatisfy(task -> {
                assertThat(task.closes).hasValue(1);
                assertThat(task.violations).hasValue(0);
            });
            assertThat(load.drivers).allSatisfy(driver -> {
                assertThat(driver.closes).hasValue(1);
                assertThat(driver.violations).hasValue(0);
            });
        }
        await().atMost(BOUND).until(() -> threadsNamed(prefix) == 0);
    }

    @ParameterizedTest
    @EnumSource
    void no_memory_for_the_cancel_of_one_task_keeps_none_of_the_others_from_it(Runtimes on) {
        RuntimeCore runtime = (RuntimeCore) on.build();
        Scarce scarce = new Scarce(runtime);
        List<Task<Integer>> idle = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Task<Integer> task = new Task<>(Recipes.never(), scarce);
            task.runAside(runtime);
            idle.add(task);
            assertThat(onThread(() -> runtime.register(task)).join()).isTrue(); // each thread has a registry
        }
        assertThatThrownBy(runtime::beginShutdown).isSameAs(scarce.failure);
        assertThat(idle).allMatch(Task::isCancelled);
        scarce.refuses = false;
        idle.forEach(Task::cancel);
        assertThat(runtime.shutdown(BOUND)).isTrue();
        idle.forEach(ShutdownTest::assertCancelled);
    }

    /** Has no memory for tasks at first, and then runs them at once. */
    private static final class Scarce implements Scheduler {
        final Error failure = new OutOfMemoryError("meant to fail");
        private final RuntimeCore runtime;
        boolean refuses = true;

        Scarce(RuntimeCore runtime) {
            this.runtime = runtime;
        }

        @Override
        public void schedule(Task<?> task) {
            if (refuses) {
                throw failure;
            }
            task.runAside(runtime);
        }

        @Override
        public void requeue(Task<?> task) {
            schedule(task);
        }

        @Override
        public void completed(Task<?> task) {
            runtime.completed(task);
        }

        @Override
        public void undeliverable(Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    private static final class Load {
        final ConcurrentLinkedQueue<JoinHandle<?>> handles = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<Watched<Integer>> watched = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<FakeDriver> drivers = new ConcurrentLinkedQueue<>();
        private final AtomicInteger ids = new AtomicInteger();
        private final TaskRuntime runtime;
        private final int round;

        Load(Runtimes on, String prefix, int round) {
            this.round = round;
            RuntimeBuilder<?> builder = on.builder().name(prefix + round).driver(clock -> {
                FakeDriver driver = new FakeDriver();
                drivers.add(driver);
                return driver;
            });
            if (builder instanceof WorkStealingRuntime.Builder workers) {
                workers.queueCapacity(1 << round % 3).drivers(on == Runtimes.FOUR_WORKERS ? 1 + round % 2 : 1);
            }
            runtime = builder.build();
        }

        void run() throws Exception {
            int spawners = 3;
            CountDownLatch warm = new CountDownLatch(spawners);
            List<CompletableFuture<Integer>> running = new ArrayList<>();
            for (int t = 0; t < spawners; t++) {
                running.add(onThread(() -> {
                    for (int i = 0; i < 60; i++) {
                        spawn();
                        if (i == round % 40) {
                            warm.countDown();
                        }
                    }
                    return 0;
                }));
            }
            warm.await();
            assertThat(runtime.shutdown(BOUND)).isTrue();
            for (CompletableFuture<Integer> each : running) {
                each.get(10, TimeUnit.SECONDS);
            }
        }

        private void spawn() {
            int id = ids.getAndIncrement();
            switch (id % 6) {
                case 0 -> add(Recipes.never());
                case 1 -> add(Recipes.spinUntil(() -> false));
                case 2 -> add(Recipes.yields(id % 7));
                case 3 ->
                    add(Recipes.sequence(Sleep.of(Duration.ofNanos(id * 10_000L)), Recipes.run(() -> {
                        add(Recipes.yields(1));
                        return 0;
                    })));
                case 4 -> {
                    Signal signal = new Signal();
                    add(signal);
                    signal.set();
                }
                default ->
                    handles.add(runtime.spawnBlocking(() -> {
                        add(Recipes.yields(2));
                        return 0;
                    }));
            }
        }

        private void add(Pollable<Integer> pollable) {
            Watched<Integer> task = new Watched<>(pollable);
            watched.add(task);
            handles.add(runtime.spawn(task));
        }
    }
}
