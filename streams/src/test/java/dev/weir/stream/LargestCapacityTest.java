package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.push.Overflow;
import dev.weir.sync.Notify;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The largest int, which means "as many as there are" to who comes from elsewhere, costs memory for those alone. */
class LargestCapacityTest {
    private static final int MAX = Integer.MAX_VALUE;

    private final CurrentThreadRuntime runtime = TaskRuntime.currentThread().build();

    @AfterEach
    void close() {
        runtime.close();
    }

    private Map<String, UnaryOperator<AsyncStream<Integer>>> operators() {
        Map<String, UnaryOperator<AsyncStream<Integer>>> all = new LinkedHashMap<>();
        all.put("flatMap", s -> s.flatMap(AsyncStream::of, MAX));
        all.put("flatMapOrdered", s -> s.flatMapOrdered(AsyncStream::of, MAX, MAX));
        all.put("flatMapDelayError", s -> s.flatMapDelayError(AsyncStream::of, MAX));
        all.put("mergeSequential", s -> AsyncStream.mergeSequential(List.of(s, AsyncStream.empty()), MAX));
        all.put("mapAsync", s -> s.mapAsync(CompletableFuture::completedFuture, MAX));
        all.put("mapAsyncUnordered", s -> s.mapAsyncUnordered(CompletableFuture::completedFuture, MAX, MAX));
        all.put("detach", s -> s.detach(MAX));
        all.put("detach on a runtime", s -> s.detach(runtime, MAX));
        all.put("parallel", s -> s.parallel(2, MAX, rail -> rail));
        all.put("onBackpressureBuffer", s -> s.onBackpressureBuffer(MAX));
        all.put("onBackpressureDrop", s -> s.onBackpressureDrop(MAX));
        all.put("onBackpressure", s -> s.onBackpressure(MAX, Overflow.DROP_OLDEST));
        all.put("buffer", s -> s.buffer(MAX).concatMapIterable(list -> list));
        all.put("buffer with gaps", s -> s.buffer(MAX, MAX).concatMapIterable(list -> list));
        all.put("bufferTimeout", s -> s.bufferTimeout(MAX, Duration.ofDays(1)).concatMapIterable(list -> list));
        all.put("window", s -> s.window(MAX).flatMap(window -> window, MAX));
        all.put("window with gaps", s -> s.window(MAX, MAX).flatMap(window -> window, MAX));
        all.put("windowTimeout", s -> s.windowTimeout(MAX, Duration.ofDays(1)).flatMap(window -> window, MAX));
        all.put("groupBy", s -> s.groupBy(i -> i % 3, MAX).flatMap(group -> group.items(), MAX));
        all.put("takeLast", s -> s.takeLast(MAX));
        all.put("skipLast", s -> s.concatWith(s.skipLast(MAX)));
        all.put("delaySequence", s -> s.delaySequence(Duration.ofNanos(1), MAX));
        all.put("share", s -> s.share(MAX));
        all.put("publish", s -> s.publish(MAX).autoConnect(1));
        all.put("replay", s -> s.replay(MAX));
        all.put(
                "create",
                s -> AsyncStream.<Integer>create(MAX, Overflow.FAIL, emitter -> {
                    IntStream.range(0, 1000).forEach(emitter::emit);
                    emitter.complete();
                }));
        return all;
    }

    @TestFactory
    Stream<DynamicTest> each_operator_takes_the_largest_capacity() {
        return operators().entrySet().stream()
                .map(operator -> DynamicTest.dynamicTest(
                        operator.getKey(),
                        () -> assertThat(runtime.blockOn(operator.getValue()
                                        .apply(AsyncStream.range(0, 1000))
                                        .toList()))
                                .containsExactlyInAnyOrderElementsOf(
                                        IntStream.range(0, 1000).boxed().toList())));
    }

    @Test
    void ten_thousand_that_wait_are_all_woken() {
        Notify start = new Notify();
        JoinHandle<List<Integer>> items = runtime.spawn(AsyncStream.range(0, 10_000)
                .flatMap(
                        i -> {
                            Notify.Notified turn = start.notified();
                            return AsyncStream.<Integer>fromPollable(
                                    cx -> turn.poll(cx).isPending() ? Poll.pending() : Poll.ready(i));
                        },
                        MAX)
                .toList());
        runtime.runUntilIdle();
        assertThat(items.isDone()).isFalse();
        start.notifyWaiters();
        assertThat(runtime.blockOn(items)).hasSize(10_000).doesNotHaveDuplicates();
    }

    @Test
    void work_for_each_item_needs_no_bound() {
        assertThat(runtime.blockOn(AsyncStream.range(0, 10_000)
                        .forEachConcurrent(MAX, i -> (Pollable<@Nullable Void>) cx -> Poll.done())))
                .isEqualTo(10_000);
    }

    @Test
    void rails_and_prefetches_that_are_there_from_the_beginning_have_a_bound() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AsyncStream.range(0, 1).parallel(65_537, 1, rail -> rail))
                .withMessage("rails must be from 1 to 65536, was 65537");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AsyncStream.fromPublisher(AsyncStream.range(0, 1), MAX))
                .withMessageContaining("prefetch must be from 1 to 2^30, was");
    }
}
