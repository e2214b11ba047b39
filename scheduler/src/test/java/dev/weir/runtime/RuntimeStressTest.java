package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.task.Context;
import dev.weir.task.Iterations;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.WakerCell;
import dev.weir.time.Sleep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is lost and nothing runs twice, whatever the number of workers, drivers and queue slots. */
class RuntimeStressTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    /** The corners of the scheduler: one worker, more workers than processors, tiny queues, two drivers. */
    static Stream<WorkStealingRuntime.Builder> shapes() {
        return Stream.of(
                shape(1, 1, 256),
                shape(1, 1, 1),
                shape(2, 1, 256),
                shape(2, 2, 2),
                shape(4, 1, 4),
                shape(4, 2, 1),
                shape(4, 2, 256).lifoSlot(false));
    }

    private static WorkStealingRuntime.Builder shape(int workers, int drivers, int capacity) {
        return TaskRuntime.builder()
                .workers(workers)
                .drivers(drivers)
                .queueCapacity(capacity)
                .name("w" + workers + "-d" + drivers + "-q" + capacity);
    }

    private static List<Thread> start(int count, Runnable body) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(body);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        return threads;
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join(BOUND.toMillis());
            assertThat(thread.isAlive()).isFalse();
        }
    }

    /** Half of them are spawned by threads outside, and each of those spawns one from inside. */
    @ParameterizedTest
    @EnumSource
    void of_a_million_tasks_none_is_lost_and_none_runs_twice(Runtimes on) throws Exception {
        int total = Iterations.of(200_000, 1_000_000);
        AtomicIntegerArray runs = new AtomicIntegerArray(total);
        AtomicInteger done = new AtomicInteger();
        Signal all = new Signal();
        try (TaskRuntime runtime = on.build()) {
            AtomicInteger next = new AtomicInteger();
            List<Thread> spawners = start(2, () -> {
                for (int i = next.getAndAdd(2); i < total; i = next.getAndAdd(2)) {
                    int id = i;
                    runtime.spawn(cx -> {
                        runs.incrementAndGet(id);
                        done.incrementAndGet();
                        runtime.spawn(Recipes.run(() -> {
                            runs.incrementAndGet(id + 1);
                            if (done.incrementAndGet() == total) {
                                all.set();
                            }
                            return 0;
                        }));
                        return Poll.done();
                    });
                }
            });
            runtime.blockOn(all);
            join(spawners);
        }
        for (int i = 0; i < total; i++) {
            if (runs.get(i) != 1) { // a million assertions would take longer than the tasks
                assertThat(runs.get(i)).as("runs of task %d", i).isEqualTo(1);
            }
        }
        assertThat(done).hasValue(total);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void a_tree_of_tasks_grows_to_its_last_leaf(WorkStealingRuntime.Builder shape) throws Exception {
        try (TaskRuntime runtime = shape.build()) {
            int depth = 14;
            CountDownLatch leaves = new CountDownLatch(1 << depth);
            AtomicInteger ran = new AtomicInteger();
            runtime.spawn(tree(runtime, depth, leaves, ran));
            assertThat(leaves.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(ran).hasValue((2 << depth) - 1);
        }
    }

    private static Pollable<Void> tree(TaskRuntime runtime, int depth, CountDownLatch leaves, AtomicInteger ran) {
        return cx -> {
            ran.incrementAndGet();
            if (depth == 0) {
                leaves.countDown();
            } else {
                runtime.spawn(tree(runtime, depth - 1, leaves, ran));
                runtime.spawn(tree(runtime, depth - 1, leaves, ran));
            }
            return Poll.done();
        };
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void a_chain_of_spawns_gets_to_its_end(WorkStealingRuntime.Builder shape) throws Exception {
        try (TaskRuntime runtime = shape.build()) {
            CountDownLatch end = new CountDownLatch(1);
            runtime.spawn(chain(runtime, 100_000, end));
            assertThat(end.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(runtime.metrics().polls()).isGreaterThanOrEqualTo(100_000);
        }
    }

    private static Pollable<Void> chain(TaskRuntime runtime, int left, CountDownLatch end) {
        return cx -> {
            if (left == 0) {
                end.countDown();
            } else {
                runtime.spawn(chain(runtime, left - 1, end));
            }
            return Poll.done();
        };
    }

    /** Eight threads wake sixty-four tasks; every task sees the last thing that was written before a wake. */
    @ParameterizedTest
    @MethodSource("shapes")
    void a_storm_of_wakes_loses_none(WorkStealingRuntime.Builder shape) throws Exception {
        int wakes = 64 * Iterations.scaled(100);
        int threads = 8;
        Counter[] counters = IntStream.range(0, 64)
                .mapToObj(i -> new Counter((long) threads * wakes / 64))
                .toArray(Counter[]::new);
        try (TaskRuntime runtime = shape.build()) {
            List<Watched<Long>> watched = new ArrayList<>();
            List<JoinHandle<Long>> tasks = new ArrayList<>();
            for (Counter counter : counters) {
                Watched<Long> each = new Watched<>(counter);
                watched.add(each);
                tasks.add(runtime.spawn(each));
            }
            List<Thread> wakers = start(threads, () -> {
                for (int i = 0; i < wakes; i++) {
                    counters[i % 64].add();
                }
            });
            join(wakers);
            for (int i = 0; i < 64; i++) {
                assertThat(tasks.get(i).join(BOUND)).isEqualTo((long) threads * wakes / 64);
                assertThat(watched.get(i).violations).hasValue(0);
            }
        }
    }

    /** Ready once as much was added as was asked for; the count is plain data that the wake publishes. */
    private static final class Counter implements Pollable<Long> {
        private final WakerCell cell = new WakerCell();
        private final AtomicLong count = new AtomicLong();
        private final long goal;

        Counter(long goal) {
            this.goal = goal;
        }

        void add() {
            count.incrementAndGet();
            cell.wake();
        }

        @Override
        public Poll<Long> poll(Context cx) {
            cell.register(cx.waker());
            long seen = count.get();
            return seen >= goal ? Poll.ready(seen) : Poll.pending();
        }
    }

    /** A parked runtime is woken from outside, again and again: a wake-up that is lost here hangs. */
    @ParameterizedTest
    @MethodSource("shapes")
    void no_wake_from_outside_is_lost_on_a_runtime_that_parks(WorkStealingRuntime.Builder shape) throws Exception {
        int rounds = Iterations.of(5_000, 100_000);
        try (TaskRuntime runtime = shape.build()) {
            Echo echo = new Echo(rounds);
            JoinHandle<Integer> task = runtime.spawn(echo);
            for (int i = 1; i <= rounds; i++) {
                echo.call(i);
            }
            assertThat(task.join(BOUND)).isEqualTo(rounds);
        }
    }

    @Test
    void no_wake_from_outside_is_lost_on_a_thread_that_blocks() throws Exception {
        int rounds = Iterations.of(5_000, 100_000);
        for (Runtimes on : Runtimes.values()) {
            try (TaskRuntime runtime = on.build()) {
                Echo echo = new Echo(rounds);
                List<Thread> caller = start(1, () -> {
                    for (int i = 1; i <= rounds; i++) {
                        echo.call(i);
                    }
                });
                assertThat(runtime.blockOn(echo)).isEqualTo(rounds);
                join(caller);
            }
        }
    }

    /** Answers each call; the caller waits for the answer, so that the task has gone idle again and again. */
    private static final class Echo implements Pollable<Integer> {
        private final WakerCell cell = new WakerCell();
        private final ThreadParker caller = new ThreadParker();
        private final int rounds;
        private volatile int asked;
        private volatile int answered;

        Echo(int rounds) {
            this.rounds = rounds;
        }

        void call(int number) {
            long deadline = System.nanoTime() + BOUND.toNanos();
            asked = number;
            cell.wake();
            while (answered != number) {
                caller.park(BOUND.toNanos());
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError("no answer to call " + number);
                }
            }
        }

        @Override
        public Poll<Integer> poll(Context cx) {
            cell.register(cx.waker());
            int seen = asked;
            if (answered != seen) {
                answered = seen;
                caller.unpark();
            }
            return seen == rounds ? Poll.ready(seen) : Poll.pending();
        }
    }

    /** As many tasks as workers respawn themselves for ever; what comes from outside is served all the same. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void self_respawning_tasks_do_not_hold_up_spawns_from_outside(int workers) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (TaskRuntime runtime = TaskRuntime.builder().workers(workers).build()) {
            for (int i = 0; i < workers; i++) {
                runtime.spawn(respawn(runtime, over));
            }
            for (int i = 0; i < 300; i++) {
                int id = i;
                assertThat(runtime.spawn(Recipes.run(() -> id)).join(BOUND)).isEqualTo(id);
            }
            runtime.spawn(Sleep.of(Duration.ofMillis(1))).join(BOUND);
            over.set(true);
        }
    }

    private static Pollable<Void> respawn(TaskRuntime runtime, AtomicBoolean over) {
        return cx -> {
            if (!over.get()) {
                runtime.spawn(respawn(runtime, over));
            }
            return Poll.done();
        };
    }

    /** More of them than the queues hold: who overflows keeps its turn. */
    @ParameterizedTest
    @CsvSource({"1, 1", "1, 4", "1, 256", "2, 2", "4, 4"})
    void self_waking_tasks_do_not_hold_up_spawns_from_outside_nor_each_other(int workers, int capacity)
            throws Exception {
        int spinners = 4 * workers * capacity;
        AtomicIntegerArray polls = new AtomicIntegerArray(spinners);
        AtomicBoolean over = new AtomicBoolean();
        try (TaskRuntime runtime =
                TaskRuntime.builder().workers(workers).queueCapacity(capacity).build()) {
            for (int i = 0; i < spinners; i++) {
                int id = i;
                runtime.spawn(Recipes.spinUntil(() -> {
                    polls.incrementAndGet(id);
                    return over.get();
                }));
            }
            for (int i = 0; i < 100; i++) {
                int id = i;
                assertThat(runtime.spawn(Recipes.run(() -> id)).join(BOUND)).isEqualTo(id);
            }
            await().atMost(BOUND).until(() -> IntStream.range(0, spinners).allMatch(i -> polls.get(i) > 10));
            over.set(true);
        }
    }

    /** Two tasks that wake each other through the slot, and one that waits in the queue. */
    @Test
    void a_ping_pong_through_the_slot_does_not_starve_the_queue() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger hits = new AtomicInteger();
            JoinHandle<Integer> parent = runtime.spawn(Recipes.run(() -> {
                WakerCell[] cells = {new WakerCell(), new WakerCell()};
                runtime.spawn(player(cells, 0, hits, over));
                runtime.spawn(player(cells, 1, hits, over));
                return 0;
            }));
            parent.join(BOUND);
            for (int i = 0; i < 100; i++) {
                assertThat(runtime.spawn(Recipes.yields(10)).join(BOUND)).isEqualTo(11);
            }
            over.set(true);
            assertThat(hits).hasPositiveValue();
        }
    }

    private static Pollable<Void> player(WakerCell[] cells, int me, AtomicInteger hits, AtomicBoolean over) {
        return cx -> {
            hits.incrementAndGet();
            cells[me].register(cx.waker());
            cells[1 - me].wake();
            return over.get() ? Poll.done() : Poll.pending();
        };
    }

    /** Chains of tasks that block on each other, beside spawns from outside: some worker always watches. */
    @Test
    void blocked_chains_are_rescued_under_noise() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (TaskRuntime runtime = TaskRuntime.builder().workers(3).build()) {
            List<Thread> noise = start(2, () -> {
                while (!over.get()) {
                    runtime.spawn(Recipes.yields(3)).join();
                }
            });
            for (int i = 0; i < Iterations.scaled(300); i++) {
                JoinHandle<Boolean> chain = runtime.spawn(cx -> {
                    CountDownLatch second = new CountDownLatch(1);
                    runtime.spawn(Recipes.run(() -> {
                        CountDownLatch third = new CountDownLatch(1);
                        runtime.spawn(Recipes.run(() -> {
                            third.countDown();
                            return 0;
                        }));
                        if (third.await(20, TimeUnit.SECONDS)) {
                            second.countDown();
                        }
                        return 0;
                    }));
                    return Poll.ready(second.await(20, TimeUnit.SECONDS));
                });
                assertThat(chain.join(BOUND)).isTrue();
            }
            over.set(true);
            join(noise);
        }
    }

    /** Interrupts at random moments cost nothing but themselves. */
    @Test
    void interrupts_lose_no_task() throws Exception {
        List<Thread> workers = new ArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        try (TaskRuntime runtime = TaskRuntime.builder()
                .workers(2)
                .threadFactory(body -> {
                    Thread thread = new Thread(body);
                    workers.add(thread);
                    return thread;
                })
                .build()) {
            List<Thread> interrupter = start(1, () -> {
                SplittableRandom random = new SplittableRandom(1);
                while (!over.get()) {
                    workers.get(random.nextInt(2)).interrupt();
                }
            });
            for (int i = 0; i < Iterations.scaled(3_000); i++) {
                assertThat(runtime.spawn(Recipes.yields(i % 5)).join(BOUND)).isEqualTo(i % 5 + 1);
            }
            over.set(true);
            join(interrupter);
            assertThat(workers).allMatch(Thread::isAlive);
        }
    }

    // ---- time ----

    @ParameterizedTest
    @EnumSource
    void of_ten_thousand_sleeps_none_is_early_and_all_end(Runtimes on) {
        int sleeps = 10_000;
        SplittableRandom random = new SplittableRandom(42);
        AtomicInteger early = new AtomicInteger();
        try (TaskRuntime runtime = on.build()) {
            List<JoinHandle<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < sleeps; i++) {
                Duration duration = Duration.ofNanos(random.nextLong(500_000_000));
                tasks.add(runtime.spawn(timed(duration, early)));
            }
            assertThat(runtime.blockOn(Recipes.all(tasks))).hasSize(sleeps).containsOnly(1);
        }
        assertThat(early).hasValue(0);
    }

    private static Pollable<Integer> timed(Duration duration, AtomicInteger early) {
        Sleep sleep = Sleep.of(duration);
        long[] start = {0};
        boolean[] started = {false};
        return new Pollable<>() {
            @Override
            public Poll<Integer> poll(Context cx) {
                if (!started[0]) {
                    started[0] = true;
                    start[0] = System.nanoTime();
                }
                if (sleep.poll(cx).isPending()) {
                    return Poll.pending();
                }
                if (System.nanoTime() - start[0] < duration.toNanos()) {
                    early.incrementAndGet();
                }
                return Poll.ready(1);
            }

            @Override
            public void close() {
                sleep.close();
            }
        };
    }
}
