package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/** Runs an action before upstream is polled for the first time. */
public final class OnStart<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Runnable action;
    private boolean started;

    public OnStart(Source<? extends T> upstream, Runnable action) {
        this.upstream = upstream;
        this.action = action;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (!started) {
            started = true;
            action.run();
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
