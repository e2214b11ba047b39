package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.ArrayDeque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives each item, then all that a function makes of it, and of these in turn, before the next of its siblings: depth
 * first. One source is open for each level.
 */
public final class ExpandDeep<T> implements Source<T> {
    private final Function<? super T, ? extends Source<? extends T>> mapper;
    /** The deepest first. */
    private final ArrayDeque<Source<? extends T>> levels = new ArrayDeque<>();
    /** Given, and to be expanded next. */
    private @Nullable T parent;

    private final Unasked unasked = new Unasked();

    public ExpandDeep(Source<? extends T> upstream, Function<? super T, ? extends Source<? extends T>> mapper) {
        levels.push(upstream);
        this.mapper = mapper;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        do {
            unasked.rethrow();
            Source<? extends T> deepest = opened();
            if (deepest == null) {
                return null;
            }
            T item = deepest.poll(cx);
            if (item != null) {
                parent = item;
                return item;
            }
            if (!passes(deepest, cx)) {
                return null;
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    private @Nullable Source<? extends T> opened() {
        T toExpand = parent;
        if (toExpand != null) {
            parent = null;
            levels.push(mapper.apply(toExpand));
        }
        return levels.peek();
    }

    /** Closes the deepest source if it has completed. */
    private boolean passes(Source<? extends T> deepest, Context cx) throws Exception {
        boolean completed = Ending.completed(deepest, cx);
        if (completed) {
            levels.pop();
            deepest.close();
        }
        return completed;
    }

    /** What was given and not expanded may make nothing, as leaves do: it is opened to see. */
    @Override
    public boolean isDone() {
        boolean goesOn = true;
        while (goesOn && (parent != null || isDeepestDone())) {
            goesOn = unasked.step(cx -> {
                Source<? extends T> deepest = opened();
                if (deepest != null && deepest.isDone()) {
                    passes(deepest, cx);
                }
            });
        }
        return unasked.hasFailed() || isOver();
    }

    private boolean isDeepestDone() {
        Source<? extends T> deepest = levels.peek();
        return deepest != null && deepest.isDone();
    }

    private boolean isOver() {
        if (parent != null) {
            return false;
        }
        for (Source<? extends T> level : levels) {
            if (!level.isDone()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        parent = null;
        Closer closer = new Closer();
        for (Source<? extends T> level : levels) {
            closer.close(level::close);
        }
        levels.clear();
        closer.rethrow();
    }
}
