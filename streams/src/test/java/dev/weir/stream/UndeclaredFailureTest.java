package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

/** A publisher may fail with a throwable that is neither an exception nor an error: to all it is a failure like others. */
class UndeclaredFailureTest {
    private final Throwable failure = new Throwable("neither exception nor error");
    private final CurrentThreadRuntime runtime = TaskRuntime.currentThread().build();
    private final List<Object> events = new ArrayList<>();
    private final AsyncStream<Integer> upstream = AsyncStream.fromPublisher(
                    Flux.just(1, 2).concatWith(Flux.error(failure)))
            .onClose(() -> events.add("closed"));

    @AfterEach
    void close() {
        runtime.close();
    }

    record Operator(String name, boolean keepsOrder, Function<AsyncStream<Integer>, AsyncStream<?>> apply) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Operator operator(
            String name, boolean keepsOrder, Function<AsyncStream<Integer>, AsyncStream<?>> apply) {
        return new Operator(name, keepsOrder, apply);
    }

    static Stream<Operator> operators() {
        return Stream.of(
                operator("none", true, in -> in),
                operator("detach", true, in -> in.detach(4)),
                operator("onBackpressureBuffer", true, in -> in.onBackpressureBuffer(4)),
                operator("onBackpressureReduce", false, in -> in.onBackpressureReduce(Integer::sum)),
                operator("parallel", false, in -> in.parallel(2, 4, rail -> rail)),
                operator("groupBy", false, in -> in.groupBy(n -> n, 4).flatMap(GroupedStream::items, 4)),
                operator("window", false, in -> in.window(2).flatMap(window -> window, 4)),
                operator("mapAsync", true, in -> in.mapAsync(CompletableFuture::completedFuture, 2)),
                operator(
                        "mapAsyncUnordered",
                        false,
                        in -> in.mapAsyncUnordered(CompletableFuture::completedFuture, 2, 2)),
                operator("flatMapOrdered", true, in -> in.flatMapOrdered(AsyncStream::of, 2, 2)),
                operator("delaySequence", true, in -> in.delaySequence(Duration.ofMillis(1), 4)),
                operator("race", true, in -> AsyncStream.race(List.of(AsyncStream.never(), in))),
                operator("share", false, in -> in.share(4)),
                operator("replay", true, in -> in.replay(4)));
    }

    @ParameterizedTest
    @MethodSource("operators")
    void it_comes_out_and_all_is_closed(Operator operator) {
        List<Object> items = new ArrayList<>();

        Throwable thrown = catchThrowable(
                () -> runtime.blockOn(operator.apply().apply(upstream).forEach(items::add)));

        runtime.runUntilIdle(); // feeders end in tasks of their own
        assertTold(thrown);
        if (operator.keepsOrder()) {
            assertThat(items).as("those before the failure").isEqualTo(List.of(1, 2));
        }
        assertThat(events).containsExactly("closed");
    }

    @Test
    void it_waits_for_the_release_of_what_is_used() {
        AsyncStream<Integer> using = AsyncStream.using(() -> "resource", any -> upstream, any -> events.add("released"))
                .peekError(told -> events.add("told"));

        assertTold(catchThrowable(() -> runtime.blockOn(using.toList())));

        assertThat(events).containsExactly("closed", "released", "told");
    }

    @Test
    void it_is_told_to_listeners_for_what_it_is_and_not_for_a_cancel() {
        AsyncStream<Integer> told = upstream.onCancel(() -> events.add("cancelled"))
                .peekError(thrown -> events.add("error"))
                .tap(() -> new StreamListener<>() {
                    @Override
                    public void onEnd(Outcome outcome, @Nullable Throwable thrown, long items, long nanos) {
                        events.add(outcome);
                    }
                })
                .log((String line) -> events.add(line.replaceAll(":.*", "")));

        assertTold(catchThrowable(() -> runtime.blockOn(told.ignoreItems().toList())));

        assertThat(events)
                .containsSubsequence("error", StreamListener.Outcome.FAILED, "failed", "close", "closed")
                .doesNotContain("cancelled", "cancel");
    }

    @Test
    void what_was_begun_for_items_before_it_has_ended_when_it_comes_out() {
        Pollable<Void> endless = new Pollable<>() {
            @Override
            public Poll<Void> poll(Context cx) {
                return Poll.pending();
            }

            @Override
            public void close() {
                events.add("child");
            }
        };

        assertTold(catchThrowable(() -> runtime.blockOn(upstream.forEachConcurrent(4, n -> endless))));

        assertThat(events).containsExactly("child", "child", "closed");
    }

    @Test
    void a_checked_exception_that_a_function_does_not_declare_is_one_like_others() {
        IOException checked = new IOException("sneaked");

        assertThat(runtime.blockOn(AsyncStream.of(1, 2)
                        .mapOrSkip(
                                n -> {
                                    if (n == 1) {
                                        sneak(checked);
                                    }
                                    return n;
                                },
                                (n, thrown) -> events.add(thrown))
                        .toList()))
                .containsExactly(2);

        assertThat(events).containsExactly(checked);
        ArithmeticException first = new ArithmeticException("first");
        assertThatThrownBy(() -> runtime.blockOn(AsyncStream.<Integer>failed(first)
                        .onErrorMap(thrown -> {
                            sneak(checked);
                            return thrown;
                        })
                        .toList()))
                .hasCause(checked);
        assertThat(checked).hasSuppressedException(first);
    }

    @SuppressWarnings("unchecked") // what Kotlin does
    private static <E extends Throwable> void sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    private void assertTold(Throwable thrown) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            causes.add(cause);
        }
        assertThat(causes).contains(failure).doesNotHaveAnyElementsOfTypes(CancellationException.class);
    }
}
