package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Goes on as the source that a function makes of the first item and of the whole, which begins with it. */
public final class SwitchOnFirst<T, R> implements Source<R> {
    private final Source<? extends T> upstream;
    private final BiFunction<? super T, ? super SingleUse<Source<T>>, ? extends Source<? extends R>> mapper;
    /** From the first item on. Who takes it closes it, perhaps on another thread, so it must not be closed here then. */
    private @Nullable SingleUse<Source<T>> whole;

    private @Nullable Whole<T> made;
    private @Nullable Source<? extends R> result;

    /**
     * @param mapper makes the source of the first item and of the whole, which it may leave alone
     */
    public SwitchOnFirst(
            Source<? extends T> upstream,
            BiFunction<? super T, ? super SingleUse<Source<T>>, ? extends Source<? extends R>> mapper) {
        this.upstream = upstream;
        this.mapper = mapper;
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        Source<? extends R> source = result;
        if (source == null) {
            T first = upstream.poll(cx);
            if (first == null) {
                return null;
            }
            made = new Whole<>(first, upstream);
            whole = new SingleUse<>("source", made);
            source = mapper.apply(first, whole);
            result = source;
        }
        return source.poll(cx);
    }

    @Override
    public boolean isDone() {
        return result == null ? upstream.isDone() : result.isDone();
    }

    @Override
    public void close() {
        Closer closer = new Closer();
        if (result != null) {
            closer.close(result::close);
        }
        Source<?> left = left();
        if (left != null) {
            closer.close(left::close);
        }
        closer.rethrow();
    }

    /** What nobody else closes. */
    private @Nullable Source<?> left() {
        if (whole == null || made == null) {
            return upstream;
        }
        Source<?> notTaken = whole.takeOrNull();
        return notTaken != null || result != null ? notTaken : made.takeBack();
    }

    /**
     * The item that was taken, and upstream after it. A function that has taken it and throws may have handed it to
     * somebody, or dropped it: it belongs to whoever uses it first, or else is taken back.
     */
    private static final class Whole<T> implements Source<T> {
        private final SingleUse<Source<? extends T>> unused;
        private @Nullable Source<? extends T> upstream;
        private @Nullable T first;

        Whole(T first, Source<? extends T> upstream) {
            this.first = first;
            this.unused = new SingleUse<>("source", upstream);
        }

        /** Returns upstream, or null if somebody uses it. */
        @Nullable Source<? extends T> takeBack() {
            return unused.takeOrNull();
        }

        @Override
        public @Nullable T poll(Context cx) throws Exception {
            if (upstream == null) {
                upstream = unused.takeOrNull();
                if (upstream == null) {
                    throw new IllegalStateException(
                            "switchOnFirst: the function that was given this stream has thrown");
                }
            }
            T item = first;
            first = null;
            return item != null ? item : upstream.poll(cx);
        }

        @Override
        public boolean isDone() {
            return first == null && upstream != null && upstream.isDone();
        }

        @Override
        public void close() {
            first = null;
            Source<? extends T> toClose = upstream != null ? upstream : unused.takeOrNull();
            if (toClose != null) {
                toClose.close();
            }
        }
    }
}
