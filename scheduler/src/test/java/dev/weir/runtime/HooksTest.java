package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.task.JoinHandle;
import dev.weir.task.Pollable;
import dev.weir.task.TaskInfo;
import dev.weir.time.Sleep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What hooks see, and that they do no harm. */
class HooksTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    /** Writes down every event of a task. */
    private static final class Journal implements TaskHooks {
        final Map<Long, ConcurrentLinkedQueue<String>> events = new ConcurrentHashMap<>();
        final ConcurrentLinkedQueue<TaskInfo> ended = new ConcurrentLinkedQueue<>();

        private void note(TaskInfo task, String event) {
            events.computeIfAbsent(task.id(), id -> new ConcurrentLinkedQueue<>())
                    .add(event);
        }

        List<String> of(JoinHandle<?> task) {
            return List.copyOf(events.get(((TaskInfo) task).id()));
        }

        @Override
        public void onSpawn(TaskInfo task) {
            note(task, "spawn");
        }

        @Override
        public void beforePoll(TaskInfo task) {
            note(task, "(");
        }

        @Override
        public void afterPoll(TaskInfo task) {
            note(task, ")");
        }

        @Override
        public void onEnd(TaskInfo task) {
            ended.add(task);
            note(task, "end");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_task_with_three_yields_is_seen_in_four_polls_and_ends_once(Runtimes on) {
        Journal journal = new Journal();
        try (TaskRuntime runtime = on.builder().taskHooks(journal).build()) {
            JoinHandle<Integer> task = runtime.spawn(Recipes.yields(3));
            runtime.blockOn(task);
            await().atMost(BOUND).until(() -> journal.of(task).size() == 10);
            List<String> events = journal.of(task);
            assertThat(events).startsWith("spawn", "(").containsOnlyOnce("spawn", "end");
            assertThat(events.stream().filter("("::equals)).hasSize(4);
            assertThat(events.stream().filter(")"::equals)).hasSize(4);
            if (on != Runtimes.FOUR_WORKERS) { // there another may poll it before the one before is quite over
                assertThat(events).containsExactly("spawn", "(", ")", "(", ")", "(", ")", "(", "end", ")");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void failures_cancels_and_refusals_end_once_with_name_and_spawn_site(Runtimes on) {
        Journal journal = new Journal();
        List<JoinHandle<Integer>> tasks = new ArrayList<>();
        TaskRuntime runtime = on.builder().taskHooks(journal).build();
        tasks.add(runtime.task().name("failing").spawn(Recipes.run(() -> {
            throw new IllegalStateException("meant to fail");
        })));
        tasks.add(runtime.task().name("cancelled").spawn(Recipes.never()));
        tasks.get(1).cancel();
        tasks.add(runtime.task().name("left").spawn(Recipes.never()));
        tasks.forEach(task -> {
            if (task != tasks.get(2)) {
                runtime.blockOn(Recipes.end(task));
            }
        });
        runtime.close();
        tasks.add(runtime.task().name("refused").spawn(Recipes.never()));
        assertThat(tasks)
                .allSatisfy(
                        task -> assertThat(journal.of(task)).startsWith("spawn").containsOnlyOnce("end"));
        Map<String, StackTraceElement> sites = journal.ended.stream()
                .filter(task -> task.name() != null)
                .collect(Collectors.toMap(TaskInfo::name, TaskInfo::spawnSite));
        assertThat(sites).containsOnlyKeys("failing", "cancelled", "left", "refused");
        assertThat(sites.values())
                .allSatisfy(site -> assertThat(site.getClassName()).isEqualTo(HooksTest.class.getName()));
    }

    @ParameterizedTest
    @EnumSource
    void hooks_that_throw_are_reported_and_hurt_nobody(Runtimes on) {
        ConcurrentLinkedQueue<Throwable> told = new ConcurrentLinkedQueue<>();
        Throwable failure = new AssertionError("the hook failed");
        CountDownLatch parked = new CountDownLatch(1);
        try (TaskRuntime runtime = on.builder()
                .onUndeliverable(told::add)
                .threadHooks(new ThreadHooks() {
                    @Override
                    public void onStart() {
                        throw new IllegalStateException("start");
                    }

                    @Override
                    public void onPark() {
                        parked.countDown();
                        throw new IllegalStateException("park");
                    }

                    @Override
                    public void onUnpark() {
                        throw new IllegalStateException("unpark");
                    }

                    @Override
                    public void onStop() {
                        throw new IllegalStateException("stop");
                    }
                })
                .taskHooks(new TaskHooks() {
                    @Override
                    public void beforePoll(TaskInfo task) {
                        throw sneaky(failure);
                    }

                    @Override
                    public void afterPoll(TaskInfo task) {
                        throw new IllegalStateException("after");
                    }

                    @Override
                    public void onSpawn(TaskInfo task) {
                        throw new IllegalStateException("spawn");
                    }

                    @Override
                    public void onEnd(TaskInfo task) {
                        throw new IllegalStateException("end");
                    }
                })
                .build()) {
            List<JoinHandle<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                tasks.add(runtime.spawn(Recipes.sequence(Sleep.of(Duration.ofMillis(i % 3)), Recipes.yields(i % 5))));
            }
            assertThat(runtime.blockOn(Recipes.all(tasks))).hasSize(100);
            assertThat(runtime.blockOn(runtime.spawnBlocking(() -> parked.await(20, TimeUnit.SECONDS))))
                    .isTrue();
        }
        assertThat(told).contains(failure);
        assertThat(told)
                .extracting(Throwable::getMessage)
                .contains("start", "park", "unpark", "stop", "after", "spawn", "end");
    }

    private static Error sneaky(Throwable failure) {
        return (Error) failure;
    }

    @ParameterizedTest
    @EnumSource
    void every_thread_that_begins_also_ends_and_parks_are_paired(Runtimes on) {
        AtomicInteger starts = new AtomicInteger();
        AtomicInteger stops = new AtomicInteger();
        AtomicInteger parks = new AtomicInteger();
        AtomicInteger unparks = new AtomicInteger();
        try (TaskRuntime runtime = on.builder()
                .threadHooks(new ThreadHooks() {
                    @Override
                    public void onStart() {
                        starts.incrementAndGet();
                    }

                    @Override
                    public void onStop() {
                        stops.incrementAndGet();
                    }

                    @Override
                    public void onPark() {
                        parks.incrementAndGet();
                    }

                    @Override
                    public void onUnpark() {
                        unparks.incrementAndGet();
                    }
                })
                .build()) {
            for (int i = 0; i < 5; i++) {
                runtime.blockOn(runtime.spawn(Sleep.of(Duration.ofMillis(1))));
                runtime.spawnBlocking(() -> 1).join();
            }
        }
        int workers = on == Runtimes.FOUR_WORKERS ? 4 : on == Runtimes.ONE_WORKER ? 1 : 0;
        assertThat(starts.get()).isGreaterThan(workers);
        assertThat(stops).hasValue(starts.get());
        assertThat(parks).hasPositiveValue();
        assertThat(unparks).hasValue(parks.get());
    }

    /** Nobody else would ever wake the runtime: it must look at what its hook has done before it waits. */
    @ParameterizedTest
    @EnumSource
    void a_park_hook_that_spawns_or_wakes_keeps_the_runtime_from_waiting(Runtimes on) throws Exception {
        AtomicReference<TaskRuntime> runtime = new AtomicReference<>();
        AtomicBoolean armed = new AtomicBoolean();
        AtomicInteger ran = new AtomicInteger();
        Signal last = new Signal();
        try (TaskRuntime built = on.builder()
                .threadHooks(new ThreadHooks() {
                    @Override
                    public void onPark() {
                        if (armed.get() && ran.get() < 100) {
                            runtime.get().spawn(Recipes.run(ran::incrementAndGet));
                        } else if (armed.get()) {
                            last.set();
                        }
                    }
                })
                .build()) {
            runtime.set(built);
            JoinHandle<Integer> waiting = built.spawn(last);
            armed.set(true);
            built.spawn(Recipes.yields(1)); // so that somebody goes to sleep once more
            if (on == Runtimes.CURRENT_THREAD) {
                assertThat(built.blockOn(waiting)).isZero();
            }
            assertThat(waiting.join(BOUND)).isZero();
            assertThat(ran.get()).isGreaterThanOrEqualTo(100);
            armed.set(false);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_timer_fires_beside_a_park_hook_that_always_spawns(Runtimes on) {
        AtomicReference<TaskRuntime> runtime = new AtomicReference<>();
        AtomicBoolean over = new AtomicBoolean();
        try (TaskRuntime built = on.builder()
                .threadHooks(new ThreadHooks() {
                    @Override
                    public void onPark() {
                        TaskRuntime there = runtime.get();
                        if (there != null && !over.get()) {
                            there.spawn(Recipes.yields(0));
                        }
                    }
                })
                .build()) {
            runtime.set(built);
            Pollable<?> sleep = Sleep.of(Duration.ofMillis(1));
            built.blockOn(built.spawn(sleep));
            over.set(true);
        }
    }

    /** One long task must not look like many short ones. */
    @Test
    void a_hook_sees_the_task_that_is_polled() {
        ConcurrentLinkedQueue<String> names = new ConcurrentLinkedQueue<>();
        try (TaskRuntime runtime = TaskRuntime.currentThread()
                .taskHooks(new TaskHooks() {
                    @Override
                    public void beforePoll(TaskInfo task) {
                        names.add(String.valueOf(task.name()));
                    }
                })
                .build()) {
            runtime.blockOn(runtime.task().name("fetch").spawn(Recipes.yields(1)));
        }
        assertThat(names.stream().filter("fetch"::equals)).hasSize(2);
    }
}
