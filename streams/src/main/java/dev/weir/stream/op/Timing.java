package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/** Tells of each item when it was taken, or how long after the one before. */
public final class Timing<T, R> implements Source<R> {
    /** What is made of an item and a number of nanoseconds. */
    @FunctionalInterface
    public interface Stamp<T, R> {
        R of(T item, long nanos);
    }

    private final Source<? extends T> upstream;
    private final boolean sinceLast;
    private final Stamp<? super T, ? extends R> stamp;
    private boolean started;
    private long last;

    /**
     * @param sinceLast whether the time is counted from the item before (from the first poll, for the first), or is that
     *     of the clock
     */
    public Timing(Source<? extends T> upstream, boolean sinceLast, Stamp<? super T, ? extends R> stamp) {
        this.upstream = upstream;
        this.sinceLast = sinceLast;
        this.stamp = stamp;
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        if (sinceLast && !started) {
            started = true;
            last = Deadline.now(cx);
        }
        T item = upstream.poll(cx);
        if (item == null) {
            return null;
        }
        long now = Deadline.now(cx);
        long base = last;
        if (sinceLast) {
            last = now;
        }
        return stamp.of(item, now - base);
    }

    @Override
    public boolean isDone() {
        return upstream.isDone();
    }

    @Override
    public void close() {
        upstream.close();
    }
}
