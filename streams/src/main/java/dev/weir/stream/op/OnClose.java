package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/** Runs an action after upstream was closed: once a run, however it ends (S4). */
public final class OnClose<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Runnable action;

    public OnClose(Source<? extends T> upstream, Runnable action) {
        this.upstream = upstream;
        this.action = action;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        return upstream.poll(cx);
    }

    @Override
    public boolean isDone() {
        return upstream.isDone();
    }

    @Override
    public void close() {
        new Closer().close(upstream::close).close(action).rethrow();
    }
}
