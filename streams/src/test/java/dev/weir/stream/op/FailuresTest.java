package dev.weir.stream.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailuresTest {
    @Test
    void the_first_of_two_has_the_other_suppressed_unless_they_are_the_same() {
        Exception first = new Exception("first");
        Exception next = new Exception("next");

        assertThat(Failures.firstOf(Failures.firstOf(Failures.firstOf(null, first), next), first))
                .isSameAs(first);
        assertThat(first.getSuppressed()).containsExactly(next);
    }

    @Test
    void a_failure_that_is_a_constant_does_not_keep_what_every_run_adds_to_it() {
        IllegalStateException constant = new IllegalStateException("not found");
        AsyncStream<Integer> notFound = AsyncStream.failed(constant);
        List<AsyncStream<Integer>> rows = List.of(
                AsyncStream.mergeDelayError(List.of(notFound, fails())),
                fails().onErrorMap(failure -> {
                    throw constant;
                }),
                fails().onErrorResume(failure -> notFound.onErrorMap(same -> same)),
                notFound.peekError(failure -> {
                    throw new IllegalStateException("again");
                }));
        try (CurrentThreadRuntime runtime = TaskRuntime.currentThread().build()) {
            for (AsyncStream<Integer> row : rows) {
                for (int run = 0; run < 50; run++) {
                    assertThat(catchThrowable(() -> runtime.blockOn(row.toList())))
                            .isNotNull();
                    assertThat(constant.getSuppressed()).hasSizeLessThanOrEqualTo(16);
                }
            }
        }
        assertThat(constant.getSuppressed()).as("the first are kept").hasSize(16);
    }

    private static AsyncStream<Integer> fails() {
        return AsyncStream.defer(() -> AsyncStream.failed(new IllegalStateException("of this run")));
    }
}
