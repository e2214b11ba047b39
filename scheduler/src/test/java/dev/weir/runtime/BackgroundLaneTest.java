package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.task.Iterations;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Background tasks give way to all others, and are not forgotten. */
class BackgroundLaneTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    @ParameterizedTest
    @EnumSource
    void background_tasks_run_when_there_is_nothing_else(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            List<JoinHandle<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                tasks.add(runtime.task().background().spawn(Recipes.yields(i % 5)));
            }
            assertThat(runtime.blockOn(Recipes.all(tasks))).hasSize(100);
            assertThat(runtime.metrics().perWorker().stream()
                            .mapToLong(WorkerMetrics::backgroundPolls)
                            .sum())
                    .isEqualTo(300);
        }
    }

    /** One worker is always left to others, so a background poll may even block until they have run. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void however_many_there_are_one_worker_is_left_to_the_others(int workers) throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(workers).build()) {
            CountDownLatch release = new CountDownLatch(1);
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            List<JoinHandle<Boolean>> heavy = new ArrayList<>();
            for (int i = 0; i < 3 * workers; i++) {
                heavy.add(runtime.task().background().spawn(Recipes.run(() -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    boolean released = release.await(50, TimeUnit.SECONDS);
                    inside.decrementAndGet();
                    return released;
                })));
            }
            await().atMost(BOUND).until(() -> inside.get() == workers - 1);
            for (int i = 0; i < 1_000; i++) {
                assertThat(runtime.spawn(Recipes.yields(1)).join(BOUND)).isEqualTo(2);
            }
            release.countDown();
            for (JoinHandle<Boolean> each : heavy) {
                assertThat(each.join(BOUND)).isTrue();
            }
            assertThat(most).hasValue(workers - 1);
        }
    }

    /** R1: others are always ready, and still it gets its turns. */
    @ParameterizedTest
    @EnumSource
    void a_background_task_is_polled_although_others_never_rest(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            AtomicBoolean over = new AtomicBoolean();
            for (int i = 0; i < 16; i++) {
                runtime.spawn(Recipes.spinUntil(over::get));
            }
            assertThat(runtime.blockOn(runtime.task().background().spawn(Recipes.yields(20))))
                    .isEqualTo(21);
            over.set(true);
        }
    }

    /** On one worker: what was spawned last but is no background task goes first. */
    @Test
    void others_go_first() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            List<String> order = new ArrayList<>();
            JoinHandle<Integer> task = runtime.spawn(cx -> {
                runtime.task().background().spawn(Recipes.run(() -> order.add("background")));
                for (int i = 0; i < 5; i++) {
                    runtime.spawn(Recipes.sequence(Recipes.yields(3), Recipes.run(() -> order.add("other"))));
                }
                return Poll.ready(0);
            });
            task.join();
            await().atMost(BOUND).until(() -> runtime.metrics().liveTasks() == 0);
            assertThat(order).containsExactly("other", "other", "other", "other", "other", "background");
        }
    }

    /** What a background poll wakes does not wait for its end where another worker sleeps. */
    @Test
    void what_a_long_background_poll_spawns_is_run_by_another_worker() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build()) {
            for (int i = 0; i < 50; i++) {
                JoinHandle<Boolean> heavy = runtime.task().background().spawn(cx -> {
                    CountDownLatch ran = new CountDownLatch(1);
                    runtime.spawn(Recipes.run(() -> {
                        ran.countDown();
                        return 0;
                    }));
                    return Poll.ready(ran.await(10, TimeUnit.SECONDS));
                });
                assertThat(heavy.join(BOUND)).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_shutdown_closes_background_tasks_that_run_and_that_wait(Runtimes on) {
        for (int round = 0; round < 20; round++) {
            TaskRuntime runtime = on.build();
            List<Watched<Integer>> tasks = new ArrayList<>();
            List<JoinHandle<Integer>> handles = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Watched<Integer> task = new Watched<>(i % 2 == 0 ? Recipes.never() : Recipes.spinUntil(() -> false));
                tasks.add(task);
                handles.add(runtime.task().background().spawn(task));
            }
            runtime.blockOn(Recipes.yields(round % 5));
            assertThat(runtime.shutdown(BOUND)).isTrue();
            handles.add(runtime.task().background().spawn(Recipes.never()));
            assertThat(handles).allMatch(JoinHandle::isDone);
            assertThat(tasks).allSatisfy(task -> {
                assertThat(task.closes).hasValue(1);
                assertThat(task.violations).hasValue(0);
            });
        }
    }

    @Test
    void it_is_ready_only_with_a_task_and_a_place_to_run_it() {
        try (CurrentThreadRuntime runtime = TaskRuntime.currentThread().build()) {
            BackgroundLane lane = new BackgroundLane(runtime, 1, () -> {});
            Task<Integer> first = new Task<>(Recipes.yields(0), lane);
            Task<Integer> second = new Task<>(Recipes.yields(0), lane);
            assertThat(lane.isReady()).isFalse();
            lane.schedule(first);
            lane.schedule(second);
            assertThat(lane.isReady()).isTrue();
            assertThat(lane.take()).isSameAs(first);
            assertThat(lane.isReady()).as("without a place").isFalse();
            assertThat(lane.take()).isNull();
            lane.leave();
            assertThat(lane.isReady()).isTrue();
            assertThat(lane.take()).isSameAs(second);
            lane.leave();
            assertThat(lane.isReady()).as("without a task").isFalse();
        }
    }

    /** Who loses a task to another has a place by then. */
    @Test
    void who_finds_no_task_after_all_gives_the_place_back() throws Exception {
        int rounds = Iterations.scaled(500_000);
        try (CurrentThreadRuntime runtime = TaskRuntime.currentThread().build()) {
            BackgroundLane lane = new BackgroundLane(runtime, 2, () -> {});
            Task<Integer> task = new Task<>(Recipes.yields(0), lane);
            AtomicInteger taken = new AtomicInteger();
            CountDownLatch both = new CountDownLatch(2);
            Runnable taker = () -> {
                both.countDown();
                while (both.getCount() > 0) {
                    Thread.onSpinWait();
                }
                for (int i = 0; i < rounds; i++) {
                    if (lane.take() != null) {
                        lane.leave();
                        taken.incrementAndGet();
                        lane.schedule(task);
                    }
                }
            };
            lane.schedule(task);
            CompletableFuture<?> other = CompletableFuture.runAsync(taker, body -> new Thread(body).start());
            taker.run();
            other.get(20, TimeUnit.SECONDS);
            assertThat(taken).hasPositiveValue();
            assertThat(lane.running()).isZero();
            assertThat(lane.size()).isEqualTo(1);
        }
    }

    @Test
    void a_background_poll_that_blocks_in_place_gives_up_its_place() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build()) {
            CountDownLatch second = new CountDownLatch(1);
            JoinHandle<Boolean> first = runtime.task()
                    .background()
                    .spawn(cx -> Poll.ready(TaskRuntime.blockInPlace(() -> second.await(10, TimeUnit.SECONDS))));
            runtime.task().background().spawn(Recipes.run(() -> {
                second.countDown();
                return 0;
            }));
            assertThat(first.join(BOUND)).isTrue();
            assertThat(runtime.task().background().spawn(Recipes.yields(5)).join(BOUND))
                    .isEqualTo(6);
        }
    }

    /** No wake is lost between the lane, its places and workers that go to sleep. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void no_background_wake_is_lost_on_a_runtime_that_parks(int workers) throws Exception {
        int rounds = Iterations.scaled(5_000);
        try (TaskRuntime runtime = TaskRuntime.builder().workers(workers).build()) {
            List<JoinHandle<Integer>> some = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                Signal signal = new Signal();
                Pollable<Integer> task = Recipes.sequence(signal, Recipes.yields(i % 3));
                some.add(runtime.task().background().spawn(task));
                signal.set();
                if (i % 3 == 0) {
                    some.add(runtime.spawn(Recipes.yields(1)));
                }
                if (i % 7 == 0) {
                    for (JoinHandle<Integer> each : some) {
                        each.join(BOUND);
                    }
                    some.clear();
                }
            }
            for (JoinHandle<Integer> each : some) {
                each.join(BOUND);
            }
            assertThat(runtime.metrics().backgroundDepth()).isZero();
        }
    }
}
