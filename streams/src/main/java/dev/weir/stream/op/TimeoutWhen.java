package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Fails when an item that is waited for has not come before another source gives one or completes. That source is opened
 * by the first poll that finds no item, and closed when the item has come; without demand there is none. It is asked
 * after upstream, so that an item that is there wins, unless upstream has used up the budget before.
 */
public final class TimeoutWhen<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Supplier<? extends Source<?>> first;
    private final Function<? super T, ? extends Source<?>> next;
    private final Supplier<? extends Exception> failure;
    private final Precedence order = new Precedence(Precedence.UPSTREAM);
    /** The one that was given before the one that is waited for. */
    private @Nullable T last;

    private @Nullable Source<?> limit;

    /**
     * @param first makes what limits the wait for the first item
     * @param next makes of an item what limits the wait for the one after it
     */
    public TimeoutWhen(
            Source<? extends T> upstream,
            Supplier<? extends Source<?>> first,
            Function<? super T, ? extends Source<?>> next,
            Supplier<? extends Exception> failure) {
        this.upstream = upstream;
        this.first = first;
        this.next = next;
        this.failure = failure;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        boolean late = false;
        for (order.begin(2, cx); order.goesOn(); order.asked(cx)) {
            if (order.who() == Precedence.UPSTREAM) {
                T item = upstream.poll(cx);
                if (item != null || upstream.isDone()) {
                    last = item != null ? item : last;
                    disarm();
                    return item;
                }
            } else {
                late = isLate(cx);
            }
        }
        if (late) {
            throw failure.get();
        }
        return null;
    }

    private boolean isLate(Context cx) throws Exception {
        Source<?> asked = limit;
        if (asked == null) {
            T before = last;
            asked = before == null ? first.get() : next.apply(before);
            limit = asked;
            if (cx.budget().isExhausted()) { // there may be an item for which the budget was too small
                cx.waker().wake();
                return false;
            }
        }
        return asked.poll(cx) != null || Ending.completed(asked, cx);
    }

    private void disarm() {
        Source<?> over = limit;
        limit = null;
        if (over != null) {
            over.close();
        }
    }

    @Override
    public boolean isDone() {
        return upstream.isDone();
    }

    @Override
    public void close() {
        new Closer().close(this::disarm).close(upstream::close).rethrow();
    }
}
