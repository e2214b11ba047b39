package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/** Ends when another source gives an item or completes. Both are asked in each poll, the other one first. */
public final class TakeUntilOther<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Source<?> other;
    private boolean closed;

    public TakeUntilOther(Source<? extends T> upstream, Source<?> other) {
        this.upstream = upstream;
        this.other = other;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (closed) {
            return null;
        }
        if (other.poll(cx) != null || Ending.completed(other, cx)) {
            close();
            return null;
        }
        return upstream.poll(cx);
    }

    @Override
    public boolean isDone() {
        return closed || upstream.isDone();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            new Closer().close(other::close).close(upstream::close).rethrow();
        }
    }
}
