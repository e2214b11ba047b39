package dev.weir.stream;

import dev.weir.stream.op.Filter;
import dev.weir.stream.op.Map;
import dev.weir.stream.op.Take;
import dev.weir.stream.sink.Collect;
import dev.weir.stream.sink.ForEach;
import dev.weir.stream.source.IterableSource;
import dev.weir.stream.source.RangeSource;
import dev.weir.task.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collector;

/**
 * A cold recipe for a sequence of items.
 *
 * @param <T> the type of the items
 */
public final class AsyncStream<T> {
    private final Supplier<? extends Source<? extends T>> recipe;

    private AsyncStream(Supplier<? extends Source<? extends T>> recipe) {
        this.recipe = recipe;
    }

    /** Returns a stream of these items. */
    @SafeVarargs
    public static <T> AsyncStream<T> of(T... items) {
        List<T> copy = new ArrayList<>(items.length);
        for (T item : items) {
            copy.add(Objects.requireNonNull(item, () -> "of: item " + copy.size() + " is null"));
        }
        return new AsyncStream<>(() -> new IterableSource<>(copy));
    }

    /**
     * Counts.
     *
     * @param start the first number
     * @param count how many numbers, at least 0
     */
    public static AsyncStream<Integer> range(int start, int count) {
        return new AsyncStream<>(() -> new RangeSource<>(start, start + count, number -> (int) number));
    }

    /** Opens one run. */
    @SuppressWarnings("unchecked") // a source only gives items
    public Source<T> open() {
        return (Source<T>) recipe.get();
    }

    public <R> AsyncStream<R> map(Function<? super T, ? extends R> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        return new AsyncStream<>(() -> new Map<T, R>(open(), mapper));
    }

    public AsyncStream<T> filter(Predicate<? super T> predicate) {
        Objects.requireNonNull(predicate, "predicate");
        return new AsyncStream<>(() -> new Filter<T>(open(), predicate));
    }

    public AsyncStream<T> take(long count) {
        return new AsyncStream<>(() -> new Take<T>(open(), count));
    }

    public StreamRun<Long> forEach(Consumer<? super T> consumer) {
        return new StreamRun<>(new ForEach<T>(open(), Objects.requireNonNull(consumer, "consumer")));
    }

    public <A, R> StreamRun<R> collect(Collector<? super T, A, R> collector) {
        return new StreamRun<>(new Collect<T, A, R>(open(), Objects.requireNonNull(collector, "collector")));
    }
}
