package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/**
 * Gives the latest item once a period at most, and drops the others; the last one is given at the end. Holds one item.
 * There is a timer only while an item is held and asked for.
 *
 * <p>In the form that begins at once an item that comes when none was given for a period is given immediately;
 * otherwise periods are counted from the first poll.
 */
public final class Sample<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final long period;
    private final boolean atOnce;
    private final Deadline next = new Deadline();
    private @Nullable T latest;

    public Sample(Source<? extends T> upstream, long periodNanos, boolean atOnce) {
        this.upstream = upstream;
        this.period = periodNanos;
        this.atOnce = atOnce;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (!next.isSet()) {
            next.set(atOnce ? 0 : period, cx);
        }
        do {
            T item = upstream.poll(cx);
            if (item == null) {
                boolean due = latest != null && (Ending.completed(upstream, cx) || next.await(cx));
                return due ? take(cx) : null;
            }
            if (latest == null && !atOnce && next.hasPassed(cx)) {
                next.setAt(following(cx)); // periods went by without an item
            }
            latest = item;
            if (next.hasPassed(cx)) {
                return take(cx);
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    private @Nullable T take(Context cx) {
        T taken = latest;
        latest = null;
        long following = atOnce ? Deadline.now(cx) + period : following(cx);
        next.clear();
        next.setAt(following);
        return taken;
    }

    /** The first end of a period that is yet to come. */
    private long following(Context cx) {
        long late = Deadline.now(cx) - next.at();
        return late < 0 ? next.at() : next.at() + period * (late / period + 1);
    }

    @Override
    public boolean isDone() {
        return latest == null && upstream.isDone();
    }

    @Override
    public void close() {
        new Closer().close(next::clear).close(upstream::close).rethrow();
    }
}
