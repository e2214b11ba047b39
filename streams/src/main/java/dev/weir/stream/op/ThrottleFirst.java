package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/** Gives an item, and then drops those that come within a time of it. Needs the clock, but no timer. */
public final class ThrottleFirst<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final long nanos;
    private boolean given;
    private long givenAt;

    public ThrottleFirst(Source<? extends T> upstream, long nanos) {
        this.upstream = upstream;
        this.nanos = nanos;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        do {
            T item = upstream.poll(cx);
            if (item == null) {
                return null;
            }
            long now = Deadline.now(cx);
            if (!given || now - givenAt >= nanos) {
                given = true;
                givenAt = now;
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
