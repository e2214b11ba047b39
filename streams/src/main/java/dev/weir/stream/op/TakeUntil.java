package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Ends with the first item that a predicate accepts: upstream is closed before that item is given. */
public final class TakeUntil<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Predicate<? super T> last;
    private boolean closed;

    public TakeUntil(Source<? extends T> upstream, Predicate<? super T> last) {
        this.upstream = upstream;
        this.last = last;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (closed) {
            return null;
        }
        T item = upstream.poll(cx);
        if (item != null && last.test(item)) {
            close();
        }
        return item;
    }

    @Override
    public boolean isDone() {
        return closed || upstream.isDone();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            upstream.close();
        }
    }
}
