package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RuntimeMetricsTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    @ParameterizedTest
    @EnumSource
    void polls_spawns_and_live_tasks_are_counted(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            List<JoinHandle<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                tasks.add(runtime.spawn(Recipes.yields(4)));
            }
            runtime.blockOn(Recipes.all(tasks));
            runtime.blockOn(runtime.spawn(cx -> {
                for (int i = 0; i < 50; i++) {
                    runtime.spawn(Recipes.yields(0));
                }
                return Poll.ready(0);
            }));
            runtime.blockOn(Recipes.spinUntil(() -> runtime.metrics().liveTasks() == 1));
            await().atMost(BOUND).until(() -> runtime.metrics().liveTasks() == 0);
            RuntimeMetrics metrics = runtime.metrics();
            assertThat(metrics.spawnedTasks()).isEqualTo(154); // three of them blocked on
            assertThat(metrics.polls()).isGreaterThanOrEqualTo(551);
            assertThat(metrics.remoteSchedules()).isGreaterThanOrEqualTo(100);
            assertThat(metrics.injectDepth()).isZero();
            assertThat(metrics.perWorker()).hasSize(metrics.workers());
            assertThat(metrics.perWorker().stream()
                            .mapToLong(WorkerMetrics::localSchedules)
                            .sum())
                    .isGreaterThanOrEqualTo(50);
            assertThat(metrics.pollTimes()).isNull();
        }
    }

    @Test
    void a_worker_that_sleeps_is_not_busy_and_one_that_polls_is() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            await().atMost(BOUND).until(() -> worker(runtime).asleep());
            WorkerMetrics before = worker(runtime);
            await().pollDelay(Duration.ofMillis(20)).until(() -> true);
            assertThat(worker(runtime).busy()).isEqualTo(before.busy());
            CountDownLatch polling = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            JoinHandle<Long> task = runtime.spawn(cx -> {
                polling.countDown();
                release.await();
                return Poll.ready(Thread.currentThread().getId());
            });
            polling.await();
            await().atMost(BOUND)
                    .until(() -> worker(runtime).busy().minus(before.busy()).compareTo(Duration.ofMillis(5)) > 0);
            assertThat(worker(runtime).asleep()).isFalse();
            release.countDown();
            assertThat(worker(runtime).threadId()).isEqualTo(task.join(BOUND));
            await().atMost(BOUND)
                    .until(() -> worker(runtime).asleep() && worker(runtime).parks() > before.parks());
        }
    }

    @Test
    void the_first_poll_of_a_thread_that_drives_is_timed_once_somebody_has_asked() {
        Duration spun = Duration.ofMillis(2);
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            runtime.blockOn(spinningFor(spun));
            WorkerMetrics before = worker(runtime);
            assertThat(before.polls()).isEqualTo(1);
            assertThat(before.busy()).isZero();
            assertThat(before.meanPoll()).isZero();
            runtime.blockOn(spinningFor(spun));
            assertThat(worker(runtime).busy()).isGreaterThanOrEqualTo(spun);
            assertThat(worker(runtime).meanPoll())
                    .as("of the poll that was timed")
                    .isEqualTo(worker(runtime).busy());
        }
    }

    @Test
    void a_thread_that_drives_on_is_timed_from_its_second_poll() {
        Duration spun = Duration.ofMillis(2);
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            runtime.blockOn(Recipes.sequence(Recipes.yields(1), spinningFor(spun)));
            WorkerMetrics worker = worker(runtime);
            assertThat(worker.polls()).isEqualTo(2);
            assertThat(worker.busy()).isGreaterThanOrEqualTo(spun);
            assertThat(worker.meanPoll()).isEqualTo(worker.busy());
        }
    }

    private static Pollable<Integer> spinningFor(Duration time) {
        return Recipes.run(() -> {
            long start = System.nanoTime();
            while (System.nanoTime() - start < time.toNanos()) {
                Thread.onSpinWait();
            }
            return 0;
        });
    }

    private static WorkerMetrics worker(TaskRuntime runtime) {
        return runtime.metrics().perWorker().get(0);
    }

    @Test
    void a_queue_that_overflows_and_tasks_that_wait_are_counted() throws Exception {
        try (TaskRuntime runtime =
                TaskRuntime.builder().workers(1).queueCapacity(4).build()) {
            CountDownLatch spawned = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            JoinHandle<Integer> task = runtime.spawn(cx -> {
                for (int i = 0; i < 20; i++) {
                    runtime.spawn(Recipes.yields(0));
                }
                spawned.countDown();
                release.await();
                return Poll.ready(0);
            });
            spawned.await();
            RuntimeMetrics metrics = runtime.metrics();
            assertThat(metrics.overflows()).isPositive();
            assertThat(metrics.injectDepth() + metrics.perWorker().get(0).queueDepth())
                    .isEqualTo(19); // and the slot
            release.countDown();
            task.join(BOUND);
        }
    }

    @Test
    void a_task_that_is_set_back_behind_its_peers_is_counted_once() {
        TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
        runtime.spawn(chain(runtime, 100)).join();
        await().atMost(BOUND).until(() -> runtime.metrics().liveTasks() == 0);
        runtime.close(); // what its thread has counted is seen from here on
        assertThat(worker(runtime).localSchedules()).isEqualTo(100);
    }

    /** Each goes through the slot, which only so many in a row may. */
    private static Pollable<Integer> chain(TaskRuntime runtime, int length) {
        return Recipes.run(() -> {
            if (length > 0) {
                runtime.spawn(chain(runtime, length - 1));
            }
            return length;
        });
    }

    @Test
    void tasks_that_another_worker_took_are_counted() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build()) {
            JoinHandle<Boolean> task = runtime.spawn(cx -> {
                CountDownLatch ran = new CountDownLatch(200);
                for (int i = 0; i < 200; i++) {
                    runtime.spawn(Recipes.run(() -> {
                        ran.countDown();
                        return 0;
                    }));
                }
                return Poll.ready(ran.await(10, TimeUnit.SECONDS));
            });
            assertThat(task.join(BOUND)).isTrue();
            RuntimeMetrics metrics = runtime.metrics();
            long stolen = metrics.perWorker().stream()
                    .mapToLong(WorkerMetrics::stolenTasks)
                    .sum();
            assertThat(stolen).isGreaterThanOrEqualTo(metrics.steals());
            assertThat(metrics.steals() + metrics.rescues()).isPositive();
        }
    }

    @Test
    void blocking_threads_and_calls_are_counted_by_what_they_do() throws Exception {
        try (TaskRuntime runtime =
                TaskRuntime.builder().workers(1).blockingThreads(1).build()) {
            CountDownLatch release = new CountDownLatch(1);
            CountDownLatch started = new CountDownLatch(1);
            JoinHandle<Integer> running = runtime.spawnBlocking(() -> {
                started.countDown();
                release.await();
                return 1;
            });
            JoinHandle<Integer> waiting = runtime.spawnBlocking(() -> 2);
            started.await();
            RuntimeMetrics metrics = runtime.metrics();
            assertThat(metrics.blockingCalls()).isEqualTo(2);
            assertThat(metrics.blockingQueueDepth()).isEqualTo(1);
            assertThat(metrics.blockingThreads()).isEqualTo(1);
            assertThat(metrics.idleBlockingThreads()).isZero();
            release.countDown();
            assertThat(running.join(BOUND) + waiting.join(BOUND)).isEqualTo(3);
            await().atMost(BOUND).until(() -> runtime.metrics().idleBlockingThreads() == 1);
            assertThat(runtime.metrics().blockingQueueDepth()).isZero();
        }
    }

    @Test
    void there_are_no_more_of_them_than_there_may_be() throws Exception {
        try (TaskRuntime runtime =
                TaskRuntime.builder().workers(2).blockingThreads(1).build()) {
            CountDownLatch blocked = new CountDownLatch(2);
            CountDownLatch release = new CountDownLatch(1);
            List<JoinHandle<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                tasks.add(runtime.spawn(cx -> Poll.ready(TaskRuntime.blockInPlace(() -> {
                    blocked.countDown();
                    release.await();
                    return 1;
                }))));
            }
            assertThat(blocked.await(20, TimeUnit.SECONDS)).isTrue();
            int spares = runtime.metrics().spareThreads();
            release.countDown();
            assertThat(spares).isEqualTo(1);
            for (JoinHandle<Integer> task : tasks) {
                assertThat(task.join(BOUND)).isEqualTo(1);
            }
        }
    }

    @Test
    void threads_made_for_polls_that_block_in_place_are_counted() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            assertThat(runtime.metrics().spareThreads()).isZero();
            runtime.spawn(cx -> Poll.ready(TaskRuntime.blockInPlace(
                            () -> runtime.spawn(Recipes.yields(1)).join())))
                    .join(BOUND);
            assertThat(runtime.metrics().spareThreads()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void every_poll_is_in_the_histogram_where_it_is_asked_for(Runtimes on) {
        try (TaskRuntime runtime = on.builder().pollTimes(true).build()) {
            for (int i = 0; i < 10; i++) {
                runtime.blockOn(runtime.spawn(Recipes.yields(9)));
            }
            await().atMost(BOUND).until(() -> runtime.metrics().pollTimes().count() >= 110);
            Histogram times = runtime.metrics().pollTimes();
            assertThat(times.count()).isBetween(110L, 130L);
            assertThat(times.quantile(0.5)).isPositive().isLessThanOrEqualTo(times.quantile(1));
            assertThat(times.buckets())
                    .allSatisfy(bucket -> assertThat(bucket.start()).isLessThan(bucket.end()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_histograms_of_the_pollers_are_parts_of_the_whole(Runtimes on) {
        try (TaskRuntime runtime =
                on.builder().pollTimes(true).scheduleLatencies(true).build()) {
            List<JoinHandle<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                tasks.add(runtime.spawn(Recipes.yields(i % 5)));
            }
            runtime.blockOn(Recipes.all(tasks));
            await().atMost(BOUND).untilAsserted(() -> {
                RuntimeMetrics metrics = runtime.metrics();
                long polls = 0;
                for (WorkerMetrics worker : metrics.perWorker()) {
                    assertThat(worker.pollTimes().count()).isEqualTo(worker.polls());
                    assertThat(worker.scheduleLatencies().count()).isEqualTo(worker.polls());
                    assertThat(worker.turns()).isLessThanOrEqualTo(worker.polls());
                    polls += worker.polls();
                }
                assertThat(polls).isEqualTo(metrics.polls()).isGreaterThanOrEqualTo(600);
                assertThat(metrics.scheduleLatencies().count()).isEqualTo(polls);
                assertThat(metrics.pollTimes().count()).isGreaterThanOrEqualTo(polls); // and those of this thread
            });
        }
    }

    /** The second runs in the turn of the first, but it has waited on its own. */
    @Test
    void a_task_out_of_the_slot_has_a_latency_of_its_own_and_no_turn() throws Exception {
        try (TaskRuntime runtime =
                TaskRuntime.builder().workers(1).scheduleLatencies(true).build()) {
            JoinHandle<JoinHandle<Integer>> first =
                    runtime.spawn(cx -> Poll.ready(runtime.spawn(Recipes.run(() -> 0))));
            first.join(BOUND).join(BOUND);
            WorkerMetrics worker = worker(runtime);
            assertThat(worker.turns()).isEqualTo(1);
            assertThat(worker.polls()).isEqualTo(2);
            assertThat(worker.scheduleLatencies().count()).isEqualTo(2);
            assertThat(worker.pollTimes()).isNull();
        }
    }

    /** By a wake, by a yield, as it is spawned, and in the lane of background tasks: never shorter than what was before it. */
    @ParameterizedTest
    @EnumSource
    void a_latency_lasts_from_the_wake_to_the_poll(Runtimes on) {
        Duration held = Duration.ofMillis(3);
        for (boolean background : new boolean[] {false, true}) {
            try (TaskRuntime runtime = on.builder().scheduleLatencies(true).build()) {
                Signal woken = new Signal();
                JoinHandle<Integer> waits =
                        background ? runtime.task().background().spawn(woken) : runtime.spawn(woken);
                runtime.blockOn(Recipes.yields(3));
                long before = over(runtime.metrics().scheduleLatencies(), held);
                runtime.blockOn(runtime.spawn(Recipes.run(() -> {
                    woken.set();
                    hold(held);
                    return 0;
                })));
                runtime.blockOn(waits);
                if (on != Runtimes.FOUR_WORKERS) { // where another worker may take it meanwhile
                    assertThat(over(runtime.metrics().scheduleLatencies(), held))
                            .isGreaterThan(before);
                }
                assertThat(runtime.metrics().scheduleLatencies().count()).isGreaterThanOrEqualTo(2);
            }
        }
    }

    private static void hold(Duration time) {
        long start = System.nanoTime();
        while (System.nanoTime() - start <= time.toNanos()) {
            Thread.onSpinWait();
        }
    }

    private static long over(Histogram histogram, Duration limit) {
        return histogram.buckets().stream()
                .filter(bucket -> bucket.end().compareTo(limit) > 0)
                .mapToLong(Histogram.Bucket::count)
                .sum();
    }

    @ParameterizedTest
    @EnumSource
    void latencies_that_nobody_asks_for_cost_nothing(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            assertThat(((Task<Integer>) runtime.spawn(Recipes.yields(0))).scheduler())
                    .as("no object between the task and its runtime")
                    .isSameAs(runtime);
            RuntimeMetrics metrics = runtime.metrics();
            assertThat(metrics.scheduleLatencies()).isNull();
            assertThat(metrics.perWorker()).allSatisfy(worker -> {
                assertThat(worker.scheduleLatencies()).isNull();
                assertThat(worker.pollTimes()).isNull();
            });
        }
    }

    @Test
    void the_queue_of_the_driving_thread_is_seen_from_others() {
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            int depth = runtime.blockOn(runtime.spawn(Recipes.run(() -> {
                for (int i = 0; i < 3; i++) {
                    runtime.spawn(Recipes.yields(0));
                }
                return worker(runtime).queueDepth();
            })));
            assertThat(depth).isEqualTo(3);
            runtime.blockOn(Recipes.yields(1));
            assertThat(worker(runtime).queueDepth()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"0,0,1", "3,3,4", "4,4,5", "7,7,8", "8,8,10", "1000,896,1024", "1023,896,1024", "1024,1024,1280"})
    void a_length_falls_into_a_bucket_whose_bounds_are_a_quarter_apart(long nanos, long start, long end) {
        Tally timer = new Tally();
        timer.record(nanos);
        timer.record(Long.MAX_VALUE);
        timer.record(-1);
        Histogram times = timer.snapshot();
        assertThat(times.count()).isEqualTo(3);
        assertThat(times.buckets()).anySatisfy(bucket -> {
            assertThat(bucket.start()).hasNanos(start);
            assertThat(bucket.end()).hasNanos(end);
        });
        assertThat(times.quantile(1)).hasNanos(Long.MAX_VALUE);
    }

    @Test
    void a_quantile_is_from_nothing_to_all() {
        Histogram none = new Histogram(List.of());
        assertThat(none.quantile(0.99)).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> none.quantile(1.01))
                .withMessageContaining("1.01");
        assertThatIllegalArgumentException().isThrownBy(() -> none.quantile(Double.NaN));
    }
}
