package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Waker;
import dev.weir.task.WakerCell;
import dev.weir.time.Clock;
import dev.weir.time.Sleep;
import dev.weir.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every runtime does. */
class TaskRuntimeTest {
    private static final Duration BOUND = Duration.ofSeconds(10);

    private static void onThread(Runnable body) {
        Thread thread = new Thread(body);
        thread.setDaemon(true);
        thread.start();
    }

    // ---- running ----

    @ParameterizedTest
    @EnumSource
    void blocks_on_what_is_ready_on_a_foreign_wake_and_on_a_task(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            assertThat(runtime.blockOn(Recipes.run(() -> 1))).isEqualTo(1);
            Signal signal = new Signal();
            onThread(() -> signal.set(2));
            assertThat(runtime.blockOn(signal)).isEqualTo(2);
            assertThat(runtime.blockOn(runtime.spawn(Recipes.run(() -> 3)))).isEqualTo(3);
            assertThat(runtime.blockOn(Recipes.yields(300))).isEqualTo(301);
        }
    }

    /** Nobody looks at the driver after the task: those who do are asleep, or there is nobody. */
    @ParameterizedTest
    @EnumSource
    void what_a_task_has_left_with_a_driver_is_handed_over_before_the_thread_leaves(Runtimes on) {
        FakeDriver driver = new FakeDriver();
        try (TaskRuntime runtime = on.builder().driver(clock -> driver).build()) {
            for (int i = 0; i < 10; i++) {
                runtime.blockOn(Recipes.run(driver.collected::incrementAndGet));
                assertThat(driver.collected).hasValue(0);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_driver_that_cannot_hand_over_spoils_no_result_and_is_reported(Runtimes on) {
        IllegalStateException failure = new IllegalStateException("the ring is broken");
        List<Throwable> undelivered = new CopyOnWriteArrayList<>();
        FakeDriver driver = new FakeDriver() {
            @Override
            public void handOver() {
                if (collected.getAndSet(0) > 0) {
                    throw failure;
                }
            }
        };
        try (TaskRuntime runtime = on.builder()
                .driver(clock -> driver)
                .onUndeliverable(undelivered::add)
                .build()) {
            assertThat(runtime.blockOn(Recipes.run(driver.collected::incrementAndGet)))
                    .isEqualTo(1);
        }
        assertThat(undelivered).containsExactly(failure);
    }

    @ParameterizedTest
    @EnumSource
    void blocking_throws_what_the_pollable_threw(Runtimes on) {
        Exception failure = new Exception("checked");
        try (TaskRuntime runtime = on.build()) {
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> runtime.blockOn(cx -> {
                        throw failure;
                    }))
                    .withCause(failure);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tasks_woken_by_a_foreign_thread_all_get_their_value(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            List<Signal> signals =
                    IntStream.range(0, 200).mapToObj(i -> new Signal()).toList();
            List<JoinHandle<Integer>> tasks =
                    signals.stream().map(runtime::spawn).toList();
            onThread(() -> IntStream.range(0, 200).forEach(i -> signals.get(i).set(i)));
            assertThat(runtime.blockOn(Recipes.all(tasks)))
                    .containsExactlyElementsOf(IntStream.range(0, 200).boxed().toList());
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_task_spawns_tasks_that_a_foreign_thread_wakes(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            List<Signal> signals =
                    IntStream.range(0, 500).mapToObj(i -> new Signal()).toList();
            JoinHandle<List<JoinHandle<Integer>>> parent = runtime.spawn(Recipes.run(() ->
                    signals.stream().<JoinHandle<Integer>>map(runtime::spawn).toList()));
            onThread(() -> IntStream.range(0, 500).forEach(i -> signals.get(i).set(i)));
            assertThat(runtime.blockOn(Recipes.all(runtime.blockOn(parent))))
                    .containsExactlyElementsOf(IntStream.range(0, 500).boxed().toList());
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_task_is_polled_once_for_each_wake_and_no_more(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            AtomicReference<Waker> waker = new AtomicReference<>();
            AtomicInteger polls = new AtomicInteger();
            AtomicBoolean over = new AtomicBoolean();
            Signal seen = new Signal();
            Pollable<Integer> counted = cx -> {
                boolean last = over.get(); // before the count, at which the other thread goes on
                waker.set(cx.waker());
                polls.incrementAndGet();
                if (last) {
                    seen.set();
                    return Poll.ready(polls.get());
                }
                return Poll.pending();
            };
            JoinHandle<Integer> task = runtime.spawn(counted);
            for (int expected = 1; expected <= 10; expected++) {
                int now = expected;
                runtime.blockOn(Recipes.spinUntil(() -> polls.get() >= now));
                runtime.blockOn(Recipes.yields(5));
                assertThat(polls).hasValue(expected);
                over.set(expected == 9);
                waker.get().wake();
            }
            runtime.blockOn(seen);
            assertThat(runtime.blockOn(task)).isEqualTo(10);
            waker.get().wake(); // after the end: nothing
            runtime.blockOn(Recipes.yields(5));
            assertThat(polls).hasValue(10);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_task_that_wakes_itself_for_ever_does_not_hold_up_others(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            for (int i = 0; i < 100; i++) {
                runtime.spawn(Recipes.spinUntil(() -> false));
            }
            Signal first = new Signal();
            Signal second = new Signal();
            JoinHandle<Integer> task = runtime.spawn(first);
            onThread(() -> {
                first.set(1);
                second.set(2);
            });
            assertThat(runtime.blockOn(second)).isEqualTo(2);
            assertThat(runtime.blockOn(task)).isEqualTo(1);
            runtime.blockOn(runtime.spawn(Sleep.of(Duration.ofMillis(5)))); // its driver is looked at as well
        }
    }

    @ParameterizedTest
    @EnumSource
    void pairs_that_wake_each_other_for_ever_do_not_hold_up_others(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            for (int i = 0; i < 100; i++) {
                PingPong pair = new PingPong();
                runtime.spawn(pair.side(0));
                runtime.spawn(pair.side(1));
            }
            assertThat(runtime.blockOn(runtime.spawn(Recipes.yields(5)))).isEqualTo(6);
        }
    }

    /** Two tasks, each of which wakes the other. */
    private static final class PingPong {
        private final WakerCell[] cells = {new WakerCell(), new WakerCell()};

        Pollable<Integer> side(int me) {
            return cx -> {
                cells[me].register(cx.waker());
                cells[1 - me].wake();
                return Poll.pending();
            };
        }
    }

    @Test
    void a_runtime_wakes_the_tasks_of_another() {
        for (Runtimes one : Runtimes.values()) {
            for (Runtimes two : Runtimes.values()) {
                try (TaskRuntime first = one.build();
                        TaskRuntime second = two.build()) {
                    Signal signal = new Signal();
                    JoinHandle<Integer> waiting = second.spawn(signal);
                    first.blockOn(first.spawn(Recipes.run(() -> {
                        signal.set(5);
                        return 0;
                    })));
                    assertThat(second.blockOn(waiting)).isEqualTo(5);
                    JoinHandle<Integer> third = second.spawn(Recipes.yields(3));
                    if (two != Runtimes.CURRENT_THREAD) {
                        assertThat(first.blockOn(third)).isEqualTo(4);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_thread_that_runs_tasks_refuses_to_block(Runtimes on) {
        try (TaskRuntime runtime = on.build();
                TaskRuntime other = Runtimes.ONE_WORKER.build()) {
            List<Pollable<Integer>> offences = List.of(
                    Recipes.run(() -> runtime.blockOn(Recipes.run(() -> 1))),
                    Recipes.run(() -> other.blockOn(Recipes.run(() -> 1))));
            for (Pollable<Integer> offence : offences) {
                AtomicReference<String> thread = new AtomicReference<>();
                Pollable<Integer> named = cx -> {
                    thread.set(Thread.currentThread().getName());
                    return offence.poll(cx);
                };
                for (boolean spawned : List.of(true, false)) {
                    assertThatExceptionOfType(CompletionException.class)
                            .isThrownBy(() -> runtime.blockOn(spawned ? runtime.spawn(named) : named))
                            .havingRootCause()
                            .isInstanceOf(IllegalStateException.class)
                            .satisfies(refusal -> assertThat(refusal).hasMessageContainingAll(thread.get(), "spawn"));
                }
            }
            JoinHandle<Integer> never = runtime.spawn(Recipes.never());
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> runtime.blockOn(Recipes.run(never::join)))
                    .havingRootCause()
                    .isInstanceOf(IllegalStateException.class)
                    .withMessageContaining("poll the handle");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_task_may_make_and_close_another_runtime(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            assertThat(runtime.blockOn(runtime.spawn(Recipes.run(() -> {
                        try (TaskRuntime inner = Runtimes.ONE_WORKER.build()) {
                            return inner.spawn(Recipes.never());
                        }
                    }))))
                    .satisfies(handle -> assertThat(handle.isDone()).isTrue());
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_foreign_thread_uses_the_services_of_the_runtime(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            assertThat(runtime.service(TaskRuntime.class)).isSameAs(runtime);
            assertThat(runtime.service(Clock.class)).isSameAs(runtime.clock());
            assertThat(runtime.service(Timers.class)).isNotNull();
            assertThat(runtime.<String>service(String.class)).isNull();
            assertThat(TaskRuntime.current()).isNull();
            assertThat(runtime.blockOn(Recipes.run(TaskRuntime::current))).isSameAs(runtime);
            assertThat(runtime.blockOn(runtime.spawn(Recipes.run(TaskRuntime::current))))
                    .isSameAs(runtime);
        }
    }

    @Test
    void the_shared_runtime_is_one_and_its_threads_are_daemons() {
        assertThat(TaskRuntime.shared()).isSameAs(TaskRuntime.shared());
        assertThat(TaskRuntime.shared()
                        .blockOn(TaskRuntime.shared()
                                .spawn(Recipes.run(() -> Thread.currentThread().isDaemon()))))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void interrupts_do_not_kill_workers(Runtimes on) throws Exception {
        try (TaskRuntime runtime = on.build()) {
            for (int i = 0; i < 100; i++) {
                // while it runs, then while it waits
                Thread worker = runtime.blockOn(runtime.spawn(Recipes.run(() -> {
                    Thread.currentThread().interrupt();
                    return Thread.currentThread();
                })));
                if (on != Runtimes.CURRENT_THREAD) {
                    worker.interrupt();
                    assertThat(worker.isAlive()).isTrue();
                }
                assertThat(runtime.blockOn(runtime.spawn(Recipes.yields(2)))).isEqualTo(3);
                runtime.blockOn(runtime.spawn(Sleep.of(Duration.ofNanos(1))));
            }
            Thread.interrupted();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CURRENT_THREAD") // its driver clears the flag
    void whoever_blocks_keeps_his_interrupt(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Signal signal = new Signal();
            Thread caller = Thread.currentThread();
            onThread(() -> {
                caller.interrupt();
                signal.set(1);
            });
            assertThat(runtime.blockOn(signal)).isEqualTo(1);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    // ---- tasks ----

    @ParameterizedTest
    @EnumSource
    void a_failed_task_is_closed_once_and_hurts_no_other(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            List<Throwable> failures = List.of(
                    new IllegalStateException("first"),
                    new StackOverflowError("deep"),
                    new OutOfMemoryError("played"),
                    new LinkageError(),
                    new Exception("checked"));
            for (Throwable failure : failures) {
                Watched<Integer> watched = new Watched<>(cx -> {
                    if (failure instanceof Error error) {
                        throw error;
                    }
                    throw (Exception) failure;
                });
                JoinHandle<Integer> failed = runtime.spawn(watched);
                JoinHandle<Integer> other = runtime.spawn(Recipes.yields(3));
                runtime.blockOn(Recipes.end(failed));
                assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(failed::join)
                        .withCause(failure);
                assertThat(runtime.blockOn(other)).isEqualTo(4);
                assertThat(watched.closes).hasValue(1);
                assertThat(watched.violations).hasValue(0);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_cancelled_task_is_closed_by_its_runtime_and_never_by_the_canceller(Runtimes on) throws Exception {
        try (TaskRuntime runtime = on.build()) {
            Watched<Integer> watched = new Watched<>(Recipes.never());
            JoinHandle<Integer> task = runtime.spawn(watched);
            runtime.blockOn(Recipes.spinUntil(() -> watched.polls.get() == 1));
            Thread canceller = new Thread(task::cancel);
            canceller.start();
            canceller.join();
            runtime.blockOn(Recipes.end(task));
            assertThat(task.isDone()).isTrue();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(task::join);
            assertThat(watched.closes).hasValue(1);
            assertThat(watched.closer).isNotSameAs(canceller);
            assertThat(watched.polls).hasValue(1);
            assertThat(watched.violations).hasValue(0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_task_cancelled_before_its_first_poll_is_closed_unpolled(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Watched<Integer> watched = new Watched<>(Recipes.never());
            runtime.blockOn(Recipes.run(() -> 0));
            JoinHandle<Integer> task = runtime.blockOn(runtime.spawn(Recipes.run(() -> {
                JoinHandle<Integer> child = runtime.spawn(watched);
                child.cancel();
                return child;
            })));
            runtime.blockOn(Recipes.end(task));
            assertThatExceptionOfType(CancellationException.class).isThrownBy(task::join);
            assertThat(watched.closes).hasValue(1);
            if (on != Runtimes.FOUR_WORKERS) { // where another worker may have been faster
                assertThat(watched.polls).hasValue(0);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_cancel_that_races_with_the_end_leaves_a_result_or_a_cancellation(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            for (int i = 0; i < 500; i++) {
                Signal signal = new Signal();
                Watched<Integer> watched = new Watched<>(signal);
                JoinHandle<Integer> task = runtime.spawn(watched);
                onThread(task::cancel);
                signal.set(7);
                runtime.blockOn(Recipes.end(task));
                try {
                    assertThat(task.join()).isEqualTo(7);
                } catch (CancellationException cancelled) {
                    assertThat(task.isDone()).isTrue();
                }
                assertThat(watched.closes).hasValue(1);
                assertThat(watched.violations).hasValue(0);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_handle_that_was_dropped_lets_the_task_run(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            AtomicInteger ran = new AtomicInteger();
            for (int i = 0; i < 100; i++) {
                runtime.spawn(Recipes.run(ran::incrementAndGet));
            }
            runtime.blockOn(Recipes.spinUntil(() -> ran.get() == 100));
            runtime.blockOn(Recipes.spinUntil(() -> runtime.metrics().liveTasks() <= 1));
            assertThat(ran).hasValue(100);
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_nobody_can_receive_goes_to_the_handler_and_its_own_failure_stops_nothing(Runtimes on) {
        ConcurrentLinkedQueue<Throwable> received = new ConcurrentLinkedQueue<>();
        RuntimeException thrown = new RuntimeException("thrown by a close");
        Logger logger = Logger.getLogger("dev.weir");
        logger.setLevel(Level.OFF);
        try (TaskRuntime runtime = on.builder()
                .onUndeliverable(each -> {
                    received.add(each);
                    throw new IllegalStateException("the handler failed, as it was told to");
                })
                .build()) {
            JoinHandle<Integer> task = runtime.spawn(new Pollable<Integer>() {
                @Override
                public Poll<Integer> poll(Context cx) {
                    return Poll.ready(4);
                }

                @Override
                public void close() {
                    throw thrown;
                }
            });
            assertThat(runtime.blockOn(task)).isEqualTo(4);
            assertThat(runtime.blockOn(runtime.spawn(Recipes.yields(1)))).isEqualTo(2);
        }
        logger.setLevel(null);
        assertThat(received).containsExactly(thrown);
    }

    // ---- budget ----

    @ParameterizedTest
    @EnumSource
    void a_task_that_is_always_ready_yields_when_its_budget_is_used_up(Runtimes on) {
        try (TaskRuntime runtime = on.builder().budget(10).build()) {
            AtomicInteger polls = new AtomicInteger();
            AtomicInteger operations = new AtomicInteger();
            JoinHandle<Integer> greedy = runtime.spawn(cx -> {
                polls.incrementAndGet();
                while (operations.get() < 100) {
                    if (!cx.charge()) {
                        return Poll.pending();
                    }
                    operations.incrementAndGet();
                }
                return Poll.ready(polls.get());
            });
            assertThat(runtime.blockOn(greedy)).isBetween(10, 11);
            assertThat(runtime.metrics().budgetExhaustions()).isBetween(9L, 10L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_task_that_never_lets_go_by_itself_does_not_stop_another(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            for (int i = 0; i < 8; i++) {
                runtime.spawn(cx -> {
                    while (cx.charge()) {
                        Thread.onSpinWait();
                    }
                    return Poll.pending();
                });
            }
            assertThat(runtime.blockOn(runtime.spawn(Recipes.yields(20)))).isEqualTo(21);
        }
    }

    // ---- blocking calls ----

    @ParameterizedTest
    @EnumSource
    void blocking_calls_return_and_may_use_the_runtime(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            List<JoinHandle<Integer>> calls = IntStream.range(0, 100)
                    .mapToObj(i -> runtime.spawnBlocking(() -> {
                        runtime.spawn(Recipes.yields(1));
                        runtime.spawnBlocking(() -> 0).join();
                        return runtime.blockOn(Recipes.run(() -> i));
                    }))
                    .toList();
            assertThat(runtime.blockOn(Recipes.all(calls)))
                    .containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
        }
    }

    @ParameterizedTest
    @EnumSource
    void one_blocking_thread_serves_calls_in_turn(Runtimes on) {
        try (TaskRuntime runtime = on.builder().blockingThreads(1).build()) {
            Signal go = new Signal();
            TaskRuntime waiting = Runtimes.ONE_WORKER.build();
            JoinHandle<Integer> first = runtime.spawnBlocking(() -> waiting.blockOn(go));
            JoinHandle<Integer> second = runtime.spawnBlocking(() -> 2);
            assertThat(runtime.metrics().blockingCalls()).isEqualTo(2);
            assertThat(second.isDone()).isFalse();
            go.set(1);
            assertThat(runtime.blockOn(Recipes.all(List.of(first, second)))).containsExactly(1, 2);
            assertThat(runtime.metrics().blockingThreads()).isEqualTo(1);
            waiting.close();
        }
    }

    // ---- handles outside ----

    @ParameterizedTest
    @EnumSource
    void a_handle_becomes_a_stage(Runtimes on) throws Exception {
        try (TaskRuntime runtime = on.build()) {
            JoinHandle<Integer> good = runtime.spawn(Recipes.yields(2));
            JoinHandle<Integer> bad = runtime.spawn(cx -> {
                throw new IllegalArgumentException("bad");
            });
            CompletableFuture<Integer> early = good.toCompletionStage().toCompletableFuture();
            runtime.blockOn(Recipes.end(bad));
            runtime.blockOn(Recipes.end(good));
            assertThat(early.get(10, TimeUnit.SECONDS)).isEqualTo(3);
            assertThat(good.toCompletionStage().toCompletableFuture().get()).isEqualTo(3);
            assertThat(bad.toCompletionStage().toCompletableFuture())
                    .isCompletedExceptionally()
                    .failsWithin(BOUND)
                    .withThrowableThat()
                    .withRootCauseInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void counters_return_to_nothing(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            List<JoinHandle<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                tasks.add(runtime.spawn(Recipes.yields(i)));
            }
            runtime.blockOn(Recipes.all(tasks));
            await().atMost(BOUND).until(() -> runtime.metrics().liveTasks() == 0);
            RuntimeMetrics metrics = runtime.metrics();
            assertThat(metrics.injectDepth()).isZero();
            assertThat(metrics.blockingCalls()).isZero();
            assertThat(metrics.polls()).isGreaterThanOrEqualTo(50 * 49 / 2 + 50);
            assertThat(metrics.workers()).isEqualTo(on == Runtimes.FOUR_WORKERS ? 4 : 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_null_argument_is_named(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            assertThatExceptionOfType(NullPointerException.class)
                    .isThrownBy(() -> runtime.spawn(null))
                    .withMessage("pollable");
            assertThatExceptionOfType(NullPointerException.class)
                    .isThrownBy(() -> runtime.blockOn(null))
                    .withMessage("pollable");
            assertThatExceptionOfType(NullPointerException.class)
                    .isThrownBy(() -> runtime.spawnBlocking(null))
                    .withMessage("call");
            assertThatExceptionOfType(NullPointerException.class)
                    .isThrownBy(() -> runtime.shutdown(null))
                    .withMessage("timeout");
            assertThat(runtime.metrics().liveTasks()).isZero();
        }
    }

    @Test
    void what_is_not_offered_is_named_with_who_does_not_offer_it() {
        try (TaskRuntime runtime =
                TaskRuntime.builder().workers(1).name("frugal").build()) {
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> runtime.blockOn(
                            runtime.spawn(Recipes.run(() -> Context.current().service(StringBuilder.class)))))
                    .havingRootCause()
                    .isInstanceOf(IllegalStateException.class)
                    .withMessageContainingAll("java.lang.StringBuilder", "worker 0", "frugal");
        }
    }
}
