package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Goes on as the source that a function makes of the first item and of the whole, which begins with it. */
public final class SwitchOnFirst<T, R> implements Source<R> {
    private final Whole<T> whole;
    private final BiFunction<? super T, ? super Source<T>, ? extends Source<? extends R>> mapper;
    private @Nullable Source<? extends R> result;

    /**
     * @param mapper makes the source; it may leave the whole alone, or own it
     */
    public SwitchOnFirst(
            Source<? extends T> upstream,
            BiFunction<? super T, ? super Source<T>, ? extends Source<? extends R>> mapper) {
        this.whole = new Whole<>(upstream);
        this.mapper = mapper;
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        Source<? extends R> source = result;
        if (source == null) {
            T first = whole.upstream.poll(cx);
            if (first == null) {
                return null;
            }
            whole.first = first;
            source = mapper.apply(first, whole);
            result = source;
        }
        return source.poll(cx);
    }

    @Override
    public boolean isDone() {
        return result == null ? whole.isDone() : result.isDone();
    }

    @Override
    public void close() {
        Closer closer = new Closer();
        if (result != null) {
            closer.close(result::close);
        }
        closer.close(whole::close).rethrow();
    }

    /** The item that was taken, and upstream after it. Closed by who owns it and once more at the end. */
    private static final class Whole<T> implements Source<T> {
        private final Source<? extends T> upstream;
        private @Nullable T first;
        private boolean closed;

        Whole(Source<? extends T> upstream) {
            this.upstream = upstream;
        }

        @Override
        public @Nullable T poll(Context cx) throws Exception {
            T item = first;
            first = null;
            return item != null ? item : upstream.poll(cx);
        }

        @Override
        public boolean isDone() {
            return first == null && upstream.isDone();
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                first = null;
                upstream.close();
            }
        }
    }
}
