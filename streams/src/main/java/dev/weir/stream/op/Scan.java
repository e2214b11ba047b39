package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gives a seed, then what the items so far fold into, after each item. */
public final class Scan<T, A> implements Source<A> {
    private final Source<? extends T> upstream;
    private final BiFunction<? super A, ? super T, ? extends A> accumulator;
    /** Null once it was asked. */
    private @Nullable Supplier<? extends A> seed;

    private @Nullable A value;

    /**
     * @param seed asked once, in the first poll
     */
    public Scan(
            Source<? extends T> upstream,
            Supplier<? extends A> seed,
            BiFunction<? super A, ? super T, ? extends A> accumulator) {
        this.upstream = upstream;
        this.seed = seed;
        this.accumulator = accumulator;
    }

    @Override
    public @Nullable A poll(Context cx) throws Exception {
        Supplier<? extends A> first = seed;
        if (first != null) {
            A given = Answer.of(first.get(), "scanWith: the supplier");
            seed = null;
            value = given;
            return given;
        }
        T item = upstream.poll(cx);
        if (item == null) {
            return null;
        }
        A next = Answer.of(accumulator.apply(Objects.requireNonNull(value), item), "scan: the accumulator");
        value = next;
        return next;
    }

    @Override
    public boolean isDone() {
        return seed == null && upstream.isDone();
    }

    @Override
    public void close() {
        upstream.close();
    }
}
