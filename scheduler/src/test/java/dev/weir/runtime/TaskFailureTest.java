package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.weir.task.JoinHandle;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a task that fails does to its runtime: nothing, or its end. */
class TaskFailureTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private final RuntimeException failure = new IllegalStateException("meant to fail");

    private static TaskRuntime ending(Runtimes on) {
        return on.builder().onTaskFailure(TaskFailure.SHUT_DOWN).build();
    }

    @ParameterizedTest
    @EnumSource
    void a_runtime_that_is_to_end_ends_and_says_why(Runtimes on) throws Exception {
        TaskRuntime runtime = ending(on);
        Watched<Integer> other = new Watched<>(Recipes.never());
        JoinHandle<Integer> waiting = runtime.spawn(other);
        JoinHandle<Integer> failing = runtime.spawn(Recipes.run(() -> {
            throw failure;
        }));
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> runtime.blockOn(Recipes.never()))
                .withCause(failure);
        assertThat(runtime.shutdown(BOUND)).isTrue();
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> failing.join(BOUND))
                .withCause(failure);
        assertThat(other.closes).hasValue(1);
        assertThat(waiting.isDone()).isTrue();
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> runtime.spawn(Recipes.yields(0)).join(BOUND));
    }

    @ParameterizedTest
    @EnumSource
    void everybody_who_blocks_on_a_runtime_that_ends_itself_is_told_why(Runtimes on) throws Exception {
        TaskRuntime runtime = ending(on);
        List<Watched<Integer>> awaited = List.of(new Watched<>(Recipes.never()), new Watched<>(Recipes.never()));
        List<CompletableFuture<Integer>> blocked = awaited.stream()
                .map(each -> CompletableFuture.supplyAsync(() -> runtime.blockOn(each), body -> {
                    Thread thread = new Thread(body);
                    thread.setDaemon(true);
                    thread.start();
                }))
                .toList();
        await().atMost(BOUND).until(() -> awaited.stream().allMatch(each -> each.polls.get() > 0));
        runtime.spawn(Recipes.run(() -> {
            throw failure;
        }));
        for (CompletableFuture<Integer> each : blocked) {
            assertThat(each)
                    .failsWithin(BOUND)
                    .withThrowableThat()
                    .havingRootCause()
                    .isSameAs(failure);
        }
        assertThat(runtime.shutdown(BOUND)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void a_cancelled_task_has_not_failed(Runtimes on) {
        try (TaskRuntime runtime = ending(on)) {
            JoinHandle<Integer> cancelled = runtime.spawn(Recipes.never());
            cancelled.cancel();
            runtime.blockOn(Recipes.end(cancelled));
            assertThat(runtime.blockOn(runtime.spawn(Recipes.yields(2)))).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_blocking_call_that_fails_is_the_business_of_who_made_it(Runtimes on) {
        try (TaskRuntime runtime = ending(on)) {
            JoinHandle<Integer> joined = runtime.spawnBlocking(() -> {
                throw failure;
            });
            JoinHandle<Integer> dropped = runtime.spawnBlocking(() -> {
                throw failure;
            });
            runtime.blockOn(Recipes.end(joined));
            runtime.blockOn(Recipes.end(dropped));
            assertThat(joined.failure()).isSameAs(failure);
            assertThat(runtime.blockOn(runtime.spawn(Recipes.yields(2)))).isEqualTo(3);
            JoinHandle<Integer> unborne = runtime.spawn(Recipes.sequence(joined, Recipes.yields(0)));
            assertThatExceptionOfType(CancellationException.class)
                    .isThrownBy(() -> runtime.blockOn(Recipes.never()))
                    .withRootCauseInstanceOf(failure.getClass());
            assertThat(unborne.isDone()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void by_default_a_failure_is_its_tasks_own(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            runtime.blockOn(Recipes.end(runtime.spawn(Recipes.run(() -> {
                throw failure;
            }))));
            assertThat(runtime.blockOn(runtime.spawn(Recipes.yields(2)))).isEqualTo(3);
        }
    }
}
