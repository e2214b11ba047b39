package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/** Ends with the nth item: upstream is closed before that item is given, and what the close throws comes after it. */
public final class Take<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private long remaining;
    /** Null while upstream is open. */
    private @Nullable Closer closed;

    public Take(Source<? extends T> upstream, long count) {
        this.upstream = upstream;
        this.remaining = count;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (remaining == 0) {
            if (closed != null) {
                closed.rethrow();
            }
            return null;
        }
        T item = upstream.poll(cx);
        if (item != null && --remaining == 0) {
            closed = new Closer().close(upstream::close);
        }
        return item;
    }

    @Override
    public boolean isDone() {
        return remaining == 0 || upstream.isDone();
    }

    @Override
    public void close() {
        if (closed == null) {
            upstream.close();
        } else {
            closed.rethrow();
        }
    }
}
