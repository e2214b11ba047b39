package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Intervals that may overlap: each begins with an item of one source, and ends when a source that is made of that item
 * gives one or completes. What is gathered in an interval is its owner's.
 *
 * <p>All ends are asked in each look, so a look costs as much as there are intervals open. The ends come before the
 * beginnings, unless one has used up the budget before.
 *
 * @param <U> the type of the items that begin an interval
 * @param <C> the type of what is gathered in one
 */
public final class Intervals<U, C> {
    private record Interval<C>(C content, Source<?> end) {}

    private final Source<? extends U> beginnings;
    private final Function<? super U, ? extends Source<?>> end;
    private final Supplier<? extends C> content;
    private final List<Interval<C>> open = new ArrayList<>(2);
    private final Precedence order = new Precedence();
    private boolean noMore;
    private boolean begun;

    /**
     * @param beginnings closed by this
     * @param end makes what ends an interval of the item that began it
     * @param content makes what is gathered in it
     */
    public Intervals(
            Source<? extends U> beginnings,
            Function<? super U, ? extends Source<?>> end,
            Supplier<? extends C> content) {
        this.beginnings = beginnings;
        this.end = end;
        this.content = content;
    }

    /** Takes out the first interval that has ended; if none has, one may have begun, and the answer is null. */
    public @Nullable C ended(Context cx) throws Exception {
        int ends = open.size();
        for (order.begin(ends + 1, cx); order.goesOn(); order.asked(cx)) {
            if (order.who() == ends) {
                begin(cx);
            } else {
                Interval<C> each = open.get(order.who());
                if (each.end.poll(cx) != null || Ending.completed(each.end, cx)) {
                    open.remove(order.who());
                    order.leaves();
                    each.end.close();
                    return each.content;
                }
            }
        }
        return null;
    }

    /** Begins one interval, if there is an item to begin it. */
    private void begin(Context cx) throws Exception {
        if (noMore) {
            return;
        }
        U item = beginnings.poll(cx);
        if (item == null) {
            noMore = Ending.completed(beginnings, cx);
            return;
        }
        Source<?> ending = end.apply(item);
        open.add(new Interval<>(content.get(), ending));
        begun = true;
    }

    /** Tells whether one has begun since this was asked last, so that there may be more to see at once. */
    public boolean haveBegun() {
        boolean have = begun;
        begun = false;
        return have;
    }

    /** Tells whether none is open and none will be. */
    public boolean areOver() {
        return noMore && open.isEmpty();
    }

    public int size() {
        return open.size();
    }

    /** Returns what is gathered in an open interval; they are numbered in the order of their beginnings. */
    public C get(int index) {
        return open.get(index).content;
    }

    /** Closes all sources, each although another close throws. */
    public void close(Closer closer) {
        open.forEach(each -> closer.close(each.end::close));
        open.clear();
        closer.close(beginnings::close);
    }
}
