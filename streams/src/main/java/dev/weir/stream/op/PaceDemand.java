package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/**
 * Takes no more than n items in a period, which begins with the first request after the one before is over. What was not
 * taken in a period is not added to another. There is a timer only while an item is asked for that may not be taken yet.
 */
public final class PaceDemand<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final int perPeriod;
    private final long nanos;
    private final Deadline end = new Deadline();
    private int left;

    public PaceDemand(Source<? extends T> upstream, int perPeriod, long periodNanos) {
        this.upstream = upstream;
        this.perPeriod = perPeriod;
        this.nanos = periodNanos;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (!upstream.isDone()) { // the end is told at once, as nothing is taken with it
            if (!end.isSet() || end.hasPassed(cx)) {
                begin(cx);
            } else if (left == 0) {
                if (!end.await(cx)) {
                    return null;
                }
                begin(cx);
            }
        }
        T item = upstream.poll(cx);
        if (item != null) {
            left--;
        }
        return item;
    }

    private void begin(Context cx) {
        left = perPeriod;
        end.clear();
        end.set(nanos, cx);
    }

    @Override
    public boolean isDone() {
        return upstream.isDone();
    }

    @Override
    public void close() {
        new Closer().close(end::clear).close(upstream::close).rethrow();
    }
}
