package dev.weir.stream;

import dev.weir.stream.op.MapNotNull;
import dev.weir.stream.op.Skip;
import dev.weir.stream.op.SkipUntilOther;
import dev.weir.stream.op.SkipWhile;
import dev.weir.stream.op.Take;
import dev.weir.stream.op.TakeLast;
import dev.weir.stream.op.TakeUntil;
import dev.weir.stream.op.TakeUntilOther;
import dev.weir.stream.op.TakeWhile;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;

/**
 * The operators of {@link AsyncStream} that give a part of it: its beginning, its end, or what lies between. What ends
 * a stream early closes it there.
 *
 * @param <T> the type of the items
 */
public sealed interface LimitOperators<T> permits AsyncStream {
    private AsyncStream<T> self() {
        return (AsyncStream<T>) this;
    }

    /**
     * Ends with the nth item, and closes upstream before giving it; what the close throws fails the run after it. Since demand is what pulls, it is Reactor's {@code
     * limitRequest} as well.
     *
     * <pre>
     *  1---2---3---4--
     *  take(2)
     *  1---2|
     * </pre>
     *
     * @param count at least 0, which completes without asking upstream for anything
     */
    default AsyncStream<T> take(long count) {
        Check.notNegative(count, "count");
        return self().lift(up -> new Take<T>(up, count));
    }

    /**
     * Ends before the first item that the predicate refuses, which is dropped, and closes upstream there.
     *
     * <pre>
     *  1---2---3---4--
     *  takeWhile(n -&gt; n &lt; 3)
     *  1---2---|
     * </pre>
     */
    default AsyncStream<T> takeWhile(Predicate<? super T> predicate) {
        Objects.requireNonNull(predicate, "predicate");
        return self().lift(up -> new TakeWhile<T>(up, predicate));
    }

    /**
     * Ends with the first item that the predicate accepts, and closes upstream before giving it; what the close throws
     * fails the run after it, and what the predicate throws in its place.
     *
     * <pre>
     *  1---2---3---4--
     *  takeUntil(n -&gt; n == 3)
     *  1---2---3|
     * </pre>
     */
    default AsyncStream<T> takeUntil(Predicate<? super T> last) {
        Objects.requireNonNull(last, "last");
        return self().lift(up -> new TakeUntil<T>(up, last));
    }

    /**
     * Ends when another stream gives an item or completes; fails if it fails. Both are closed then, also while nothing is
     * asked for: from the first time that an item is, one of the other stream is, too, and is waited for. RxJava's {@code
     * takeUntil}.
     *
     * <pre>
     *  1---2---3---4--
     *  ----------x
     *  takeUntilOther
     *  1---2---3-|
     * </pre>
     */
    default AsyncStream<T> takeUntilOther(Publisher<?> other) {
        Objects.requireNonNull(other, "other");
        return self().lift(up -> new TakeUntilOther<T>(up, AsyncStream.openAny(other)));
    }

    /**
     * Gives the last n items when the stream has completed; a failure drops them. Holds n.
     *
     * <pre>
     *  1---2---3--|
     *  takeLast(2)
     *  -----------23|
     * </pre>
     *
     * @param count at least 0
     */
    default AsyncStream<T> takeLast(int count) {
        Check.notNegative(count, "count");
        return self().lift(up -> new TakeLast<T>(up, count));
    }

    /**
     * Drops the first n items.
     *
     * <pre>
     *  1---2---3---4--|
     *  skip(2)
     *  --------3---4--|
     * </pre>
     *
     * @param count at least 0
     */
    default AsyncStream<T> skip(long count) {
        Check.notNegative(count, "count");
        return self().lift(up -> new Skip<T>(up, count));
    }

    /** Drops items until the predicate refuses one; gives that one and all after it. */
    default AsyncStream<T> skipWhile(Predicate<? super T> predicate) {
        Objects.requireNonNull(predicate, "predicate");
        return self().lift(up -> new SkipWhile<T>(up, predicate));
    }

    /** Drops items until the predicate accepts one; gives that one and all after it. */
    default AsyncStream<T> skipUntil(Predicate<? super T> first) {
        Objects.requireNonNull(first, "first");
        return skipWhile(item -> !first.test(item));
    }

    /**
     * Drops items until another stream gives one or completes; fails if it fails. Items are taken, and dropped, only
     * while one is asked for.
     */
    default AsyncStream<T> skipUntilOther(Publisher<?> other) {
        Objects.requireNonNull(other, "other");
        return self().lift(up -> new SkipUntilOther<T>(up, AsyncStream.openAny(other)));
    }

    /**
     * Drops the last n items: each is given when n more have come. Holds n.
     *
     * @param count at least 0
     */
    default AsyncStream<T> skipLast(int count) {
        Check.notNegative(count, "count");
        return self().lift(up -> {
            ArrayDeque<T> last = new ArrayDeque<>();
            return new MapNotNull<T, T>(up, item -> {
                last.add(item);
                return last.size() > count ? last.poll() : null;
            });
        });
    }

    /**
     * Gives the item with an index, and closes upstream before, as {@link #take} does; completes without one if there are fewer.
     *
     * @param index at least 0
     */
    default AsyncStream<T> elementAt(long index) {
        return skip(Check.notNegative(index, "index")).take(1);
    }

    /**
     * Asks upstream for nothing while the pauser is paused, and goes on when it is resumed. Nothing is dropped: what
     * comes meanwhile waits upstream. The end is told even so. One pauser may serve many streams and runs. Mutiny's {@code pauseDemand}.
     *
     * <pre>
     *  1--2--3--4--|           whenever asked
     *  ----P------R            paused, resumed
     *  1--2--------3--4--|
     * </pre>
     */
    default AsyncStream<T> pauseDemand(DemandPauser pauser) {
        Objects.requireNonNull(pauser, "pauser");
        return self().lift(pauser::<T>gate);
    }
}
