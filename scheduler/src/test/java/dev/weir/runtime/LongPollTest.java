package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.task.Iterations;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.time.Sleep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a worker in a long poll cannot get at is served by others (R1). No clock decides these tests: each long poll
 * lasts until what it holds up has happened, so it is rescued or it hangs.
 */
class LongPollTest {
    private static final Duration BOUND = Duration.ofSeconds(10);

    private final ConcurrentLinkedQueue<FakeDriver> drivers = new ConcurrentLinkedQueue<>();

    private WorkStealingRuntime.Builder builder(int workers) {
        return TaskRuntime.builder().workers(workers).driver(clock -> {
            FakeDriver driver = new FakeDriver();
            drivers.add(driver);
            return driver;
        });
    }

    /** A poll that ends only when the latch is open; true unless that took too long. */
    private static boolean block(CountDownLatch latch) throws InterruptedException {
        return latch.await(10, TimeUnit.SECONDS);
    }

    private static void quiet(TaskRuntime runtime) {
        long[] parks = {-1};
        await().atMost(BOUND).pollInterval(Duration.ofMillis(50)).until(() -> {
            long before = parks[0];
            parks[0] = runtime.metrics().parks();
            return parks[0] == before;
        });
    }

    @Test
    void a_task_in_the_slot_of_a_blocked_worker_runs() throws Exception {
        try (TaskRuntime runtime = builder(2).build()) {
            for (int i = 0; i < 20; i++) {
                JoinHandle<Boolean> task = runtime.spawn(cx -> {
                    CountDownLatch ran = new CountDownLatch(1);
                    runtime.spawn(open(ran));
                    return Poll.ready(block(ran));
                });
                assertThat(task.join(BOUND)).isTrue();
            }
            assertThat(runtime.metrics().rescues()).isPositive();
        }
    }

    private static Pollable<Integer> open(CountDownLatch latch) {
        return Recipes.run(() -> {
            latch.countDown();
            return 0;
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 256})
    void a_queue_behind_a_blocked_task_is_served(int capacity) throws Exception {
        try (TaskRuntime runtime = builder(2).queueCapacity(capacity).build()) {
            JoinHandle<Boolean> task = runtime.spawn(cx -> {
                CountDownLatch ran = new CountDownLatch(20);
                for (int i = 0; i < 20; i++) {
                    runtime.spawn(open(ran));
                }
                return Poll.ready(block(ran));
            });
            assertThat(task.join(BOUND)).isTrue();
        }
    }

    @Test
    void without_the_slot_too() throws Exception {
        try (TaskRuntime runtime = builder(2).lifoSlot(false).build()) {
            JoinHandle<Boolean> task = runtime.spawn(cx -> {
                CountDownLatch ran = new CountDownLatch(1);
                runtime.spawn(open(ran));
                return Poll.ready(block(ran));
            });
            assertThat(task.join(BOUND)).isTrue();
        }
    }

    /** Each task blocks until the next one runs, down to the last worker. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 8})
    void a_chain_of_blocked_workers_gets_to_its_end(int workers) throws Exception {
        try (TaskRuntime runtime = builder(workers).build()) {
            for (int i = 0; i < 5; i++) {
                quiet(runtime);
                assertThat(runtime.spawn(chain(runtime, workers - 1)).join(BOUND))
                        .isTrue();
            }
        }
    }

    /**
     * All workers but one block until what each of them has spawned ran, and nobody waits for the runtime to be quiet
     * in between: who has just rescued a task may be given one that blocks before he runs it, and who finds one that
     * blocks may have been the last that could watch.
     */
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 6})
    void what_blocked_workers_have_spawned_runs_whoever_takes_it(int workers) throws Exception {
        int rounds = Iterations.scaled(200);
        try (TaskRuntime runtime = builder(workers).build()) {
            for (int round = 0; round < rounds; round++) {
                CountDownLatch ran = new CountDownLatch(workers - 1);
                List<JoinHandle<Boolean>> stuck = new ArrayList<>();
                for (int i = 0; i < workers - 1; i++) {
                    stuck.add(runtime.spawn(cx -> {
                        runtime.spawn(open(ran));
                        return Poll.ready(block(ran));
                    }));
                }
                for (JoinHandle<Boolean> task : stuck) {
                    assertThat(task.join(BOUND)).as("round %d", round).isTrue();
                }
            }
        }
    }

    private static Pollable<Boolean> chain(TaskRuntime runtime, int depth) {
        return cx -> {
            if (depth == 0) {
                return Poll.ready(true);
            }
            CountDownLatch ran = new CountDownLatch(1);
            boolean[] rest = {false};
            runtime.spawn(Recipes.sequence(
                    cx2 -> {
                        rest[0] = chain(runtime, depth - 1).poll(cx2).get();
                        return Poll.ready(0);
                    },
                    open(ran)));
            return Poll.ready(block(ran) && rest[0]);
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_timer_of_a_blocked_worker_fires(int count) throws Exception {
        try (TaskRuntime runtime = builder(2).drivers(count).build()) {
            for (int i = 0; i < 20; i++) {
                // set the timer and block on one worker: they follow each other through the slot
                JoinHandle<Boolean> task = runtime.spawn(cx -> {
                    CountDownLatch fired = new CountDownLatch(1);
                    Sleep sleep = Sleep.of(Duration.ofMillis(2));
                    JoinHandle<Boolean> blocker = runtime.spawn(cx2 -> Poll.ready(block(fired)));
                    JoinHandle<Integer> sleeper = runtime.spawn(Recipes.sequence(sleep, open(fired)));
                    return Poll.ready(sleeper != null && blocker != null);
                });
                assertThat(task.join(BOUND)).isTrue();
                runtime.blockOn(Recipes.yields(1));
                await().atMost(BOUND)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> runtime.metrics().liveTasks() == 0);
            }
        }
    }

    /** The worker that dispatches an event blocks in the task that the event woke, and is needed for the next one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void an_event_is_dispatched_while_the_worker_that_drove_is_blocked(int count) throws Exception {
        try (TaskRuntime runtime = builder(2).drivers(count).build()) {
            List<FakeDriver> all = new ArrayList<>(drivers);
            for (int i = 0; i < 4; i++) {
                for (FakeDriver first : all) {
                    for (FakeDriver second : all) {
                        Signal woken = new Signal();
                        Signal next = new Signal();
                        CountDownLatch blocked = new CountDownLatch(1);
                        CountDownLatch ran = new CountDownLatch(1);
                        JoinHandle<Boolean> blocker = runtime.spawn(Recipes.sequence(woken, cx -> {
                            blocked.countDown();
                            return Poll.ready(block(ran));
                        }));
                        JoinHandle<Integer> other = runtime.spawn(Recipes.sequence(next, open(ran)));
                        quiet(runtime);
                        first.happen(woken::set);
                        assertThat(block(blocked)).isTrue();
                        second.happen(next::set);
                        assertThat(blocker.join(BOUND)).isTrue();
                        other.join(BOUND);
                    }
                }
            }
            assertThat(all).allMatch(each -> each.violations.get() == 0);
        }
    }

    /**
     * The watcher looks into the driver of a worker just as that worker falls asleep, and so finds no seat. Nobody is to
     * leave that driver alone when all sleep.
     */
    @Test
    void a_driver_that_the_watcher_looked_into_as_its_worker_fell_asleep_is_not_left_alone() throws Exception {
        ConcurrentLinkedQueue<SlowDriver> slow = new ConcurrentLinkedQueue<>();
        try (WorkStealingRuntime runtime = TaskRuntime.builder()
                .workers(2)
                .drivers(2)
                .driver(clock -> {
                    SlowDriver driver = new SlowDriver();
                    slow.add(driver);
                    return driver;
                })
                .build()) {
            for (int round = 0; round < 5; round++) {
                Signal signal = new Signal();
                JoinHandle<Integer> woken = runtime.spawn(Recipes.sequence(signal, open(new CountDownLatch(1))));
                quiet(runtime);
                CountDownLatch end = new CountDownLatch(1);
                CountDownLatch release = new CountDownLatch(1);
                CountDownLatch looking = new CountDownLatch(1);
                AtomicReference<SlowDriver> home = new AtomicReference<>();
                JoinHandle<Boolean> poll = runtime.spawn(cx -> {
                    SlowDriver driver = runtime.service(SlowDriver.class);
                    home.set(driver);
                    driver.slowDown(looking, release);
                    return Poll.ready(block(end));
                });
                assertThat(block(looking)).isTrue();
                end.countDown();
                assertThat(poll.join(BOUND)).isTrue();
                await().atMost(BOUND).until(() -> runtime.idle().awake() == 0);
                release.countDown();
                quiet(runtime);

                home.get().happen(signal::set);
                assertThat(woken.join(BOUND)).isZero();
            }
            assertThat(slow).allMatch(each -> each.violations.get() == 0);
        }
    }

    /** The next look into it lasts until it is released. */
    private static final class SlowDriver extends FakeDriver {
        private final AtomicReference<Runnable> next = new AtomicReference<>(() -> {});

        void slowDown(CountDownLatch begun, CountDownLatch release) {
            next.set(() -> {
                begun.countDown();
                try {
                    block(release);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
        }

        @Override
        public int poll() {
            next.getAndSet(() -> {}).run();
            return super.poll();
        }

        @Override
        public <S> S service(Class<S> type) {
            return type == SlowDriver.class ? type.cast(this) : super.service(type);
        }
    }

    /** Tasks too short to be worth stealing are worth it when their worker is stuck. */
    @Test
    void all_of_a_long_queue_of_short_tasks_is_fetched_from_a_blocked_worker() throws Exception {
        try (TaskRuntime runtime = builder(2).build()) {
            for (int round = 0; round < 10; round++) {
                CountDownLatch ran = new CountDownLatch(10_000);
                long[] rescues = {0};
                JoinHandle<Boolean> stuck = runtime.spawn(cx -> {
                    Gauge gauge = ((Worker) cx.host()).gauge();
                    for (int i = 0; i < 100; i++) {
                        gauge.note(10_000, 100, 100, 0); // a hundred tasks took ten microseconds
                    }
                    assertThat(gauge.isWorthMoving()).isFalse();
                    for (int i = 0; i < 10_000; i++) {
                        runtime.spawn(open(ran));
                    }
                    rescues[0] = runtime.metrics().rescues();
                    return Poll.ready(block(ran));
                });
                assertThat(stuck.join(BOUND)).isTrue();
                assertThat(runtime.metrics().rescues() - rescues[0])
                        .as("round %d", round)
                        .isLessThan(10);
            }
        }
    }

    /** One blocked worker of two is enough to hold up a runtime whose tasks are woken from outside. */
    @Test
    void remote_spawns_are_served_beside_a_blocked_worker() throws Exception {
        try (TaskRuntime runtime = builder(2).build()) {
            CountDownLatch release = new CountDownLatch(1);
            JoinHandle<Integer> blocked = runtime.spawn(cx -> {
                release.await(); // however long it takes to serve a thousand, one after the other
                return Poll.ready(0);
            });
            try {
                for (int i = 0; i < 1_000; i++) {
                    int id = i;
                    assertThat(runtime.spawn(Recipes.run(() -> id)).join(BOUND)).isEqualTo(id);
                }
            } finally {
                release.countDown();
            }
            assertThat(blocked.join(BOUND)).isZero();
        }
    }
}
