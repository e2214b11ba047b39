package dev.weir.stream.split;

import dev.weir.stream.op.Closer;
import dev.weir.stream.op.Ending;
import dev.weir.stream.op.Intervals;
import dev.weir.stream.op.Precedence;
import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says to which windows, one for each interval, an item belongs: gives it once for each that is open, the oldest first,
 * or drops it. A window in which there was no item is not mentioned. Holds one item.
 *
 * <pre>
 * in a step, first that fits            then
 * an item is held                       give it to the next window; let go of it after the last
 * upstream has ended                    ended
 * an interval with items has ended      give the end of its window
 * none is open, none will be            ended
 * upstream has an item                  hold it if an interval is open, else drop it
 * an interval has begun                 again
 * otherwise                             pending
 * </pre>
 *
 * Upstream is asked before the intervals if these have used up the budget before.
 */
public final class Between<T, U> implements Source<Placed<T>> {
    /** A window, which is numbered when its interval begins. */
    public static final class Window {
        private final long number;
        private boolean hasItems;

        private Window(long number) {
            this.number = number;
        }
    }

    private final Source<? extends T> upstream;
    private final Intervals<U, Window> intervals;
    private final Precedence order = new Precedence(Precedence.OTHER);
    /** Given to the windows before {@link #next}. */
    private @Nullable T item;

    private int next;
    private boolean ended;

    public Between(Source<? extends T> upstream, Intervals<U, Window> intervals) {
        this.upstream = upstream;
        this.intervals = intervals;
    }

    /** Returns what makes the windows of one run. */
    public static Supplier<Window> windows() {
        long[] count = {0};
        return () -> new Window(count[0]++);
    }

    @Override
    public @Nullable Placed<T> poll(Context cx) throws Exception {
        if (item != null) {
            return cx.charge() ? place(item) : null;
        }
        do {
            if (ended || Ending.completed(upstream, cx)) {
                ended = true;
                return null;
            }
            T taken = null;
            for (order.begin(2, cx); order.goesOn() && taken == null; order.asked(cx)) {
                if (order.who() == Precedence.UPSTREAM) {
                    taken = upstream.poll(cx);
                } else {
                    for (Window over = intervals.ended(cx); over != null; over = intervals.ended(cx)) {
                        if (over.hasItems) {
                            return new Placed<>(over.number, null, true);
                        }
                    }
                    if (intervals.areOver()) {
                        ended = true;
                        return null;
                    }
                }
            }
            if (taken != null && intervals.size() > 0) {
                next = 0;
                return place(taken);
            }
            if (taken == null && !intervals.haveBegun() && !upstream.isDone()) {
                return null;
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    private Placed<T> place(T current) {
        Window window = intervals.get(next++);
        window.hasItems = true;
        item = next < intervals.size() ? current : null;
        return new Placed<>(window.number, current, false);
    }

    @Override
    public boolean isDone() {
        return item == null && (ended || upstream.isDone());
    }

    @Override
    public void close() {
        Closer closer = new Closer();
        intervals.close(closer);
        closer.close(upstream::close).rethrow();
    }
}
