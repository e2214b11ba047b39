package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/** Drops the first n items. */
public final class Skip<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private long remaining;

    public Skip(Source<? extends T> upstream, long count) {
        this.upstream = upstream;
        this.remaining = count;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        while (remaining > 0) {
            if (upstream.poll(cx) == null) {
                return null;
            }
            remaining--;
            if (!cx.mayGoOn() && !isDone()) {
                return null;
            }
        }
        return upstream.poll(cx);
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
