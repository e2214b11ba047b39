package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Ends before the first item that a predicate refuses, and closes upstream there. */
public final class TakeWhile<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Predicate<? super T> predicate;
    private boolean ended;
    private boolean closed;

    public TakeWhile(Source<? extends T> upstream, Predicate<? super T> predicate) {
        this.upstream = upstream;
        this.predicate = predicate;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (ended) {
            return null;
        }
        T item = upstream.poll(cx);
        if (item == null || predicate.test(item)) {
            return item;
        }
        ended = true;
        close();
        return null;
    }

    @Override
    public boolean isDone() {
        return ended || upstream.isDone();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            upstream.close();
        }
    }
}
