package dev.weir.stream.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MapAsyncTest {
    private final CurrentThreadRuntime runtime = TaskRuntime.currentThread().build();
    private final List<CompletableFuture<Integer>> calls =
            Stream.generate(CompletableFuture<Integer>::new).limit(4).toList();

    @AfterEach
    void close() {
        runtime.close();
    }

    /** Of four calls three run at a time; the first ends when the third begins. */
    private AsyncStream<Integer> begin(boolean ordered, Runnable firstEnds) {
        Function<Integer, CompletableFuture<Integer>> call = n -> {
            if (n == 2) {
                firstEnds.run();
            }
            return calls.get(n);
        };
        AsyncStream<Integer> numbers = AsyncStream.range(0, 4);
        return ordered ? numbers.mapAsync(call, 3) : numbers.mapAsyncUnordered(call, 3, 3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_run_that_ends_early_cancels_the_calls_that_run(boolean ordered) {
        AsyncStream<Integer> results = begin(ordered, () -> calls.get(0).complete(7));

        assertThat(runtime.blockOn(results.take(1).toList())).containsExactly(7);

        assertThat(calls.get(0).join()).isEqualTo(7);
        assertThat(calls.subList(1, 3)).allMatch(CompletableFuture::isCancelled);
        assertThat(calls.get(3)).as("not begun").isNotDone();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void so_does_a_failure_of_one(boolean ordered) {
        ArithmeticException failure = new ArithmeticException("as planned");
        AsyncStream<Integer> results = begin(ordered, () -> calls.get(0).completeExceptionally(failure));

        assertThatThrownBy(() -> runtime.blockOn(results.toList())).hasRootCause(failure);

        assertThat(calls.subList(1, 3)).allMatch(CompletableFuture::isCancelled);
    }

    @Test
    void a_stage_that_runs_share_is_not_cancelled() {
        CompletableFuture<Integer> shared = new CompletableFuture<>();
        AsyncStream<Integer> stream = AsyncStream.fromCompletionStage(shared);

        assertThat(runtime.blockOn(
                        AsyncStream.race(List.of(stream, AsyncStream.of(1))).toList()))
                .containsExactly(1);

        assertThat(shared).isNotDone();
    }

    @Test
    void a_stage_that_must_not_be_cancelled_does_not_fail_the_run_that_ends_early() {
        CompletableFuture<Integer> running = new CompletableFuture<>();
        AsyncStream<Integer> stream = AsyncStream.range(0, 2)
                .mapAsync(n -> n == 0 ? CompletableFuture.completedStage(n) : running.minimalCompletionStage(), 2);

        assertThat(runtime.blockOn(stream.take(1).toList())).containsExactly(0);

        assertThat(running).isNotDone();
    }
}
