package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/** Runs an action when upstream has completed, before that is passed on. */
public final class OnComplete<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Runnable action;
    private boolean completed;

    public OnComplete(Source<? extends T> upstream, Runnable action) {
        this.upstream = upstream;
        this.action = action;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (completed) {
            return null;
        }
        T item = upstream.poll(cx);
        if (item == null && Ending.completed(upstream, cx)) {
            completed = true;
            action.run();
        }
        return item;
    }

    /** Before the action has run the next poll takes no item, but may throw (S3). */
    @Override
    public boolean isDone() {
        return completed || upstream.isDone();
    }

    @Override
    public void close() {
        upstream.close();
    }
}
