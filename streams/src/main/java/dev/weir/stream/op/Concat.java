package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives all items of one source, closes it, and goes on with the next. It owns all of them from the start. */
public final class Concat<T> implements Source<T> {
    private final List<? extends Source<? extends T>> sources;
    private int current;

    public Concat(List<? extends Source<? extends T>> sources) {
        this.sources = sources;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        while (current < sources.size()) {
            Source<? extends T> source = sources.get(current);
            T item = source.poll(cx);
            if (item != null || !Ending.completed(source, cx)) {
                return item;
            }
            current++;
            source.close();
            if (!cx.mayGoOn() && !isDone()) {
                return null;
            }
        }
        return null;
    }

    @Override
    public boolean isDone() {
        for (int i = current; i < sources.size(); i++) {
            if (!sources.get(i).isDone()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        Closer closer = new Closer();
        for (; current < sources.size(); current++) {
            closer.close(sources.get(current)::close);
        }
        closer.rethrow();
    }
}
