package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * Who is woken, and who does not fall asleep, where nobody watches. A watcher would find all this a millisecond later, so
 * without these wakes nothing would hang but here: each test waits for what only they bring about.
 */
class UnwatchedTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    /** What a backlog must be worth where two tasks are not worth a wake, and two hundred are. */
    private static final long WORTH_FIFTY = 50_000;

    private static WorkStealingRuntime.Builder builder(int workers) {
        return TaskRuntime.builder().workers(workers).watching(false);
    }

    private static boolean opens(CountDownLatch latch) throws InterruptedException {
        return latch.await(10, TimeUnit.SECONDS);
    }

    private static Pollable<Integer> open(CountDownLatch latch) {
        return Recipes.run(() -> {
            latch.countDown();
            return 0;
        });
    }

    /** In a poll: waits until all the other workers sleep. */
    private static void awaitSleepers(TaskRuntime runtime) {
        List<WorkerMetrics> workers = runtime.metrics().perWorker();
        await().atMost(BOUND)
                .until(() -> runtime.metrics().perWorker().stream()
                                .filter(WorkerMetrics::asleep)
                                .count()
                        == workers.size() - 1);
    }

    /** Hooks that do something as a worker falls asleep. */
    private static ThreadHooks onPark(Runnable action) {
        return new ThreadHooks() {
            @Override
            public void onPark() {
                action.run();
            }
        };
    }

    @Test
    void what_comes_from_outside_as_the_only_worker_falls_asleep_is_run() throws Exception {
        AtomicReference<TaskRuntime> built = new AtomicReference<>();
        CompletableFuture<JoinHandle<Integer>> late = new CompletableFuture<>();
        AtomicBoolean armed = new AtomicBoolean();
        ThreadHooks hooks = onPark(() -> {
            if (armed.getAndSet(false)) {
                new Thread(() -> late.complete(built.get().spawn(Recipes.yields(0)))).start();
                late.join();
            }
        });
        try (TaskRuntime runtime = builder(1).threadHooks(hooks).build()) {
            built.set(runtime);
            runtime.spawn(Recipes.run(() -> armed.getAndSet(true))).join(BOUND);
            assertThat(late.get(10, TimeUnit.SECONDS).join(BOUND)).isEqualTo(1);
        }
    }

    /** While it searches nobody else is woken for what others have: it is to look at all of them before it sleeps. */
    @Test
    void the_last_that_has_searched_looks_at_every_queue_before_it_sleeps() throws Exception {
        CountDownLatch falling = new CountDownLatch(1);
        CountDownLatch pushed = new CountDownLatch(1);
        AtomicBoolean armed = new AtomicBoolean();
        ThreadHooks hooks = onPark(() -> {
            if (armed.getAndSet(false)) {
                falling.countDown();
                awaitOpen(pushed);
            }
        });
        try (TaskRuntime runtime =
                builder(2).lifoSlot(false).wakeWorthNanos(1).threadHooks(hooks).build()) {
            JoinHandle<Boolean> task = runtime.spawn(cx -> {
                awaitSleepers(runtime);
                runtime.spawn(Recipes.run(
                        () -> { // by the other, which finds nothing after it, and has searched
                            armed.set(true);
                            return 0;
                        }));
                boolean found = opens(falling);
                CountDownLatch ran = new CountDownLatch(1);
                runtime.spawn(open(ran));
                pushed.countDown();
                return Poll.ready(found && opens(ran));
            });
            assertThat(task.join(BOUND)).isTrue();
        }
    }

    private static void awaitOpen(CountDownLatch latch) {
        try {
            opens(latch);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void a_backlog_that_is_worth_it_wakes_a_sleeper() throws Exception {
        try (TaskRuntime runtime = builder(2).lifoSlot(false).wakeWorthNanos(1).build()) {
            assertThat(runtime.spawn(blockedBySpawned(runtime, 10, 10)).join(BOUND))
                    .isTrue();
        }
    }

    @Test
    void what_has_overflowed_counts_as_well() throws Exception {
        try (TaskRuntime runtime = builder(2)
                .lifoSlot(false)
                .queueCapacity(4)
                .wakeWorthNanos(WORTH_FIFTY)
                .build()) {
            assertThat(runtime.spawn(blockedBySpawned(runtime, 200, 150)).join(BOUND))
                    .isTrue();
        }
    }

    /** A poll that spawns while the others sleep, and lasts until some of those it has spawned have run. */
    private static Pollable<Boolean> blockedBySpawned(TaskRuntime runtime, int count, int awaited) {
        return cx -> {
            awaitSleepers(runtime);
            CountDownLatch ran = new CountDownLatch(awaited);
            for (int i = 0; i < count; i++) {
                runtime.spawn(open(ran));
            }
            return Poll.ready(opens(ran));
        };
    }

    /** The first that is woken searches until all is there, so that it alone can wake the second. */
    @Test
    void who_finds_work_wakes_the_next_if_there_is_more() throws Exception {
        CountDownLatch pushed = new CountDownLatch(1);
        AtomicBoolean armed = new AtomicBoolean();
        ThreadHooks hooks = new ThreadHooks() {
            @Override
            public void onUnpark() {
                if (armed.getAndSet(false)) {
                    awaitOpen(pushed);
                }
            }
        };
        try (TaskRuntime runtime =
                builder(3).lifoSlot(false).wakeWorthNanos(1).threadHooks(hooks).build()) {
            CyclicBarrier both = new CyclicBarrier(2);
            JoinHandle<Boolean> task = runtime.spawn(cx -> {
                awaitSleepers(runtime);
                armed.set(true);
                List<JoinHandle<Integer>> pairs = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    pairs.add(runtime.spawn(Recipes.run(() -> both.await(10, TimeUnit.SECONDS))));
                }
                pushed.countDown();
                await().atMost(BOUND).until(() -> pairs.stream().allMatch(JoinHandle::isDone));
                return Poll.ready(pairs.stream().noneMatch(pair -> pair.failure() != null));
            });
            assertThat(task.join(BOUND)).isTrue();
        }
    }

    @Test
    void what_a_background_poll_spawns_wakes_another_however_little_it_is_worth() throws Exception {
        try (TaskRuntime runtime = builder(2).wakeWorthNanos(Long.MAX_VALUE).build()) {
            JoinHandle<Boolean> heavy = runtime.task().background().spawn(blockedBySpawned(runtime, 1, 1));
            assertThat(heavy.join(BOUND)).isTrue();
        }
    }

    @Test
    void events_go_before_background_tasks() throws Exception {
        try (TaskRuntime runtime = builder(1).driver(clock -> new FakeDriver()).build()) {
            List<String> order = new ArrayList<>();
            Signal event = new Signal();
            JoinHandle<Integer> background = runtime.blockOn(runtime.spawn(cx -> {
                runtime.spawn(Recipes.sequence(event, Recipes.run(() -> order.add("event"))));
                cx.service(FakeDriver.class).happen(event::set);
                return Poll.ready(runtime.task().background().spawn(Recipes.run(() -> {
                    order.add("background");
                    return 0;
                })));
            }));
            background.join(BOUND);
            assertThat(order).containsExactly("event", "background");
        }
    }

    @Test
    void a_busy_worker_serves_the_drivers_of_others_too() throws Exception {
        List<FakeDriver> drivers = new ArrayList<>();
        try (TaskRuntime runtime = builder(1)
                .drivers(2)
                .driver(clock -> {
                    drivers.add(new FakeDriver());
                    return drivers.get(drivers.size() - 1);
                })
                .build()) {
            AtomicBoolean happened = new AtomicBoolean();
            JoinHandle<Integer> busy = runtime.spawn(Recipes.spinUntil(happened::get));
            drivers.get(1).happen(() -> happened.set(true));
            assertThat(busy.join(BOUND)).isZero();
        }
    }
}
