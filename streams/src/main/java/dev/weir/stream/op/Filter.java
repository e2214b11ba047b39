package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Drops the items that a predicate refuses. */
public final class Filter<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Predicate<? super T> predicate;

    public Filter(Source<? extends T> upstream, Predicate<? super T> predicate) {
        this.upstream = upstream;
        this.predicate = predicate;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        do {
            T item = upstream.poll(cx);
            if (item == null || predicate.test(item)) {
                return item;
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    @Override
    public boolean isDone() {
        return upstream.isDone();
    }

    @Override
    public void close() {
        upstream.close();
    }
}
