package dev.weir.stream;

import dev.weir.stream.op.BufferTimeout;
import dev.weir.stream.op.Debounce;
import dev.weir.stream.op.DebounceWhen;
import dev.weir.stream.op.DelayItems;
import dev.weir.stream.op.DelaySequence;
import dev.weir.stream.op.DelayStart;
import dev.weir.stream.op.PaceDemand;
import dev.weir.stream.op.Sample;
import dev.weir.stream.op.SampleWhen;
import dev.weir.stream.op.ThrottleFirst;
import dev.weir.stream.op.Timeout;
import dev.weir.stream.op.TimeoutWhen;
import dev.weir.stream.op.Timing;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.reactivestreams.Publisher;

/**
 * The operators of {@link AsyncStream} that know time, by the clock of the runtime that runs them. Time does not overrule
 * demand: items are taken, and timers set, only while something is asked for. So none of them fails or loses an item for
 * want of demand; what was due meanwhile is given when it is asked for.
 *
 * @param <T> the type of the items
 */
public sealed interface TimeOperators<T> permits AsyncStream {
    private AsyncStream<T> self() {
        return (AsyncStream<T>) this;
    }

    /**
     * Fails with a {@link TimeoutException} when an item takes too long. The time runs only while somebody waits for an
     * item: from the first poll that finds none.
     *
     * @param duration at least zero, which fails whenever an item is not there at once
     */
    default AsyncStream<T> timeout(Duration duration) {
        long nanos = Check.nanos(duration, "duration");
        return self().lift(up ->
                new Timeout<T>(up, nanos, () -> new TimeoutException("timeout: no item within " + duration)));
    }

    /** As {@link #timeout(Duration)}, but goes on with another stream. A {@link TimeoutException} from upstream counts. */
    default AsyncStream<T> timeout(Duration duration, Publisher<? extends T> fallback) {
        Objects.requireNonNull(fallback, "fallback");
        return timeout(duration)
                .onErrorResume(
                        failure -> failure instanceof TimeoutException ? fallback : AsyncStream.<T>failed(failure));
    }

    /** As {@link #timeout(Publisher, Function)}, without a limit for the first item. */
    default AsyncStream<T> timeout(Function<? super T, ? extends Publisher<?>> next) {
        return timeout(AsyncStream.never(), next);
    }

    /**
     * Fails with a {@link TimeoutException} when an item has not come before another stream gives one or completes: for
     * the first item that is a given one, for any other what a function makes of the item before it. The other stream
     * is opened by the first poll that finds no item, and closed when the item has come; without demand there is none.
     * An item that is there wins. A failure of the other stream passes. Holds one item.
     *
     * <pre>
     *  1---2-----------3--|
     *  timeout(never, n -&gt; -----|)
     *  1---2----X
     * </pre>
     *
     * @param first for the first item
     * @param next called only when the next item has to be waited for
     */
    default AsyncStream<T> timeout(Publisher<?> first, Function<? super T, ? extends Publisher<?>> next) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(next, "next");
        return self().lift(up -> new TimeoutWhen<T>(
                up,
                () -> AsyncStream.openAny(first),
                item -> AsyncStream.openMapped(next, item, "timeout"),
                () -> new TimeoutException("timeout: no item before the other stream gave one or completed")));
    }

    /**
     * As {@link #timeout(Publisher, Function)}, but goes on with another stream. A {@link TimeoutException} from upstream
     * counts.
     */
    default AsyncStream<T> timeout(
            Publisher<?> first, Function<? super T, ? extends Publisher<?>> next, Publisher<? extends T> fallback) {
        Objects.requireNonNull(fallback, "fallback");
        return timeout(first, next).onErrorResume(TimeoutException.class, failure -> fallback);
    }

    /**
     * Gives each item some time after it was taken. The next one is taken when it has been given: so items are at least
     * that far apart, and one is held.
     */
    default AsyncStream<T> delayElements(Duration duration) {
        long nanos = Check.nanos(duration, "duration");
        return self().lift(up -> new DelayItems<T>(up, nanos));
    }

    /**
     * Gives each item some time after it was taken, and keeps the distances between them: while one waits, more are
     * taken. The end, of either kind, comes with the last item. Holds up to n items; when it holds so many the next is
     * taken late. Without demand nothing is taken; what is due meanwhile is given at once when it is asked for.
     *
     * <pre>
     *  1-2-----3--|
     *  delaySequence(4, 8)
     *  ----1-2-----3|
     * </pre>
     *
     * @param capacity the most items that are held, at least 1
     */
    default AsyncStream<T> delaySequence(Duration duration, int capacity) {
        long nanos = Check.nanos(duration, "duration");
        Check.positive(capacity, "capacity");
        return self().lift(up -> new DelaySequence<T>(up, nanos, capacity));
    }

    /** Begins some time after the first request. */
    default AsyncStream<T> delaySubscription(Duration duration) {
        long nanos = Check.nanos(duration, "duration");
        return self().lift(up -> new DelayStart<T>(up, nanos));
    }

    /**
     * Gives an item when no other has come for a while, and the last one at the end; drops the rest. Holds one item.
     * Reactor's {@code sampleTimeout}.
     *
     * <pre>
     *  1-2-3------4------5-|
     *  debounce(3)
     *  -------3------4-----5|
     * </pre>
     */
    default AsyncStream<T> debounce(Duration quiet) {
        long nanos = Check.nanos(quiet, "quiet");
        return self().lift(up -> new Debounce<T>(up, nanos));
    }

    /**
     * Gives an item when the stream that a function makes of it gives one or completes before the next item has come, and
     * the last one at the end; drops the rest. Of those two the stream is asked first. A failure of it fails the whole,
     * and what is held is dropped. Holds one item. Reactor's {@code sampleTimeout}.
     *
     * <pre>
     *  1-2-3------4------5-|
     *  debounce(n -&gt; ---|)
     *  -------3------4-----5|
     * </pre>
     */
    default AsyncStream<T> debounce(Function<? super T, ? extends Publisher<?>> quiet) {
        Objects.requireNonNull(quiet, "quiet");
        return self().lift(up -> new DebounceWhen<T>(up, item -> AsyncStream.openMapped(quiet, item, "debounce")));
    }

    /**
     * Gives an item and drops those that come within a time of it. Reactor's {@code sampleFirst}. Sets no timer.
     *
     * <pre>
     *  1-2-3------4-5----|
     *  throttleFirst(5)
     *  1----------4------|
     * </pre>
     */
    default AsyncStream<T> throttleFirst(Duration period) {
        long nanos = Check.nanos(period, "period");
        return self().lift(up -> new ThrottleFirst<T>(up, nanos));
    }

    /**
     * Gives an item at once if none was given for a period, otherwise the latest at the end of the period, and the last
     * one at the end. Holds one item.
     *
     * <pre>
     *  1-2-3------4-5----|
     *  throttleLatest(5)
     *  1----3-----4----5-|
     * </pre>
     */
    default AsyncStream<T> throttleLatest(Duration period) {
        long nanos = Check.positiveNanos(period, "period");
        return self().lift(up -> new Sample<T>(up, nanos, true));
    }

    /**
     * Gives the latest item at the end of each period in which one has come, and the last one at the end. Holds one
     * item. RxJava's {@code throttleLast}.
     *
     * <pre>
     *  1-2---3-----------4-5-|
     *  sample(5)
     *  ----2----3-----------5|
     * </pre>
     *
     * @param period more than zero; counted from the first poll
     */
    default AsyncStream<T> sample(Duration period) {
        long nanos = Check.positiveNanos(period, "period");
        return self().lift(up -> new Sample<T>(up, nanos, false));
    }

    /**
     * Gives the latest item whenever another stream gives one, if something new has come, and the last one at the end,
     * which is that of either stream. A failure of either drops what is held. Holds one item. Both are asked only while
     * an item is asked for; the other one when this stream has nothing just now.
     *
     * <pre>
     *  1-2---3-----------4-5-|
     *  ----a----b---c---------
     *  sample
     *  ----2----3------------5|
     * </pre>
     */
    default AsyncStream<T> sample(Publisher<?> sampler) {
        Objects.requireNonNull(sampler, "sampler");
        return self().lift(up -> new SampleWhen<T>(up, AsyncStream.openAny(sampler)));
    }

    /**
     * Takes at most n items in each period. A period begins with the first request after the one before is over, and
     * what was not taken in one is not saved up for another: so a burst is of n, or of 2n across the border of two
     * periods. Nothing is dropped; an item waits upstream. The end is told at once. Mutiny's {@code paceDemand}.
     *
     * <pre>
     *  123456|                 whenever asked
     *  paceDemand(2, 5)
     *  12---34---56|
     * </pre>
     *
     * @param items at least 1
     * @param period more than zero
     */
    default AsyncStream<T> paceDemand(int items, Duration period) {
        Check.positive(items, "items");
        long nanos = Check.positiveNanos(period, "period");
        return self().lift(up -> new PaceDemand<T>(up, items, nanos));
    }

    /**
     * Gathers items into lists of n, or of what has come within a time of the first of them. No list is empty. A
     * consumer without demand gets its lists late; nothing is lost and nothing fails. Holds less than n items; completion
     * gives what is left, a failure drops it.
     *
     * <pre>
     *  1-2-3-4--------5----|
     *  bufferTimeout(3, 4)
     *  ----123--4---------5|
     * </pre>
     *
     * @param size at least 1
     */
    default AsyncStream<List<T>> bufferTimeout(int size, Duration duration) {
        Check.positive(size, "size");
        long nanos = Check.nanos(duration, "duration");
        return self().lift(up -> new BufferTimeout<T>(up, size, nanos));
    }

    /** Tells of each item when it was taken, by the clock of the runtime, which has an origin of its own. */
    default AsyncStream<Timed<T>> timestamp() {
        return self().lift(up -> new Timing<T, Timed<T>>(up, false, (item, at) -> new Timed<>(item, at)));
    }

    /**
     * Tells of each item how long after the one before it was taken; of the first, how long after the first poll.
     * RxJava's {@code timeInterval}.
     */
    default AsyncStream<Timed<T>> elapsed() {
        return self().lift(up -> new Timing<T, Timed<T>>(up, true, (item, since) -> new Timed<>(item, since)));
    }
}
