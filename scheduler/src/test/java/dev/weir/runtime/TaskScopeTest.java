package dev.weir.runtime;

import static dev.weir.runtime.TaskScope.Policy.AWAIT_ALL;
import static dev.weir.runtime.TaskScope.Policy.SHUTDOWN_ON_FAILURE;
import static dev.weir.runtime.TaskScope.Policy.SHUTDOWN_ON_SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.task.Context;
import dev.weir.task.Iterations;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tasks end before the code that started them goes on, and what becomes of one concerns the others. */
class TaskScopeTest {
    private final IOException first = new IOException("first");
    private final IOException second = new IOException("second");

    private static List<Watched<Integer>> waiting(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Watched<Integer>(Recipes.never()))
                .toList();
    }

    private static void assertEnded(List<Watched<Integer>> tasks) {
        assertThat(tasks).allMatch(each -> each.closes.get() == 1 && each.violations.get() == 0);
    }

    /** A moment later, as a task is joined before it is counted out. */
    private static void assertNobodyLives(TaskRuntime runtime) {
        await().atMost(Duration.ofSeconds(10)).until(() -> runtime.metrics().liveTasks() == 0);
    }

    // ---- a thread waits ----

    @ParameterizedTest
    @EnumSource
    void after_the_join_every_task_has_its_result(Runtimes on) {
        try (TaskRuntime runtime = on.build();
                TaskScope scope = TaskScope.open(runtime, SHUTDOWN_ON_FAILURE)) {
            JoinHandle<Integer> one = scope.spawn(Recipes.yields(10));
            JoinHandle<String> other = scope.spawn("named", Pollable.of(() -> "other"));
            assertThat(scope.isDone()).isFalse();
            scope.join();
            assertThat(scope.isDone()).isTrue();
            assertThat(scope.isCancelled()).isFalse();
            assertThat(one.join()).isEqualTo(11);
            assertThat(other.join()).isEqualTo("other");
            assertThat(other.info().name()).isEqualTo("named");
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_first_failure_cancels_the_siblings_and_is_thrown_when_all_have_ended(Runtimes on) {
        try (TaskRuntime runtime = on.build();
                TaskScope scope = TaskScope.open(runtime, SHUTDOWN_ON_FAILURE)) {
            List<Watched<Integer>> siblings = waiting(5);
            List<JoinHandle<Integer>> handles =
                    siblings.stream().<JoinHandle<Integer>>map(scope::spawn).toList();
            scope.spawn(Pollable.failed(first));
            assertThatThrownBy(scope::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCause(first);
            assertEnded(siblings);
            assertThat(handles).allMatch(each -> each.failure() instanceof CancellationException);
            assertThat(first.getSuppressed()).isEmpty();
            assertThat(scope.isCancelled()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_task_that_is_cancelled_by_itself_cancels_the_siblings(Runtimes on) {
        try (TaskRuntime runtime = on.build();
                TaskScope scope = TaskScope.open(runtime, SHUTDOWN_ON_FAILURE)) {
            List<Watched<Integer>> siblings = waiting(3);
            siblings.forEach(scope::spawn);
            scope.spawn(Recipes.<Integer>never()).cancel();
            assertThatThrownBy(scope::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(CancellationException.class);
            assertEnded(siblings);
        }
    }

    @ParameterizedTest
    @EnumSource
    void without_a_policy_all_run_to_their_ends_and_further_failures_are_suppressed_in_the_first(Runtimes on) {
        try (TaskRuntime runtime = on.build();
                TaskScope scope = TaskScope.open(runtime, AWAIT_ALL)) {
            scope.spawn(Pollable.failed(first));
            runtime.blockOn(Recipes.spinUntil(() -> scope.failure() == first));
            JoinHandle<Integer> sound = scope.spawn(Recipes.yields(50));
            scope.spawn(Pollable.failed(second));
            assertThatThrownBy(scope::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCause(first);
            assertThat(first.getSuppressed()).containsExactly(second);
            assertThat(sound.join()).isEqualTo(51);
            assertThat(scope.isCancelled()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_first_result_cancels_the_others_and_their_failures_do_not_count(Runtimes on) {
        try (TaskRuntime runtime = on.build();
                TaskScope scope = TaskScope.open(runtime, SHUTDOWN_ON_SUCCESS)) {
            List<Watched<Integer>> losers = waiting(4);
            losers.forEach(scope::spawn);
            scope.spawn(Pollable.failed(first));
            runtime.blockOn(Recipes.spinUntil(() -> scope.failure() == first));
            assertThat(scope.winner()).isNull();
            JoinHandle<Integer> winner = scope.spawn(Recipes.yields(3));
            scope.join();
            assertThat(scope.winner()).isSameAs(winner);
            assertEnded(losers);
        }
    }

    @ParameterizedTest
    @EnumSource
    void if_nobody_has_a_result_the_first_failure_is_thrown_with_the_others_in_it(Runtimes on) {
        try (TaskRuntime runtime = on.build();
                TaskScope scope = TaskScope.open(runtime, SHUTDOWN_ON_SUCCESS)) {
            scope.spawn(Pollable.failed(first));
            runtime.blockOn(Recipes.spinUntil(() -> scope.failure() == first));
            scope.spawn(Pollable.failed(second));
            assertThatThrownBy(scope::join).hasCause(first);
            assertThat(first.getSuppressed()).containsExactly(second);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tasks_spawn_into_their_scope_and_are_all_waited_for(Runtimes on) {
        try (TaskRuntime runtime = on.build();
                TaskScope scope = TaskScope.open(runtime, SHUTDOWN_ON_FAILURE)) {
            AtomicInteger nodes = new AtomicInteger();
            scope.spawn(tree(scope, 8, nodes));
            scope.join();
            assertThat(nodes).hasValue((2 << 8) - 1);
        }
    }

    private static Pollable<Integer> tree(TaskScope scope, int depth, AtomicInteger nodes) {
        return Pollable.yieldNow().map(nothing -> {
            if (depth > 0) {
                scope.spawn(tree(scope, depth - 1, nodes));
                scope.spawn(tree(scope, depth - 1, nodes));
            }
            return nodes.incrementAndGet();
        });
    }

    @ParameterizedTest
    @EnumSource
    void a_scope_is_refused_after_its_end(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            TaskScope joined = TaskScope.open(runtime, AWAIT_ALL);
            joined.join();
            joined.join();
            TaskScope closed = TaskScope.open(runtime, AWAIT_ALL);
            closed.close();
            for (TaskScope over : List.of(joined, closed)) {
                Watched<Integer> refused = new Watched<>(Recipes.never());
                assertThatThrownBy(() -> over.spawn(refused))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("ended");
                assertThat(refused.polls).hasValue(0);
            }
            assertNobodyLives(runtime);
        }
    }

    @ParameterizedTest
    @EnumSource
    void closed_without_a_join_it_cancels_the_tasks_and_waits_for_their_ends(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            List<Watched<Integer>> tasks = waiting(10);
            try (TaskScope scope = TaskScope.open(runtime, AWAIT_ALL)) {
                tasks.forEach(scope::spawn);
            }
            assertEnded(tasks);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_task_spawned_into_a_cancelled_scope_is_cancelled_at_once(Runtimes on) {
        try (TaskRuntime runtime = on.build();
                TaskScope scope = TaskScope.open(runtime, SHUTDOWN_ON_FAILURE)) {
            scope.cancel();
            JoinHandle<Integer> late = scope.spawn(Recipes.never());
            scope.join();
            assertThat(late.failure()).isInstanceOf(CancellationException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void on_a_runtime_that_is_shut_down_a_scope_ends_as_cancelled(Runtimes on) {
        TaskRuntime runtime = on.build();
        TaskScope scope = TaskScope.open(runtime, SHUTDOWN_ON_FAILURE);
        JoinHandle<Integer> early = scope.spawn(Recipes.never());
        runtime.close();
        JoinHandle<Integer> late = scope.spawn(Recipes.never());
        assertThat(early.failure()).isInstanceOf(CancellationException.class);
        assertThat(late.failure()).isInstanceOf(CancellationException.class);
        assertThatThrownBy(scope::join).isInstanceOf(CancellationException.class);
        scope.close();
        assertThat(scope.isDone()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void on_a_thread_that_runs_tasks_a_join_is_refused_and_a_close_does_not_wait(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            List<Watched<Integer>> tasks = waiting(3);
            TaskScope scope = TaskScope.open(runtime, AWAIT_ALL);
            runtime.blockOn(runtime.spawn(Pollable.of(() -> {
                tasks.forEach(scope::spawn);
                assertThatThrownBy(scope::join).isInstanceOf(IllegalStateException.class);
                scope.close();
                return 1;
            })));
            runtime.blockOn(Recipes.spinUntil(scope::isDone));
            assertThat(scope.isCancelled()).isTrue();
            assertNobodyLives(runtime);
        }
    }

    // ---- a race ----

    @ParameterizedTest
    @EnumSource
    void of_several_runners_the_first_result_wins_and_the_others_have_ended(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Watched<Integer> loser = new Watched<>(Recipes.never());
            Pollable<Integer> race = TaskScope.race(List.of(loser, Recipes.yields(2), Pollable.failed(first)));
            assertThat(runtime.blockOn(race)).isEqualTo(3);
            assertThat(loser.closes).hasValue(1);
            assertThatThrownBy(() ->
                            runtime.blockOn(TaskScope.race(List.of(Pollable.failed(second), Pollable.failed(second)))))
                    .hasRootCause(second);
        }
    }

    @Test
    void a_race_of_nobody_is_refused() {
        assertThatThrownBy(() -> TaskScope.race(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("runners");
    }

    // ---- under fire ----

    /** Tasks end, fail, spawn and are cancelled at once: when the join returns nobody is left, and it always returns. */
    @ParameterizedTest
    @EnumSource
    void whatever_its_tasks_do_a_scope_ends_with_the_last_of_them(Runtimes on) {
        SplittableRandom random = new SplittableRandom(7);
        List<TaskScope.Policy> policies = List.of(TaskScope.Policy.values());
        try (TaskRuntime runtime = on.build()) {
            for (int round = 0; round < Iterations.scaled(200); round++) {
                AtomicInteger live = new AtomicInteger();
                TaskScope.Policy policy = policies.get(round % 3);
                try (TaskScope scope = TaskScope.open(runtime, policy)) {
                    int tasks = 1 + random.nextInt(8);
                    for (int i = 0; i < tasks; i++) {
                        scope.spawn(new Unruly(scope, random.nextInt(6), live));
                    }
                    if (round % 5 == 0) {
                        scope.cancel();
                    }
                    try {
                        scope.join();
                    } catch (CompletionException failed) {
                        assertThat(failed).hasCauseInstanceOf(IOException.class);
                    }
                    assertThat(live).hasValue(0);
                    assertThat(scope.isDone()).isTrue();
                }
            }
            assertNobodyLives(runtime);
        }
    }

    private static final class Unruly implements Pollable<Integer> {
        private final TaskScope scope;
        private final int temper;
        private final AtomicInteger live;
        private int polls;

        Unruly(TaskScope scope, int temper, AtomicInteger live) {
            this.scope = scope;
            this.temper = temper;
            this.live = live;
            live.incrementAndGet();
        }

        @Override
        public Poll<Integer> poll(Context cx) throws Exception {
            if (++polls <= temper) {
                cx.waker().wake();
                return Poll.pending();
            }
            switch (temper) {
                case 2 -> throw new IOException("planted");
                case 3 -> scope.spawn(new Unruly(scope, 1, live));
                case 4 -> scope.spawn(new Unruly(scope, 2, live));
                default -> {}
            }
            return Poll.ready(temper);
        }

        @Override
        public void close() {
            live.decrementAndGet();
        }
    }
}
