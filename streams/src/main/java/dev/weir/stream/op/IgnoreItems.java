package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/** Drops all items; only the end passes. */
public final class IgnoreItems<T, R> implements Source<R> {
    private final Source<? extends T> upstream;

    public IgnoreItems(Source<? extends T> upstream) {
        this.upstream = upstream;
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        do {
            if (upstream.poll(cx) == null) {
                return null;
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
