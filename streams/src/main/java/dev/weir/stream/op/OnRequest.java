package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/** Runs an action when an item is asked for: once for each, however many polls it takes to come. */
public final class OnRequest<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Runnable action;
    /** An item has been asked for and has not come. */
    private boolean asked;

    public OnRequest(Source<? extends T> upstream, Runnable action) {
        this.upstream = upstream;
        this.action = action;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (!asked && !upstream.isDone()) { // a poll of a source that is done only asks how it has ended
            asked = true;
            action.run();
        }
        T item = upstream.poll(cx);
        asked &= item == null;
        return item;
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
