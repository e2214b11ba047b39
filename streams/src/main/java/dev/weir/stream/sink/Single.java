package dev.weir.stream.sink;

import dev.weir.stream.op.Ending;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Takes the only item: fails if there is none, and as soon as there are two. */
public final class Single<T> implements Pollable<T> {
    private final Source<? extends T> source;
    private @Nullable T only;

    public Single(Source<? extends T> source) {
        this.source = source;
    }

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        for (T item = source.poll(cx); item != null; item = source.poll(cx)) {
            if (only != null) {
                throw new IllegalStateException("single: more than one item");
            }
            only = item;
        }
        if (!Ending.completed(source, cx)) {
            return Poll.pending();
        }
        T found = only;
        if (found == null) {
            throw new NoSuchElementException("single: no item");
        }
        return Poll.ready(found);
    }

    @Override
    public void close() {
        only = null;
        source.close();
    }
}
