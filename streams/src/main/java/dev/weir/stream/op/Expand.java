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
    private final Unasked unasked = new Unasked();
    private @Nullable Source<? extends T> current;

    public Expand(Source<? extends T> upstream, Function<? super T, ? extends Source<? extends T>> mapper) {
        this.current = upstream;
        this.mapper = mapper;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        do {
            unasked.rethrow();
            Source<? extends T> source = opened();
            if (source == null) {
                return null;
            }
            T item = source.poll(cx);
            if (item != null) {
                toExpand.add(item);
                return item;
            }
            if (!passes(source, cx)) {
                return null;
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    private @Nullable Source<? extends T> opened() {
        if (current == null) {
            T parent = toExpand.poll();
            current = parent == null ? null : mapper.apply(parent);
        }
        return current;
    }

    /** Closes the current source if it has completed. */
    private boolean passes(Source<? extends T> source, Context cx) throws Exception {
        boolean completed = Ending.completed(source, cx);
        if (completed) {
            current = null;
            source.close();
        }
        return completed;
    }

    /** What was given and not expanded may make nothing, as leaves do: it is opened to see. */
    @Override
    public boolean isDone() {
        boolean goesOn = true;
        while (goesOn && (current == null ? !toExpand.isEmpty() : current.isDone())) {
            goesOn = unasked.step(cx -> {
                Source<? extends T> source = opened();
                if (source != null && source.isDone()) {
                    passes(source, cx);
                }
            });
        }
        return unasked.hasFailed() || isOver();
    }

    private boolean isOver() {
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
