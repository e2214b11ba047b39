package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.weir.task.Iterations;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.time.ManualClock;
import dev.weir.time.Sleep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class CurrentThreadRuntimeTest {
    /** The common pool has one thread on two processors, and from JDK 25 on nothing else is used there. */
    private static final Executor NEW_THREAD = body -> new Thread(body).start();

    private static final Duration HOUR = Duration.ofHours(1);

    private final ManualClock clock = new ManualClock();

    private TaskRuntime paused() {
        return TaskRuntime.currentThread().clock(clock).build();
    }

    @Test
    void runs_nothing_unless_a_thread_blocks_on_it() {
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            AtomicBoolean ran = new AtomicBoolean();
            JoinHandle<?> task = runtime.spawn(Recipes.run(() -> ran.getAndSet(true)));
            assertThat(ran).isFalse();
            runtime.blockOn(Recipes.end(task));
            assertThat(ran).isTrue();
        }
    }

    @Test
    void what_a_thread_blocks_on_is_polled_at_once_if_nothing_waits_before_it() {
        FakeDriver driver = new FakeDriver();
        try (TaskRuntime runtime =
                TaskRuntime.currentThread().driver(clock -> driver).build()) {
            assertThat(runtime.blockOn(Recipes.yields(0))).isEqualTo(1);
            assertThat(driver.unparks).as("called by nobody").hasValue(0);
            RuntimeMetrics metrics = runtime.metrics();
            assertThat(metrics.remoteSchedules()).isZero();
            assertThat(metrics.spawnedTasks()).isEqualTo(1);
            assertThat(metrics.liveTasks()).isZero();
            assertThat(metrics.polls()).isEqualTo(1);
        }
    }

    @Test
    void what_a_thread_blocks_on_goes_behind_the_tasks_that_wait() {
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            List<String> turns = new ArrayList<>();
            for (int i = 1; i <= 2; i++) { // the first from outside goes before the thread's own
                String turn = "spawned by a thread " + i;
                runtime.spawn(Recipes.run(() -> turns.add(turn)));
            }
            runtime.blockOn(Recipes.run(() -> runtime.spawn(Recipes.run(() -> turns.add("spawned by a task")))));
            runtime.blockOn(Recipes.run(() -> turns.add("blocked on")));
            assertThat(turns)
                    .containsExactly(
                            "spawned by a thread 1", "spawned by a thread 2", "spawned by a task", "blocked on");
        }
    }

    @Test
    void blocking_ends_with_the_task_although_nothing_else_would_wake_the_thread() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            CompletableFuture<?> blocked =
                    CompletableFuture.runAsync(() -> runtime.blockOn(Sleep.of(Duration.ofMillis(5))), NEW_THREAD);
            blocked.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_paused_clock_goes_to_the_next_timer_when_nothing_else_can_run() {
        try (TaskRuntime runtime = paused()) {
            List<Long> ends = new ArrayList<>();
            List<JoinHandle<Integer>> sleepers = new ArrayList<>();
            for (int hours : new int[] {3, 1, 2}) {
                sleepers.add(runtime.spawn(Recipes.sequence(Sleep.of(HOUR.multipliedBy(hours)), Recipes.run(() -> {
                    ends.add(clock.nanos());
                    return hours;
                }))));
            }
            assertThat(runtime.blockOn(Recipes.all(sleepers))).containsExactly(3, 1, 2);
            assertThat(ends)
                    .containsExactly(
                            HOUR.toNanos(),
                            HOUR.multipliedBy(2).toNanos(),
                            HOUR.multipliedBy(3).toNanos());
        }
    }

    @Test
    void the_clock_stands_still_once_the_awaited_task_has_ended() {
        try (TaskRuntime runtime = paused()) {
            runtime.spawn(Sleep.of(HOUR.multipliedBy(24)));
            runtime.blockOn(Sleep.of(HOUR));
            assertThat(clock.nanos()).isEqualTo(HOUR.toNanos());
        }
    }

    @Test
    void a_program_without_input_runs_the_same_way_every_time() {
        assertThat(trace()).hasSize(60).isEqualTo(trace());
    }

    private static List<String> trace() {
        List<String> trace = new ArrayList<>();
        try (TaskRuntime runtime =
                TaskRuntime.currentThread().clock(new ManualClock()).seed(1).build()) {
            List<JoinHandle<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int id = i;
                tasks.add(runtime.spawn(Recipes.sequence(
                        Sleep.of(Duration.ofMillis(id * 7 % 5)),
                        Recipes.sequence(Recipes.yields(id % 3), Recipes.run(() -> {
                            trace.add("ran " + id);
                            runtime.spawn(Recipes.run(() -> trace.add("child of " + id)));
                            return id;
                        })))));
            }
            for (JoinHandle<Integer> task : tasks) {
                trace.add("got " + runtime.blockOn(task));
            }
        }
        return trace;
    }

    @Test
    void time_waits_for_a_blocking_call() throws Exception {
        try (TaskRuntime runtime = paused()) {
            CountDownLatch started = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            JoinHandle<Long> call = runtime.spawnBlocking(() -> {
                started.countDown();
                release.await();
                return clock.nanos();
            });
            started.await();
            CompletableFuture<?> sleeper =
                    CompletableFuture.runAsync(() -> runtime.blockOn(Sleep.of(HOUR)), NEW_THREAD);
            await().until(() -> runtime.metrics().parks() > 0);
            release.countDown();
            assertThat(call.join()).isZero();
            sleeper.get(30, TimeUnit.SECONDS);
            assertThat(clock.nanos()).isEqualTo(HOUR.toNanos());
        }
    }

    @Test
    void several_threads_block_on_one_runtime() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            int threads = 4;
            int rounds = Iterations.scaled(500);
            List<CompletableFuture<Integer>> all = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                all.add(CompletableFuture.supplyAsync(
                        () -> {
                            int sum = 0;
                            for (int i = 0; i < rounds; i++) {
                                sum += runtime.blockOn(Recipes.yields(i % 4));
                            }
                            return sum;
                        },
                        NEW_THREAD));
            }
            for (CompletableFuture<Integer> each : all) {
                assertThat(each.get(20, TimeUnit.SECONDS)).isEqualTo(rounds / 4 * 10);
            }
        }
    }

    /** The driving thread ends together with the waiter it would hand on to; the last waiter must not be forgotten. */
    @Test
    void a_waiter_that_leaves_lets_the_next_one_drive() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            int rounds = Iterations.scaled(300);
            for (int i = 0; i < rounds; i++) {
                Signal both = new Signal();
                Signal other = new Signal();
                Signal last = new Signal();
                CompletableFuture<Integer> driver = blockOnNewThread(runtime, both);
                await().pollInterval(Duration.ofMillis(1))
                        .until(() -> runtime.metrics().liveTasks() == 1);
                CompletableFuture<Integer> first = blockOnNewThread(runtime, other);
                await().pollInterval(Duration.ofMillis(1))
                        .until(() -> runtime.metrics().liveTasks() == 2);
                CompletableFuture<Integer> second = blockOnNewThread(runtime, last);
                await().pollInterval(Duration.ofMillis(1))
                        .until(() -> runtime.metrics().liveTasks() == 3);
                other.set(2);
                both.set(1);
                assertThat(driver.get(30, TimeUnit.SECONDS)).isEqualTo(1);
                assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(2);
                last.set(3);
                assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo(3);
            }
        }
    }

    private static CompletableFuture<Integer> blockOnNewThread(TaskRuntime runtime, Signal signal) {
        return CompletableFuture.supplyAsync(() -> runtime.blockOn(signal), NEW_THREAD);
    }

    @Test
    void who_drives_a_runtime_that_shuts_down_closes_everything_before_he_leaves() {
        FakeDriver driver = new FakeDriver();
        TaskRuntime runtime =
                TaskRuntime.currentThread().driver(clock -> driver).build();
        Watched<Integer> other = new Watched<>(Recipes.never());
        runtime.spawn(other);
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> runtime.blockOn(cx -> {
                    runtime.close(); // in a poll it does not wait
                    return Poll.pending();
                }));
        assertThat(other.closes).hasValue(1);
        assertThat(driver.closes).hasValue(1);
        assertThat(runtime.metrics().liveTasks()).isZero();
        assertThat(runtime.shutdown(Duration.ZERO)).isTrue();
    }

    @Test
    void who_steps_a_runtime_that_shuts_down_closes_everything_too() {
        FakeDriver driver = new FakeDriver();
        CurrentThreadRuntime runtime =
                TaskRuntime.currentThread().driver(clock -> driver).build();
        Watched<Integer> other = new Watched<>(Recipes.never());
        runtime.spawn(other);
        runtime.spawn(Recipes.run(() -> runtime.shutdown(Duration.ZERO)));
        runtime.runUntilIdle();
        assertThat(other.closes).hasValue(1);
        assertThat(driver.closes).hasValue(1);
    }

    /** The scope waits for a task that nobody would close, as the thread that joined it was the only one to run any. */
    @Test
    void a_scope_on_a_runtime_that_has_ended_itself_can_be_closed() {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            TaskRuntime runtime = TaskRuntime.currentThread()
                    .clock(clock)
                    .onTaskFailure(TaskFailure.SHUT_DOWN)
                    .build();
            Watched<Integer> other = new Watched<>(Recipes.never());
            try (TaskScope scope = TaskScope.open(runtime, TaskScope.Policy.AWAIT_ALL)) {
                scope.spawn(other);
                scope.spawn(Recipes.sequence(Sleep.of(HOUR), Recipes.run(() -> {
                    throw new IllegalStateException("meant to fail");
                })));
                assertThatExceptionOfType(CancellationException.class)
                        .isThrownBy(scope::join)
                        .withRootCauseInstanceOf(IllegalStateException.class);
            }
            assertThat(other.closes).hasValue(1);
        });
    }

    @Test
    void an_interrupt_from_before_is_kept_and_no_task_sees_it() {
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            Thread.currentThread().interrupt();
            boolean seen =
                    runtime.blockOn(Recipes.sequence(Sleep.of(Duration.ofMillis(1)), Recipes.run(Thread::interrupted)));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(seen).isFalse();
        }
    }

    @Test
    void running_until_idle_ends_with_the_blocking_call_it_waits_for_on_any_clock() {
        FakeDriver driver = new FakeDriver();
        try (CurrentThreadRuntime runtime =
                TaskRuntime.currentThread().driver(clock -> driver).build()) {
            runtime.spawnBlocking(() -> {
                while (driver.parks.get() == 0) {
                    Thread.onSpinWait();
                }
                return 0;
            });
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
                runtime.runUntilIdle();
            });
        }
    }

    @Test
    void running_until_idle_beside_a_blocking_call_serves_the_timers_of_a_clock_that_runs() {
        try (CurrentThreadRuntime runtime = TaskRuntime.currentThread().build()) {
            CountDownLatch slept = new CountDownLatch(1);
            JoinHandle<Boolean> call = runtime.spawnBlocking(() -> slept.await(10, TimeUnit.SECONDS));
            runtime.spawn(Recipes.sequence(Sleep.of(Duration.ofMillis(1)), Recipes.run(() -> {
                slept.countDown();
                return 0;
            })));
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
                runtime.runUntilIdle();
            });
            assertThat(call.join()).isTrue();
        }
    }

    @Test
    void a_shutdown_waits_no_longer_than_told_for_a_thread_that_drives() throws Exception {
        TaskRuntime runtime = TaskRuntime.currentThread().build();
        CountDownLatch polling = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<?> blocked = CompletableFuture.runAsync(
                () -> runtime.blockOn(cx -> {
                    polling.countDown();
                    release.await();
                    return Poll.done();
                }),
                NEW_THREAD);
        polling.await();
        CompletableFuture<Boolean> ended =
                CompletableFuture.supplyAsync(() -> runtime.shutdown(Duration.ofMillis(10)), NEW_THREAD);
        try {
            assertThat(ended.get(30, TimeUnit.SECONDS)).isFalse();
        } finally {
            release.countDown();
        }
        blocked.get(30, TimeUnit.SECONDS);
        assertThat(runtime.shutdown(Duration.ofSeconds(30))).isTrue();
    }

    /** The thread that drives is in a long poll by then, and looks at nothing. */
    @Test
    void what_a_task_has_left_with_the_driver_is_handed_over_also_by_a_thread_that_only_waits() throws Exception {
        FakeDriver driver = new FakeDriver();
        Signal over = new Signal();
        CountDownLatch driving = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (CurrentThreadRuntime runtime =
                TaskRuntime.currentThread().driver(clock -> driver).build()) {
            CompletableFuture<?> otherThread = CompletableFuture.runAsync(
                    () -> runtime.blockOn(Recipes.sequence(
                            Recipes.run(() -> {
                                driving.countDown();
                                return 0;
                            }),
                            over)),
                    NEW_THREAD);
            driving.await();
            runtime.blockOn(cx -> {
                driver.collected.incrementAndGet();
                runtime.spawn(Recipes.run(() -> release.await(20, TimeUnit.SECONDS)));
                return Poll.done();
            });
            assertThat(driver.collected).hasValue(0);
            release.countDown();
            over.set(1);
            otherThread.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void what_a_task_has_left_with_the_driver_is_handed_over_when_it_has_run_until_idle() {
        FakeDriver driver = new FakeDriver();
        try (CurrentThreadRuntime runtime =
                TaskRuntime.currentThread().driver(clock -> driver).build()) {
            runtime.spawn(Recipes.run(driver.collected::incrementAndGet));
            runtime.runUntilIdle();
            assertThat(driver.collected).hasValue(0);
        }
    }
}
