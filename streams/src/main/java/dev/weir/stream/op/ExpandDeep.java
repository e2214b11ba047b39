package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.ArrayDeque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives each item, then all that a function makes of it, and of these in turn, before the next of its siblings: depth
 * first. One source is open for each level that may have more: so of a list, each of whose items makes the next, not
 * one for each.
 */
public final class ExpandDeep<T> implements Source<T> {
    private final Function<? super T, ? extends Source<? extends T>> mapper;
    /** The deepest first. */
    private final ArrayDeque<Source<? extends T>> levels = new ArrayDeque<>();
    /** Given, and to be expanded next. */
    private @Nullable T parent;

    public ExpandDeep(Source<? extends T> upstream, Function<? super T, ? extends Source<? extends T>> mapper) {
        levels.push(upstream);
        this.mapper = mapper;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        do {
            T toExpand = parent;
            if (toExpand != null) {
                parent = null;
                leaveIfDone(cx);
                levels.push(mapper.apply(toExpand));
            }
            Source<? extends T> deepest = levels.peek();
            if (deepest == null) {
                return null;
            }
            T item = deepest.poll(cx);
            if (item != null) {
                parent = item;
                return item;
            }
            if (!Ending.completed(deepest, cx)) {
                return null;
            }
            levels.pop();
            deepest.close();
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    /** A level that is known to have given its last item need not stay; a failure waits for its turn. */
    private void leaveIfDone(Context cx) {
        Source<? extends T> level = levels.peek();
        if (level == null || !level.isDone()) {
            return;
        }
        Source<T> end = null;
        try {
            level.poll(cx); // takes no item (S3)
        } catch (Throwable failure) {
            end = new Failed<>(failure);
        }
        levels.pop();
        if (end != null) {
            levels.push(end);
        }
        level.close();
    }

    private record Failed<T>(Throwable failure) implements Source<T> {
        @Override
        public @Nullable T poll(Context cx) throws Exception {
            Failures.rethrow(failure);
            return null;
        }

        @Override
        public boolean isDone() {
            return true;
        }

        @Override
        public void close() {}
    }

    @Override
    public boolean isDone() {
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
