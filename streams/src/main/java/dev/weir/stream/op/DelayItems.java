package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/** Holds each item for a while after it was taken. The next one is taken when it has been given. */
public final class DelayItems<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final long nanos;
    private final Deadline time = new Deadline();
    private @Nullable T held;

    public DelayItems(Source<? extends T> upstream, long nanos) {
        this.upstream = upstream;
        this.nanos = nanos;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (held == null) {
            T item = upstream.poll(cx);
            if (item == null) {
                return null;
            }
            held = item;
            time.set(nanos, cx);
        }
        if (!time.await(cx)) {
            return null;
        }
        T item = held;
        held = null;
        time.clear();
        return item;
    }

    @Override
    public boolean isDone() {
        return held == null && upstream.isDone();
    }

    @Override
    public void close() {
        new Closer().close(time::clear).close(upstream::close).rethrow();
    }
}
