package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Gives each item a time after it was taken, so that items stay as far apart as they came. While it waits for the first
 * of those it holds it takes more, up to a number. The end, of either kind, comes with the last item that was held.
 *
 * <pre>
 * in a poll, the first held    then
 * is due                       give it
 * is not, and there is room    take what upstream has, then as below
 * is not                       pending: the timer, and upstream if it was asked, will wake
 * is none, upstream has ended  ended
 * </pre>
 */
public final class DelaySequence<T> implements Source<T> {
    private record Held<T>(T item, long due) {}

    private final Source<? extends T> upstream;
    private final long nanos;
    private final int capacity;
    private final ArrayDeque<Held<T>> held = new ArrayDeque<>(4);
    private final Deadline time = new Deadline();
    /** Of upstream: it comes after all items. */
    private @Nullable Throwable failure;

    /**
     * @param capacity the most items that are held, at least 1
     */
    public DelaySequence(Source<? extends T> upstream, long nanos, int capacity) {
        this.upstream = upstream;
        this.nanos = nanos;
        this.capacity = capacity;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (!time.hasPassed(cx)) {
            fill(cx);
            if (held.isEmpty()) {
                Failures.rethrow(failure);
                return null;
            }
            if (!time.await(cx)) {
                return null;
            }
        }
        return cx.charge() ? give() : null;
    }

    private void fill(Context cx) {
        while (failure == null && held.size() < capacity) {
            try {
                T item = upstream.poll(cx);
                if (item == null) {
                    return;
                }
                add(item, cx);
            } catch (Throwable thrown) {
                failure = thrown;
            }
            if (!cx.mayGoOn()) {
                return;
            }
        }
    }

    private void add(T item, Context cx) {
        long due = Deadline.now(cx) + nanos;
        if (held.isEmpty()) {
            time.setAt(due);
        }
        held.add(new Held<>(item, due));
    }

    private T give() {
        T item = held.remove().item();
        Held<T> next = held.peek();
        if (next != null) {
            time.setAt(next.due());
        } else {
            time.clear();
        }
        return item;
    }

    @Override
    public boolean isDone() {
        return held.isEmpty() && (failure != null || upstream.isDone());
    }

    @Override
    public void close() {
        held.clear();
        new Closer().close(time::clear).close(upstream::close).rethrow();
    }
}
