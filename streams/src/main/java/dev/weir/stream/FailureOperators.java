package dev.weir.stream;

import dev.weir.stream.op.Answer;
import dev.weir.stream.op.MapError;
import dev.weir.stream.op.Recover;
import dev.weir.stream.op.Repeat;
import dev.weir.stream.op.RepeatWhen;
import dev.weir.stream.op.Retry;
import dev.weir.stream.op.RetryLater;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;

/**
 * The operators of {@link AsyncStream} that deal with its failure, and those that run it again. They catch exceptions;
 * an {@link Error} passes them. What has failed is closed before anything else is opened.
 *
 * @param <T> the type of the items
 */
public sealed interface FailureOperators<T> permits AsyncStream {
    private AsyncStream<T> self() {
        return (AsyncStream<T>) this;
    }

    /**
     * Goes on with another stream when this one fails, which is closed before. A failure of the other one passes.
     * RxJava's {@code onErrorResumeNext}, Mutiny's {@code recoverWithMulti}.
     *
     * <pre>
     *  1--2--X
     *         9--|
     *  onErrorResume
     *  1--2---9--|
     * </pre>
     */
    default AsyncStream<T> onErrorResume(Function<? super Exception, ? extends Publisher<? extends T>> fallback) {
        Objects.requireNonNull(fallback, "fallback");
        return self().lift(up ->
                new Recover<T>(up, failure -> AsyncStream.openMapped(fallback, failure, "onErrorResume")));
    }

    /** As {@link #onErrorResume(Function)}, for failures of a type. Others pass. */
    default <E extends Exception> AsyncStream<T> onErrorResume(
            Class<E> type, Function<? super E, ? extends Publisher<? extends T>> fallback) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(fallback, "fallback");
        return onErrorResume(
                failure -> type.isInstance(failure) ? fallback.apply(type.cast(failure)) : AsyncStream.failed(failure));
    }

    /** Gives this item and completes when the stream fails. */
    default AsyncStream<T> onErrorReturn(T item) {
        AsyncStream<T> other = AsyncStream.of(Objects.requireNonNull(item, "item"));
        return onErrorResume(failure -> other);
    }

    /** Completes when the stream fails. */
    default AsyncStream<T> onErrorComplete() {
        return onErrorResume(failure -> AsyncStream.<T>empty());
    }

    /** Fails with what the function makes of the failure. Mutiny's {@code onFailure().transform}. */
    default AsyncStream<T> onErrorMap(Function<? super Exception, ? extends Exception> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        return self().lift(up -> new MapError<T>(up, mapper));
    }

    /**
     * Runs the stream again from its beginning when it fails, at most n times; the failure after those passes. Items
     * that were given stay given. A stream that can be opened once cannot be retried.
     *
     * @param times at least 0
     */
    default AsyncStream<T> retry(long times) {
        Check.notNegative(times, "times");
        AsyncStream<T> again = self();
        return again.lift(up -> new Retry<T>(up, again::open, Retry.times(times)));
    }

    /** As {@link #retry(long)}, for ever: without a wait, so for what does not fail at once again. */
    default AsyncStream<T> retry() {
        return retry(Long.MAX_VALUE);
    }

    /** As {@link #retry(long)}, as long as the predicate accepts the failure. */
    default AsyncStream<T> retry(Predicate<? super Exception> predicate) {
        Objects.requireNonNull(predicate, "predicate");
        AsyncStream<T> again = self();
        return again.lift(up -> new Retry<T>(up, again::open, predicate));
    }

    /**
     * Runs the stream again when it fails, some time later, as a {@link Backoff} tells. Nothing is open meanwhile.
     * Reactor's {@code retryWhen(Retry.backoff(…))}.
     */
    default AsyncStream<T> retryWhen(Backoff backoff) {
        Objects.requireNonNull(backoff, "backoff");
        AsyncStream<T> again = self();
        return again.lift(up -> new RetryLater<T>(up, again::open, backoff.newRun()));
    }

    /**
     * Runs the stream so often, one run after the other; as in RxJava and Mutiny, and unlike Reactor, the first counts.
     *
     * @param times at least 1
     */
    default AsyncStream<T> repeat(long times) {
        if (times < 1) {
            throw new IllegalArgumentException("times must be at least 1, was " + times);
        }
        AsyncStream<T> again = self();
        return again.lift(up -> new Repeat<T>(up, again::open, times - 1));
    }

    /**
     * Runs the stream again when it has completed and another stream says so: a function makes that of the number of
     * items that the run has given. Its first item runs the stream again, and it is closed before; its completion without
     * an item completes the whole, its failure fails it. Nothing of the stream is open meanwhile.
     *
     * <pre>
     *  1--2--|       1--2--|
     *        ----x         --|
     *  repeatWhen
     *  1--2----------1--2----|
     * </pre>
     *
     * <pre>{@code
     * poll.repeatWhen(items -> AsyncStream.timer(items == 0 ? Duration.ofSeconds(5) : Duration.ZERO));
     * }</pre>
     */
    default AsyncStream<T> repeatWhen(LongFunction<? extends Publisher<?>> signal) {
        Objects.requireNonNull(signal, "signal");
        AsyncStream<T> again = self();
        return again.lift(up -> new RepeatWhen<T>(
                up,
                again::open,
                items -> AsyncStream.openAny(Answer.of(signal.apply(items), "repeatWhen: the function"))));
    }

    /** Runs the stream again and again. */
    default AsyncStream<T> repeat() {
        return repeat(Long.MAX_VALUE);
    }
}
