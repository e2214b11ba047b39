package dev.weir.runtime;

import static dev.weir.runtime.TaskScope.Policy.AWAIT_ALL;
import static dev.weir.runtime.TaskScope.Policy.SHUTDOWN_ON_FAILURE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.task.JoinHandle;
import dev.weir.task.Pollable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A scope around a computation, and scopes in scopes: the body and the tasks end together. */
class ScopedBodyTest {
    private final IOException first = new IOException("first");

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

    // ---- a task waits ----

    @ParameterizedTest
    @EnumSource
    void around_a_computation_it_ends_when_both_the_body_and_the_tasks_have(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            List<JoinHandle<Integer>> slow = new ArrayList<>();
            Pollable<String> scoped = TaskScope.scoped(SHUTDOWN_ON_FAILURE, scope -> {
                slow.add(scope.spawn(Recipes.yields(200)));
                return Pollable.ready("body");
            });
            assertThat(runtime.blockOn(runtime.spawn(scoped))).isEqualTo("body");
            assertThat(slow).hasSize(1).allMatch(JoinHandle::isDone);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_body_awaits_its_tasks_and_makes_a_result_of_theirs(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Pollable<Integer> scoped = TaskScope.scoped(SHUTDOWN_ON_FAILURE, scope -> {
                JoinHandle<Integer> one = scope.spawn(Recipes.yields(5));
                JoinHandle<Integer> two = scope.spawn(Recipes.yields(7));
                return one.then(a -> two.map(b -> a + b));
            });
            assertThat(runtime.blockOn(scoped)).isEqualTo(14);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_task_that_fails_closes_the_body_and_its_failure_is_the_outcome(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Watched<Integer> body = new Watched<>(Recipes.never());
            List<Watched<Integer>> siblings = waiting(3);
            Pollable<Integer> scoped = TaskScope.scoped(SHUTDOWN_ON_FAILURE, scope -> {
                siblings.forEach(scope::spawn);
                scope.spawn(Recipes.sequence(Recipes.yields(3), Pollable.failed(first)));
                return body;
            });
            assertThatThrownBy(() -> runtime.blockOn(runtime.spawn(scoped))).hasRootCause(first);
            assertThat(body.closes).hasValue(1);
            assertEnded(siblings);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_body_that_awaits_a_failed_task_fails_with_that_failure_once(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            for (TaskScope.Policy policy : TaskScope.Policy.values()) {
                IOException failure = new IOException("planted");
                Pollable<Integer> scoped =
                        TaskScope.scoped(policy, scope -> scope.spawn(Pollable.<Integer>failed(failure)));
                JoinHandle<Integer> task = runtime.spawn(scoped);
                runtime.blockOn(Recipes.end(task));
                assertThat(task.failure()).isSameAs(failure);
                assertThat(failure.getSuppressed()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_body_that_fails_cancels_the_tasks_whatever_the_policy_and_waits_for_them(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            for (TaskScope.Policy policy : TaskScope.Policy.values()) {
                List<Watched<Integer>> tasks = waiting(3);
                JoinHandle<Integer> task = runtime.spawn(TaskScope.scoped(policy, scope -> {
                    tasks.forEach(scope::spawn);
                    return Pollable.<Integer>failed(first);
                }));
                runtime.blockOn(Recipes.end(task));
                assertThat(task.failure()).isSameAs(first);
                assertEnded(tasks);
                JoinHandle<Integer> unmade = runtime.spawn(TaskScope.scoped(policy, scope -> {
                    scope.spawn(Recipes.never());
                    throw new IllegalStateException("planted");
                }));
                runtime.blockOn(Recipes.end(unmade));
                assertThat(unmade.failure()).hasMessage("planted");
            }
            assertNobodyLives(runtime);
        }
    }

    @ParameterizedTest
    @EnumSource
    void cancelling_the_parent_cancels_the_tasks(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Watched<Integer> body = new Watched<>(Recipes.never());
            List<Watched<Integer>> tasks = waiting(5);
            JoinHandle<Integer> parent = runtime.spawn(TaskScope.scoped(AWAIT_ALL, scope -> {
                tasks.forEach(scope::spawn);
                return body;
            }));
            runtime.blockOn(Recipes.spinUntil(() -> tasks.stream().allMatch(each -> each.polls.get() == 1)));
            parent.cancel();
            runtime.blockOn(Recipes.spinUntil(() -> tasks.stream().allMatch(each -> each.closes.get() == 1)));
            assertThat(body.closes).hasValue(1);
            runtime.blockOn(Recipes.end(parent)); // which does not wait for the tasks, nor they for it
            assertThat(parent.failure()).isInstanceOf(CancellationException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_scope_cancelled_by_one_of_its_tasks_closes_the_body(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Watched<Integer> body = new Watched<>(Recipes.never());
            JoinHandle<Integer> task = runtime.spawn(TaskScope.scoped(AWAIT_ALL, scope -> {
                scope.spawn(Pollable.of(() -> {
                    scope.cancel();
                    return 1;
                }));
                return body;
            }));
            runtime.blockOn(Recipes.end(task));
            assertThat(task.failure()).isInstanceOf(CancellationException.class);
            assertThat(body.closes).hasValue(1);
        }
    }

    // ---- scopes in scopes ----

    @ParameterizedTest
    @EnumSource
    void an_outer_scope_waits_for_tasks_whose_own_scope_was_given_up(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            for (int round = 0; round < 20; round++) {
                List<Watched<Integer>> grandchildren = waiting(3);
                try (TaskScope outer = TaskScope.open(runtime, AWAIT_ALL)) {
                    JoinHandle<Integer> child = outer.spawn(TaskScope.scoped(outer, AWAIT_ALL, inner -> {
                        grandchildren.forEach(inner::spawn);
                        return Recipes.<Integer>never();
                    }));
                    runtime.blockOn(
                            Recipes.spinUntil(() -> grandchildren.stream().allMatch(each -> each.polls.get() > 0)));
                    child.cancel();
                    assertThatThrownBy(outer::join).hasCauseInstanceOf(CancellationException.class);
                    assertEnded(grandchildren);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void cancelling_an_outer_scope_reaches_every_task_within_and_an_inner_failure_stays_inside(Runtimes on) {
        try (TaskRuntime runtime = on.build();
                TaskScope outer = TaskScope.open(runtime, SHUTDOWN_ON_FAILURE)) {
            try (TaskScope inner = TaskScope.open(outer, SHUTDOWN_ON_FAILURE)) {
                inner.spawn(Pollable.failed(first));
                assertThatThrownBy(inner::join).hasCause(first);
            }
            assertThat(outer.isCancelled()).isFalse();
            List<Watched<Integer>> tasks = waiting(3);
            TaskScope inner = TaskScope.open(outer, AWAIT_ALL);
            tasks.forEach(inner::spawn);
            outer.cancel();
            outer.join();
            assertEnded(tasks);
            inner.close();
            assertThat(inner.isDone()).isTrue();
            assertThatThrownBy(() -> TaskScope.open(outer, AWAIT_ALL).spawn(Recipes.never()))
                    .isInstanceOf(IllegalStateException.class);
        }
    }
}
