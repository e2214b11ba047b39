package dev.weir.stream;

import dev.weir.stream.op.Answer;
import dev.weir.stream.op.Dematerialize;
import dev.weir.stream.op.Failures;
import dev.weir.stream.op.Filter;
import dev.weir.stream.op.IgnoreItems;
import dev.weir.stream.op.Map;
import dev.weir.stream.op.MapMulti;
import dev.weir.stream.op.MapNotNull;
import dev.weir.stream.op.Materialize;
import dev.weir.stream.op.Scan;
import dev.weir.stream.op.Sorted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * The operators of {@link AsyncStream} that work on one item at a time. None holds an item unless it says so, all keep
 * the order, and one item is taken for each that is given, or more where items are dropped. What a function throws
 * fails the run.
 *
 * @param <T> the type of the items
 */
public sealed interface ItemOperators<T> permits AsyncStream {
    private AsyncStream<T> self() {
        return (AsyncStream<T>) this;
    }

    /**
     * Gives what a function makes of each item.
     *
     * <pre>
     *  1---2---3--|
     *  map(n -&gt; 10 * n)
     *  10--20--30-|
     * </pre>
     */
    default <R> AsyncStream<R> map(Function<? super T, ? extends R> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        return self().lift(up -> new Map<T, R>(up, mapper));
    }

    /**
     * Gives what a function makes of each item, unless that is null. RxJava's {@code mapOptional}.
     *
     * <pre>
     *  "1"---"x"---"3"--|
     *  mapNotNull(s -&gt; parseOrNull(s))
     *  1-----------3----|
     * </pre>
     */
    default <R> AsyncStream<R> mapNotNull(Function<? super T, ? extends @Nullable R> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        return self().lift(up -> new MapNotNull<T, R>(up, mapper));
    }

    /**
     * Lets a function hand out any number of items for each: as {@code Stream.mapMulti} of the JDK. With at most one item
     * it is Reactor's {@code handle}, but that it cannot complete the stream; a {@code takeUntil} behind it does. Holds what was handed out and not asked for yet.
     */
    default <R> AsyncStream<R> mapMulti(BiConsumer<? super T, ? super Consumer<R>> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        return self().lift(up -> new MapMulti<T, R>(up, mapper));
    }

    /**
     * Gives what a function makes of each item; an item for which it throws an exception is dropped, after a handler was
     * told. It is what Reactor's {@code onErrorContinue} is used for, at the place where it is said.
     */
    default <R> AsyncStream<R> mapOrSkip(
            Function<? super T, ? extends R> mapper, BiConsumer<? super T, ? super Exception> onFailure) {
        Objects.requireNonNull(mapper, "mapper");
        Objects.requireNonNull(onFailure, "onFailure");
        return mapNotNull(item -> {
            try {
                return Answer.of(mapper.apply(item), "mapOrSkip: the mapper");
            } catch (Exception failure) {
                tell(onFailure, item, failure);
                return null;
            }
        });
    }

    private static <T> void tell(BiConsumer<? super T, ? super Exception> onFailure, T item, Exception failure) {
        try {
            onFailure.accept(item, failure);
        } catch (Throwable thrown) {
            Failures.suppressIn(thrown, failure);
            throw thrown;
        }
    }

    /** Fails with a {@link ClassCastException} if an item is not of the type. */
    default <R> AsyncStream<R> cast(Class<R> type) {
        return map(Objects.requireNonNull(type, "type")::cast);
    }

    /** Gives only the items of a type. */
    default <R> AsyncStream<R> ofType(Class<R> type) {
        Objects.requireNonNull(type, "type");
        return mapNotNull(item -> type.isInstance(item) ? type.cast(item) : null);
    }

    /**
     * Gives only the items that the predicate accepts.
     *
     * <pre>
     *  1---2---3---4--|
     *  filter(n -&gt; n % 2 == 0)
     *  ----2-------4--|
     * </pre>
     */
    default AsyncStream<T> filter(Predicate<? super T> predicate) {
        Objects.requireNonNull(predicate, "predicate");
        return self().lift(up -> new Filter<T>(up, predicate));
    }

    /**
     * Gives only the items for which the stream that a function makes of them begins with true. One item at a time is
     * looked at; that stream is closed after its first item.
     */
    default AsyncStream<T> filterWhen(Function<? super T, ? extends Publisher<Boolean>> predicate) {
        Objects.requireNonNull(predicate, "predicate");
        return self().concatMap(
                        item -> AsyncStream.fromPublisher(Answer.of(predicate.apply(item), "filterWhen: the function"))
                                .take(1)
                                .mapNotNull(accepted -> accepted ? item : null));
    }

    /**
     * Drops items that were given before, as {@code equals} tells. Holds every different item of the run.
     *
     * <pre>
     *  1---2---1---3--|
     *  distinct
     *  1---2-------3--|
     * </pre>
     */
    default AsyncStream<T> distinct() {
        return distinct(item -> item);
    }

    /** Drops items whose key was given before. Holds every different key of the run. */
    default AsyncStream<T> distinct(Function<? super T, ?> key) {
        Objects.requireNonNull(key, "key");
        return self().lift(up -> {
            Set<@Nullable Object> seen = new HashSet<>();
            return new Filter<T>(up, item -> seen.add(key.apply(item)));
        });
    }

    /** Drops items that are equal to the one before. Mutiny's {@code skip().repetitions()}. */
    default AsyncStream<T> distinctUntilChanged() {
        return distinctUntilChanged(item -> item);
    }

    /**
     * Drops items that are the same as the last that was given, as the predicate tells: by a tolerance, or what arrays hold.
     *
     * <pre>
     *  1.0---1.1---1.3---1.4--|
     *  distinctUntilChanged((before, n) -&gt; n - before &lt; 0.25)
     *  1.0---------1.3--------|
     * </pre>
     *
     * @param same is given the last item that was given and the next one
     */
    default AsyncStream<T> distinctUntilChanged(BiPredicate<? super T, ? super T> same) {
        Objects.requireNonNull(same, "same");
        return self().lift(up -> {
            List<T> last = new ArrayList<>(1);
            return new Filter<T>(up, item -> {
                if (last.isEmpty()) {
                    last.add(item);
                    return true;
                }
                if (same.test(last.get(0), item)) {
                    return false;
                }
                last.set(0, item);
                return true;
            });
        });
    }

    /** Drops items whose key is equal to that of the one before. Holds one key. */
    default AsyncStream<T> distinctUntilChanged(Function<? super T, ?> key) {
        Objects.requireNonNull(key, "key");
        return self().lift(up -> {
            List<@Nullable Object> last = new ArrayList<>(1);
            return new Filter<T>(up, item -> {
                Object now = key.apply(item);
                if (last.isEmpty()) {
                    last.add(now);
                    return true;
                }
                return !Objects.equals(last.set(0, now), now);
            });
        });
    }

    /**
     * Gives the seed, and then after each item what the items so far fold into.
     *
     * <pre>
     *    1---2---3--|
     *  scan(0, Integer::sum)
     *  0-1---3---6--|
     * </pre>
     *
     * @param seed shared by all runs, so not to be changed by the function
     */
    default <A> AsyncStream<A> scan(A seed, BiFunction<? super A, ? super T, ? extends A> accumulator) {
        Objects.requireNonNull(seed, "seed");
        Objects.requireNonNull(accumulator, "accumulator");
        return self().lift(up -> new Scan<T, A>(up, () -> seed, accumulator));
    }

    /**
     * As {@link #scan(Object, BiFunction)}, with a seed of its own for each run, which the function may change. The peers'
     * {@code scanWith}.
     *
     * @param seed makes the seed in the first poll of a run, on its task; not null
     */
    default <A> AsyncStream<A> scanWith(
            Supplier<? extends A> seed, BiFunction<? super A, ? super T, ? extends A> accumulator) {
        Objects.requireNonNull(seed, "seed");
        Objects.requireNonNull(accumulator, "accumulator");
        return self().lift(up -> new Scan<T, A>(up, seed, accumulator));
    }

    /** Gives the first item, and then after each what the items so far fold into. */
    default AsyncStream<T> scan(BinaryOperator<T> accumulator) {
        Objects.requireNonNull(accumulator, "accumulator");
        return self().lift(up -> {
            List<T> last = new ArrayList<>(1);
            return new Map<T, T>(up, item -> {
                if (last.isEmpty()) {
                    last.add(item);
                } else {
                    last.set(0, Answer.of(accumulator.apply(last.get(0), item), "scan: the accumulator"));
                }
                return last.get(0);
            });
        });
    }

    /** Numbers the items: 0, 1, 2 and so on. */
    default AsyncStream<Indexed<T>> index() {
        return self().lift(up -> {
            long[] next = {0};
            return new Map<T, Indexed<T>>(up, item -> new Indexed<>(next[0]++, item));
        });
    }

    /** Gives all items in their natural order. Holds them all; nothing is given before the stream has completed. */
    default AsyncStream<T> sorted() {
        @SuppressWarnings("unchecked") // as Stream.sorted: a ClassCastException tells
        Comparator<? super T> natural = (Comparator<? super T>) Comparator.naturalOrder();
        return sorted(natural);
    }

    /**
     * Gives all items in an order. Holds them all until the run is closed; nothing is given before the stream has
     * completed, and a failure drops them. They are sorted in one poll, so many of them hold their worker up for long.
     */
    default AsyncStream<T> sorted(Comparator<? super T> order) {
        Objects.requireNonNull(order, "order");
        return self().lift(up -> new Sorted<T>(up, order));
    }

    /** Drops all items, and ends as the stream does. */
    default <R> AsyncStream<R> ignoreItems() {
        return self().lift(up -> new IgnoreItems<T, R>(up));
    }

    /** Drops all items and gives those of another stream after the completion. RxJava's {@code andThen}. */
    default <R> AsyncStream<R> then(Publisher<? extends R> other) {
        Objects.requireNonNull(other, "other");
        return this.<R>ignoreItems().concatWith(other);
    }

    /**
     * Turns the end into an item: see {@link Signal}. The stream then completes. An {@link Error} passes.
     *
     * <pre>
     *  1---2--X
     *  materialize
     *  1---2--x|      item 1, item 2, failed
     * </pre>
     */
    default AsyncStream<Signal<T>> materialize() {
        return self().lift(up -> new Materialize<T, Signal<T>>(up, Signal::item, Signal::failed, Signal::completed));
    }

    /**
     * The reverse of {@link #materialize}: gives the items in the signals and ends with the first that is an end.
     *
     * @param signal shows that an item is a signal: {@code s -> s}
     */
    default <R> AsyncStream<R> dematerialize(Function<? super T, Signal<R>> signal) {
        Objects.requireNonNull(signal, "signal");
        return self().lift(up -> new Dematerialize<T, R>(
                up,
                item -> Answer.of(signal.apply(item), "dematerialize: the function")
                        .itemOrEnd()));
    }

    /** Applies a function to this stream: a way to name a chain and to keep the reading order. RxJava's {@code compose}. */
    default <R> R transform(Function<? super AsyncStream<T>, ? extends R> transformer) {
        return transformer.apply(self());
    }
}
