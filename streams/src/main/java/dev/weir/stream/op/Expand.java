package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.ArrayDeque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives each item, and later all that a function makes of it, and of these, and so on: breadth first. What was given and
 * not yet expanded is held, without bound; one source is open at a time.
 */
public final class Expand<T> implements Source<T> {
    private final Function<? super T, ? extends Source<? extends T>> mapper;
    private final ArrayDeque<T> toExpand = new ArrayDeque<>();
    private @Nullable Source<? extends T> current;

    public Expand(Source<? extends T> upstream, Function<? super T, ? extends Source<? extends T>> mapper) {
        this.current = upstream;
        this.mapper = mapper;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        do {
            Source<? extends T> source = current;
            if (source == null) {
                T parent = toExpand.poll();
                if (parent == null) {
                    return null;
                }
                source = mapper.apply(parent);
                current = source;
            }
            T item = source.poll(cx);
            if (item != null) {
                toExpand.add(item);
                return item;
            }
            if (!Ending.completed(source, cx)) {
                return null;
            }
            current = null;
            source.close();
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    @Override
    public boolean isDone() {
        return toExpand.isEmpty() && (current == null || current.isDone());
    }

    @Override
    public void close() {
        toExpand.clear();
        if (current != null) {
            current.close();
        }
    }
}
