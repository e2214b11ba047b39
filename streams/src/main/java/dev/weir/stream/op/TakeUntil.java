package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Ends with the first item that a predicate accepts: upstream is closed before that item is given, and what the close
 * throws comes after it.
 */
public final class TakeUntil<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Predicate<? super T> last;
    /** Null while upstream is open. */
    private @Nullable Closer closed;

    public TakeUntil(Source<? extends T> upstream, Predicate<? super T> last) {
        this.upstream = upstream;
        this.last = last;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (closed != null) {
            closed.rethrow();
            return null;
        }
        T item = upstream.poll(cx);
        if (item != null && last.test(item)) {
            closed = new Closer().close(upstream::close);
        }
        return item;
    }

    @Override
    public boolean isDone() {
        return closed != null || upstream.isDone();
    }

    @Override
    public void close() {
        if (closed == null) {
            upstream.close();
        } else {
            closed.rethrow();
        }
    }
}
