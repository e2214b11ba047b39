package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/**
 * Gives an item when nothing newer has come for a while, and drops the others. The last one is given at the end. Holds
 * one item; looks at upstream only while it is asked itself.
 */
public final class Debounce<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final long nanos;
    private final Deadline quiet = new Deadline();
    private @Nullable T latest;

    public Debounce(Source<? extends T> upstream, long nanos) {
        this.upstream = upstream;
        this.nanos = nanos;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        do {
            T item = upstream.poll(cx);
            if (item == null) {
                boolean due = latest != null && (Ending.completed(upstream, cx) || quiet.await(cx));
                return due ? take() : null;
            }
            latest = item;
            quiet.set(nanos, cx);
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    private @Nullable T take() {
        T taken = latest;
        latest = null;
        quiet.clear();
        return taken;
    }

    @Override
    public boolean isDone() {
        return latest == null && upstream.isDone();
    }

    @Override
    public void close() {
        new Closer().close(quiet::clear).close(upstream::close).rethrow();
    }
}
