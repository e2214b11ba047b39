package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gathers items into lists, one for each interval; an item goes into all that are open, or is dropped. An empty list is
 * not given.
 *
 * <pre>
 * in a step, first that fits       then
 * upstream has completed           give the lists that are left, in their order; completed
 * an interval has ended            give its list, unless it is empty
 * none is open, none will be       completed
 * upstream has an item             add it to all lists
 * an interval has begun            again
 * otherwise                        pending
 * </pre>
 *
 * Upstream is asked before the intervals if these have used up the budget before.
 */
public final class BufferBetween<T, U> implements Source<List<T>> {
    private final Source<? extends T> upstream;
    private final Intervals<U, List<T>> intervals;
    private final Precedence order = new Precedence(Precedence.OTHER);
    private boolean ended;
    /** How many of the lists that were left at the end have been looked at. */
    private int given;

    public BufferBetween(Source<? extends T> upstream, Intervals<U, List<T>> intervals) {
        this.upstream = upstream;
        this.intervals = intervals;
    }

    @Override
    public @Nullable List<T> poll(Context cx) throws Exception {
        do {
            if (ended || Ending.completed(upstream, cx)) {
                ended = true;
                return next();
            }
            T item = null;
            for (order.begin(2, cx); order.goesOn() && item == null; order.asked(cx)) {
                if (order.who() == Precedence.UPSTREAM) {
                    item = upstream.poll(cx);
                } else {
                    for (List<T> list = intervals.ended(cx); list != null; list = intervals.ended(cx)) {
                        if (!list.isEmpty()) {
                            return list;
                        }
                    }
                    if (intervals.areOver()) {
                        ended = true;
                        return null;
                    }
                }
            }
            if (item != null) {
                add(item);
            } else if (!intervals.haveBegun() && !upstream.isDone()) {
                return null;
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    private void add(T item) {
        for (int i = 0; i < intervals.size(); i++) {
            intervals.get(i).add(item);
        }
    }

    /** The next of the lists that were left. */
    private @Nullable List<T> next() {
        while (given < intervals.size()) {
            List<T> list = intervals.get(given++);
            if (!list.isEmpty()) {
                return list;
            }
        }
        return null;
    }

    @Override
    public boolean isDone() {
        if (!ended && !upstream.isDone()) {
            return false;
        }
        for (int i = given; i < intervals.size(); i++) {
            if (!intervals.get(i).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        Closer closer = new Closer();
        intervals.close(closer);
        closer.close(upstream::close).rethrow();
    }

    /** What an interval begins with. */
    public static <T> List<T> emptyList() {
        return new ArrayList<>(0);
    }
}
