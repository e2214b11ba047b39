package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.time.Sleep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What holds up other runtimes, with the mechanism that prevents it here and without it: each test shows both, so that
 * it would notice if the mechanism did nothing. The blocked polls wait for what they hold up, long if it must happen,
 * and for a moment if it cannot.
 */
class HazardsTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final Duration MOMENT = Duration.ofMillis(200);

    private static WorkStealingRuntime.Builder builder(boolean prevented) {
        return TaskRuntime.builder()
                .workers(2)
                .drivers(1)
                .watching(prevented)
                .wakeWorthNanos(Long.MAX_VALUE); // nobody is woken for a backlog: the watcher alone helps
    }

    private static boolean isOpened(CountDownLatch latch, boolean prevented) throws InterruptedException {
        return latch.await((prevented ? BOUND : MOMENT).toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Pollable<Integer> open(CountDownLatch latch) {
        return Recipes.run(() -> {
            latch.countDown();
            return 0;
        });
    }

    private static void untilAllSleep(TaskRuntime runtime) {
        long[] parks = {-1};
        await().atMost(BOUND).pollInterval(Duration.ofMillis(50)).until(() -> {
            long before = parks[0];
            parks[0] = runtime.metrics().parks();
            // a worker whose thread has not begun yet counts no park
            return parks[0] == before && runtime.metrics().perWorker().stream().allMatch(WorkerMetrics::asleep);
        });
    }

    /** tokio#4730: the worker that drove is in a long poll, and nobody looks at sockets and timers. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_event_behind_a_long_poll_of_the_worker_that_drove(boolean prevented) throws Exception {
        FakeDriver driver = new FakeDriver();
        try (TaskRuntime runtime = builder(prevented).driver(clock -> driver).build()) {
            Signal first = new Signal();
            Signal second = new Signal();
            CountDownLatch blocked = new CountDownLatch(1);
            CountDownLatch served = new CountDownLatch(1);
            JoinHandle<Boolean> blocker = runtime.spawn(Recipes.sequence(first, cx -> {
                blocked.countDown();
                return Poll.ready(isOpened(served, prevented));
            }));
            JoinHandle<Integer> other = runtime.spawn(Recipes.sequence(second, open(served)));
            untilAllSleep(runtime);
            driver.happen(first::set);
            assertThat(isOpened(blocked, true)).isTrue();
            driver.happen(second::set);
            assertThat(blocker.join(BOUND)).as("served by the other worker").isEqualTo(prevented);
            other.join(BOUND);
        }
    }

    /** The same, and it is a timer of that driver that nobody looks at. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_timer_behind_a_long_poll_of_the_worker_that_drove(boolean prevented) throws Exception {
        FakeDriver driver = new FakeDriver();
        try (TaskRuntime runtime = builder(prevented).driver(clock -> driver).build()) {
            Signal first = new Signal();
            JoinHandle<Boolean> blocker = runtime.spawn(Recipes.sequence(first, cx -> {
                CountDownLatch fired = new CountDownLatch(1);
                Sleep sleep = Sleep.of(MOMENT.dividedBy(10));
                sleep.poll(cx.withWaker(fired::countDown));
                boolean inTime = isOpened(fired, prevented);
                sleep.close();
                return Poll.ready(inTime);
            }));
            untilAllSleep(runtime);
            driver.happen(first::set);
            assertThat(blocker.join(BOUND)).as("fired by the other worker").isEqualTo(prevented);
        }
    }

    /** tokio#4941: a task woken by a task that then blocks sits in the slot, where thieves do not look. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_task_in_the_slot_behind_a_long_poll(boolean prevented) throws Exception {
        try (TaskRuntime runtime = builder(prevented).build()) {
            untilAllSleep(runtime);
            JoinHandle<Boolean> blocker = runtime.spawn(cx -> {
                CountDownLatch served = new CountDownLatch(1);
                runtime.spawn(open(served));
                return Poll.ready(isOpened(served, prevented));
            });
            assertThat(blocker.join(BOUND)).as("served by the other worker").isEqualTo(prevented);
            assertThat(runtime.metrics().rescues()).isEqualTo(prevented ? 1 : 0);
        }
    }

    /** Tokio 1.24 stands still here: a task that spawns its successor into the slot never lets go of it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void spawns_from_outside_beside_a_respawning_task_on_each_worker(boolean prevented) throws Exception {
        AtomicBoolean on = new AtomicBoolean(true);
        try (TaskRuntime runtime = TaskRuntime.builder()
                .workers(2)
                .slotLimit(prevented ? Worker.SLOT_LIMIT : Integer.MAX_VALUE)
                .build()) {
            CountDownLatch begun = new CountDownLatch(2);
            for (int i = 0; i < 2; i++) {
                runtime.spawn(respawning(runtime, on, begun));
            }
            begun.await();
            List<JoinHandle<Integer>> handles = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                handles.add(runtime.spawn(Recipes.run(() -> 1)));
            }
            boolean all = true;
            try {
                for (JoinHandle<Integer> handle : handles) {
                    handle.join(prevented ? BOUND : MOMENT);
                }
            } catch (TimeoutException e) {
                all = false;
            } finally {
                on.set(false);
            }
            assertThat(all).as("all have run").isEqualTo(prevented);
        }
    }

    /** Begins when two of it run at the same time, so that each has a worker. */
    private static Pollable<Integer> respawning(TaskRuntime runtime, AtomicBoolean on, CountDownLatch begun) {
        return Recipes.run(() -> {
            begun.countDown();
            await().atMost(BOUND).pollInterval(Duration.ofMillis(1)).until(() -> begun.getCount() == 0);
            respawn(runtime, on);
            return 0;
        });
    }

    private static void respawn(TaskRuntime runtime, AtomicBoolean on) {
        if (on.get()) {
            runtime.spawn(Recipes.run(() -> {
                respawn(runtime, on);
                return 0;
            }));
        }
    }

    @Test
    void the_mechanisms_are_on_unless_a_test_turns_them_off() {
        WorkStealingRuntime.Builder builder = TaskRuntime.builder();
        assertThat(builder.watching).isTrue();
        assertThat(builder.overflowKeepsTurn).isTrue();
        assertThat(builder.weighsBacklog).isTrue();
        assertThat(builder.slotLimit).isEqualTo(3);
    }
}
