package dev.weir.stream;

import dev.weir.stream.op.Answer;
import dev.weir.stream.op.MapError;
import dev.weir.stream.op.Recover;
import dev.weir.stream.op.Repeat;
import dev.weir.stream.op.RepeatWhen;
import dev.weir.stream.op.Retry;
import dev.weir.stream.op.RetryLater;
import dev.weir.stream.op.RetryWhen;
import java.util.Objects;
import java.util.function.BooleanSupplier;
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
     * Goes on with another stream when this one fails, which is closed before. A failure of the other one passes. What
     * becomes of a failure that was not known with an item is decided, and told, when the next is asked for. RxJava's {@code onErrorResumeNext}, Mutiny's {@code recoverWithMulti}.
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

    /** As {@link #onErrorResume(Function)}, for failures that the predicate accepts. Others pass. */
    default AsyncStream<T> onErrorResume(
            Predicate<? super Exception> wanted,
            Function<? super Exception, ? extends Publisher<? extends T>> fallback) {
        Objects.requireNonNull(wanted, "wanted");
        Objects.requireNonNull(fallback, "fallback");
        return onErrorResume(failure -> wanted.test(failure) ? fallback.apply(failure) : AsyncStream.failed(failure));
    }

    /**
     * Gives this item and completes when the stream fails. For one that is made of the failure, {@code onErrorResume(e ->
     * AsyncStream.of(…))}.
     *
     * <pre>
     *  1--2--X
     *  onErrorReturn(9)
     *  1--2--9|
     * </pre>
     */
    default AsyncStream<T> onErrorReturn(T item) {
        AsyncStream<T> other = AsyncStream.of(Objects.requireNonNull(item, "item"));
        return onErrorResume(failure -> other);
    }

    /** As {@link #onErrorReturn(Object)}, for failures of a type. Others pass. */
    default AsyncStream<T> onErrorReturn(Class<? extends Exception> type, T item) {
        return onErrorReturn(Objects.requireNonNull(type, "type")::isInstance, item);
    }

    /** As {@link #onErrorReturn(Object)}, for failures that the predicate accepts. Others pass. */
    default AsyncStream<T> onErrorReturn(Predicate<? super Exception> wanted, T item) {
        AsyncStream<T> other = AsyncStream.of(Objects.requireNonNull(item, "item"));
        return onErrorResume(wanted, failure -> other);
    }

    /** Completes when the stream fails. */
    default AsyncStream<T> onErrorComplete() {
        return onErrorResume(failure -> AsyncStream.<T>empty());
    }

    /** Completes when the stream fails with an exception of a type. Other failures pass. */
    default AsyncStream<T> onErrorComplete(Class<? extends Exception> type) {
        return onErrorComplete(Objects.requireNonNull(type, "type")::isInstance);
    }

    /** Completes when the stream fails and the predicate accepts the failure. Other failures pass. */
    default AsyncStream<T> onErrorComplete(Predicate<? super Exception> wanted) {
        return onErrorResume(wanted, failure -> AsyncStream.<T>empty());
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
     * <pre>
     *  1--2--X
     *         1--2--3--|
     *  retry(1)
     *  1--2---1--2--3--|
     * </pre>
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
     * As {@link #retry(long)}, at most n times, and as long as the predicate accepts the failure, which is asked first.
     *
     * @param times at least 0
     */
    default AsyncStream<T> retry(long times, Predicate<? super Exception> predicate) {
        Check.notNegative(times, "times");
        Objects.requireNonNull(predicate, "predicate");
        AsyncStream<T> again = self();
        return again.lift(up -> {
            Predicate<Exception> counted = Retry.times(times);
            return new Retry<T>(up, again::open, failure -> predicate.test(failure) && counted.test(failure));
        });
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
     * Runs the stream again when it has failed and another stream says so: a function makes that of the failure, and it is
     * asked when an item is asked for. Its first item runs the stream again, and it is closed before; its completion
     * without an item gives up, and the failure passes; its own failure fails the whole, with that of the stream
     * suppressed. Nothing of the stream is open meanwhile. For a wait that the failure tells, or for a signal. An {@link
     * #onErrorComplete} behind it makes of what was given up a completion, as it is in the peers.
     *
     * <pre>
     *  1--2--X       1--2--|
     *        ----x
     *  retryWhen
     *  1--2----------1--2--|
     * </pre>
     *
     * <pre>{@code
     * pages.retryWhen(e -> e instanceof TooMany later ? AsyncStream.timer(later.retryAfter()) : AsyncStream.empty())
     * }</pre>
     */
    default AsyncStream<T> retryWhen(Function<? super Exception, ? extends Publisher<?>> signal) {
        Objects.requireNonNull(signal, "signal");
        AsyncStream<T> again = self();
        return again.lift(up -> new RetryWhen<T>(
                up,
                again::open,
                failure -> AsyncStream.openAny(Answer.of(signal.apply(failure), "retryWhen: the function"))));
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

    /**
     * Runs the stream again and again, until the condition says to stop when a run has completed; so at least once. RxJava's
     * {@code repeatUntil}; Mutiny's {@code repeat().until} is {@link #repeat()} with a {@code takeUntil} behind it.
     *
     * <pre>
     *  1--2--|1--2--|        asked at each |
     *  repeatUntil
     *  1--2---1--2--|
     * </pre>
     */
    default AsyncStream<T> repeatUntil(BooleanSupplier stop) {
        Objects.requireNonNull(stop, "stop");
        AsyncStream<Boolean> again = AsyncStream.of(true);
        return repeatWhen(items -> stop.getAsBoolean() ? AsyncStream.empty() : again);
    }

    /** Runs the stream again and again. */
    default AsyncStream<T> repeat() {
        return repeat(Long.MAX_VALUE);
    }
}
