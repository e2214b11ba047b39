package dev.weir.stream.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.stream.testkit.StreamProbe;
import dev.weir.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetryWhenTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final CurrentThreadRuntime runtime =
            TaskRuntime.currentThread().clock(new ManualClock()).build();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    /** Gives its number, and fails unless it is the third run. */
    private final AsyncStream<Integer> flaky = AsyncStream.defer(() -> {
                int run = opened.incrementAndGet();
                AsyncStream<Integer> number = AsyncStream.of(run);
                return run == 3 ? number : number.concatWith(AsyncStream.failed(new IOException("run " + run)));
            })
            .onClose(closed::incrementAndGet);

    @AfterEach
    void close() {
        runtime.close();
        assertThat(closed).hasValue(opened.get());
    }

    @Test
    void it_runs_again_when_the_other_stream_has_an_item_and_nothing_is_open_meanwhile() {
        StreamProbe.of(flaky.retryWhen(e -> AsyncStream.timer(MINUTE)), runtime)
                .request(9)
                .expectNext(1)
                .expectNoEvent(MINUTE.minusSeconds(1))
                .then(() -> assertThat(closed).hasValue(1))
                .thenAwait(Duration.ofSeconds(1))
                .expectNext(2)
                .thenAwait(MINUTE)
                .expectNext(3)
                .expectComplete();
    }

    @Test
    void the_failure_decides_and_the_completion_of_the_other_stream_lets_it_pass() {
        StreamProbe.of(
                        flaky.retryWhen(
                                e -> e.getMessage().equals("run 1") ? AsyncStream.of("again") : AsyncStream.empty()),
                        runtime)
                .request(9)
                .expectNext(1, 2)
                .expectError(failure -> assertThat(failure).hasMessage("run 2").hasNoSuppressedExceptions());
    }

    @Test
    void what_the_other_stream_or_its_function_fails_with_has_the_failure_suppressed() {
        StreamProbe.of(flaky.retryWhen(e -> AsyncStream.failed(new ArithmeticException())), runtime)
                .request(9)
                .expectNext(1)
                .expectError(failure -> assertThat(failure)
                        .isInstanceOf(ArithmeticException.class)
                        .satisfies(thrown -> assertThat(thrown.getSuppressed())
                                .singleElement()
                                .isInstanceOf(IOException.class)));
        StreamProbe.of(flaky.retryWhen(e -> null), runtime)
                .request(9)
                .expectNext(2)
                .expectError(failure -> assertThat(failure)
                        .hasMessageStartingWith("retryWhen: the function returned null")
                        .satisfies(thrown -> assertThat(thrown.getSuppressed()).hasSize(1)));
    }

    @Test
    void a_cancel_while_it_waits_closes_the_other_stream() {
        AtomicInteger questions = new AtomicInteger();
        StreamProbe.of(flaky.retryWhen(e -> AsyncStream.never().onClose(questions::incrementAndGet)), runtime)
                .request(9)
                .expectNext(1)
                .expectNoEvent()
                .cancel()
                .expectNoEvent();
        assertThat(questions).hasValue(1);
    }
}
