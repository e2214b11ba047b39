package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Gives a seed, then what the items so far fold into, after each item. */
public final class Scan<T, A> implements Source<A> {
    private final Source<? extends T> upstream;
    private final BiFunction<? super A, ? super T, ? extends A> accumulator;
    private A value;
    private boolean seedGiven;

    public Scan(Source<? extends T> upstream, A seed, BiFunction<? super A, ? super T, ? extends A> accumulator) {
        this.upstream = upstream;
        this.accumulator = accumulator;
        this.value = seed;
    }

    @Override
    public @Nullable A poll(Context cx) throws Exception {
        if (!seedGiven) {
            seedGiven = true;
            return value;
        }
        T item = upstream.poll(cx);
        if (item == null) {
            return null;
        }
        value = Answer.of(accumulator.apply(value, item), "scan: the accumulator");
        return value;
    }

    @Override
    public boolean isDone() {
        return seedGiven && upstream.isDone();
    }

    @Override
    public void close() {
        upstream.close();
    }
}
