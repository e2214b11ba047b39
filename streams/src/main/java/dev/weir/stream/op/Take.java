package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/** Ends with the nth item: upstream is closed before that item is given. */
public final class Take<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private long remaining;
    private boolean closed;

    public Take(Source<? extends T> upstream, long count) {
        this.upstream = upstream;
        this.remaining = count;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (remaining == 0) {
            return null;
        }
        T item = upstream.poll(cx);
        if (item != null && --remaining == 0) {
            close();
        }
        return item;
    }

    @Override
    public boolean isDone() {
        return remaining == 0 || upstream.isDone();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            upstream.close();
        }
    }
}
