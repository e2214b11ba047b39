package dev.weir.stream.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.stream.push.Emitter;
import dev.weir.stream.push.Overflow;
import dev.weir.stream.testkit.ScriptedPublisher;
import dev.weir.stream.testkit.StreamProbe;
import dev.weir.task.TaskLocal;
import dev.weir.time.ManualClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** It is what cuts a stream off: also one whose reader has stalled. */
class TakeUntilOtherTest {
    private static final TaskLocal<Integer> LIMIT = TaskLocal.named("limit");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final CurrentThreadRuntime runtime =
            TaskRuntime.currentThread().clock(new ManualClock()).build();
    private final AtomicInteger closes = new AtomicInteger();
    private final Emitter<Integer> signals = new Emitter<>(4, Overflow.FAIL);

    @AfterEach
    void close() {
        runtime.close();
    }

    /** A reader that has taken one item, and asks for no more. */
    private StreamProbe<Integer> stalled(AsyncStream<Integer> other) {
        AsyncStream<Integer> stream = AsyncStream.of(1)
                .concatWith(AsyncStream.never())
                .onClose(closes::incrementAndGet)
                .takeUntilOther(other.onClose(closes::incrementAndGet))
                .where(LIMIT, 2);
        return StreamProbe.of(stream, runtime).request(1).expectNext(1).expectNoEvent();
    }

    @Test
    void a_time_that_has_passed_ends_it_though_nothing_is_asked_for() {
        stalled(AsyncStream.timer(MINUTE).map(tick -> 1))
                .expectNoEvent(MINUTE.minusSeconds(1))
                .thenAwait(Duration.ofSeconds(1))
                .expectComplete();
        assertThat(closes).hasValue(2);
    }

    @Test
    void so_does_an_item_that_comes_behind_some_that_are_dropped_in_the_surroundings_of_its_stream() {
        StreamProbe<Integer> stalled =
                stalled(AsyncStream.from(signals.source()).filter(n -> n > LIMIT.get()));
        for (int n = 0; n < 3; n++) {
            signals.emit(n);
            stalled.expectNoEvent();
        }
        signals.emit(3);

        stalled.expectComplete();
        assertThat(closes).hasValue(2);
    }

    @Test
    void so_do_a_completion_and_a_failure_of_a_publisher() {
        ScriptedPublisher<Integer> publisher = ScriptedPublisher.create();
        StreamProbe<Integer> completes = stalled(AsyncStream.from(publisher));
        publisher.complete();
        completes.expectComplete();
        assertThat(closes).hasValue(2);

        StreamProbe<Integer> fails = stalled(AsyncStream.from(signals.source()));
        signals.fail(new ArithmeticException("as planned"));
        fails.expectError(ArithmeticException.class);
        assertThat(closes).hasValue(4);
    }

    @Test
    void a_cancel_closes_both_and_a_late_signal_is_nothing_to_anybody() {
        StreamProbe<Integer> stalled = stalled(AsyncStream.from(signals.source()));
        stalled.cancel().expectNoEvent();
        assertThat(closes).hasValue(2);
        assertThat(signals.emit(1)).isFalse();
        stalled.expectNoEvent();
    }
}
