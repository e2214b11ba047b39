package dev.weir.stream;

import dev.weir.stream.op.CombineLatest;
import dev.weir.stream.op.Concat;
import dev.weir.stream.op.Merge;
import dev.weir.stream.op.MergeSorted;
import dev.weir.stream.op.Race;
import dev.weir.stream.op.SwitchIfEmpty;
import dev.weir.stream.op.WithLatestFrom;
import dev.weir.stream.op.Zip;
import dev.weir.task.Source;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;

/**
 * The operators of {@link AsyncStream} that put it together with other streams. All run in one task; other publishers are
 * adopted as {@link AsyncStream#fromPublisher(Publisher)} does. The first failure fails the whole, and all are closed.
 *
 * @param <T> the type of the items
 */
public sealed interface CombineOperators<T> permits AsyncStream {
    private AsyncStream<T> self() {
        return (AsyncStream<T>) this;
    }

    /**
     * Gives the items of the other stream after all of this one. The second is polled for the first time when the first
     * has been closed.
     *
     * <pre>
     *  1--2--|
     *         3--4--|
     *  concat
     *  1--2---3--4--|
     * </pre>
     */
    default AsyncStream<T> concatWith(Publisher<? extends T> other) {
        Objects.requireNonNull(other, "other");
        return self().lift(up -> new Concat<T>(List.of(up, AsyncStream.<T>openAny(other))));
    }

    /** Gives this item before those of the stream. */
    default AsyncStream<T> startWith(T item) {
        return startWith(AsyncStream.of(Objects.requireNonNull(item, "item")));
    }

    /** Gives the items of the other stream before those of this one. */
    default AsyncStream<T> startWith(Publisher<? extends T> other) {
        Objects.requireNonNull(other, "other");
        return self().lift(up -> new Concat<T>(List.of(AsyncStream.<T>openAny(other), up)));
    }

    /** Gives this item if the stream completes without any; as {@link #switchIfEmpty}. */
    default AsyncStream<T> defaultIfEmpty(T item) {
        Objects.requireNonNull(item, "item");
        return switchIfEmpty(AsyncStream.of(item));
    }

    /**
     * Goes on with another stream, which is opened then, if this one completes without an item. How it ends without one is
     * looked into when an item is asked for: its failure is told then, and not before.
     *
     * <pre>
     *  --|
     *    1--2--|
     *  switchIfEmpty
     *  --1--2--|
     * </pre>
     */
    default AsyncStream<T> switchIfEmpty(Publisher<? extends T> other) {
        Objects.requireNonNull(other, "other");
        return self().lift(up -> new SwitchIfEmpty<T>(up, () -> AsyncStream.<T>openAny(other)));
    }

    /**
     * Gives the items of both streams as they come. A stream that always has items gives up to {@value Merge#STREAK} in a
     * row, then those of the others that have some have their turn. Holds no items.
     *
     * <pre>
     *  1-----2-----3--|
     *  ---a-----b--|
     *  merge
     *  1--a--2--b--3--|
     * </pre>
     */
    default AsyncStream<T> mergeWith(Publisher<? extends T> other) {
        Objects.requireNonNull(other, "other");
        return self().lift(up -> new Merge<T>(List.of(up, AsyncStream.<T>openAny(other))));
    }

    /**
     * Merges two streams that are sorted into one that is: gives the lesser of the next items of both, once both are
     * known. Holds one item of each. Reactor's {@code mergeComparingWith}.
     */
    default AsyncStream<T> mergeSortedWith(Publisher<? extends T> other, Comparator<? super T> order) {
        Objects.requireNonNull(other, "other");
        Objects.requireNonNull(order, "order");
        return self().lift(up -> new MergeSorted<T>(List.of(up, AsyncStream.<T>openAny(other)), order));
    }

    /**
     * Pairs the nth item of this stream with the nth of the other. Both are asked at the same time, neither more than
     * one item ahead. When one ends both are closed, and an item without a partner is dropped.
     *
     * <pre>
     *  1--2-----3--|
     *  ---a--b-------c--
     *  zip
     *  ---1a-2b----|
     * </pre>
     */
    default <U, R> AsyncStream<R> zipWith(
            Publisher<? extends U> other, BiFunction<? super T, ? super U, ? extends R> combiner) {
        Objects.requireNonNull(other, "other");
        Objects.requireNonNull(combiner, "combiner");
        return self().lift(up -> new Zip<T, U, R>(up, AsyncStream.openAny(other), combiner));
    }

    /**
     * Pairs each new item of either stream with the latest of the other, once both have had one. Ends when both have, or
     * one has without an item. Holds one item of each; they are asked in turns.
     *
     * <pre>
     *  1-----2--------|
     *  ---a-----b--c--|
     *  combineLatest
     *  ---1a-2a-2b-2c-|
     * </pre>
     */
    @SuppressWarnings("unchecked") // each item comes from the stream of its place
    default <U, R> AsyncStream<R> combineLatestWith(
            Publisher<? extends U> other, BiFunction<? super T, ? super U, ? extends R> combiner) {
        Objects.requireNonNull(other, "other");
        Objects.requireNonNull(combiner, "combiner");
        return self().lift(up -> new CombineLatest<Object, R>(
                List.<Source<?>>of(up, AsyncStream.openAny(other)),
                row -> combiner.apply((T) row.get(0), (U) row.get(1))));
    }

    /**
     * Pairs each item with the latest of the other stream; items that come before that has one are dropped. Ends with
     * this stream. The other one is asked while this one is, for all that it has; its completion ends nothing, its failure
     * fails the whole.
     *
     * <pre>
     *  --1-----2--3--|
     *  ----a-b---|
     *  withLatestFrom
     *  --------2b-3b-|
     * </pre>
     */
    default <U, R> AsyncStream<R> withLatestFrom(
            Publisher<? extends U> other, BiFunction<? super T, ? super U, ? extends R> combiner) {
        Objects.requireNonNull(other, "other");
        Objects.requireNonNull(combiner, "combiner");
        return self().lift(up -> new WithLatestFrom<T, U, R>(up, AsyncStream.openAny(other), combiner));
    }

    /**
     * Is whichever of both first gives an item, completes or fails, when an item is asked for; the other is closed then, and what that throws fails
     * the run after the item. RxJava's {@code amb}.
     */
    default AsyncStream<T> raceWith(Publisher<? extends T> other) {
        Objects.requireNonNull(other, "other");
        return self().lift(up -> new Race<T>(List.of(up, AsyncStream.<T>openAny(other))));
    }
}
