package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/** Runs an action if it is closed before it has ended, before upstream is closed. */
public final class OnCancel<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Runnable action;
    private boolean ended;

    public OnCancel(Source<? extends T> upstream, Runnable action) {
        this.upstream = upstream;
        this.action = action;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        try {
            T item = upstream.poll(cx);
            ended |= item == null && Ending.completed(upstream, cx);
            return item;
        } catch (Throwable failure) {
            ended = true;
            throw failure;
        }
    }

    @Override
    public boolean isDone() {
        return upstream.isDone();
    }

    @Override
    public void close() {
        Closer closer = new Closer();
        if (!ended) {
            closer.close(action);
        }
        closer.close(upstream::close).rethrow();
    }
}
