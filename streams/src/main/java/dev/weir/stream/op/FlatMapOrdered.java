package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.ReadySet;
import dev.weir.task.Source;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Opens a source for each item, at most n at a time, and gives all items of the first, then all of the second, and so
 * on. The others are asked as well meanwhile and their items held, at most {@code prefetch} each. A poll asks only the
 * sources that were woken. A failure, too, waits for its turn; nothing is opened after it. Upstream is asked before
 * those that are open, unless it has used up the budget before.
 */
public final class FlatMapOrdered<T, R> implements Source<R> {
    private final Source<? extends T> upstream;
    private final Function<? super T, ? extends Source<? extends R>> mapper;
    private final int prefetch;
    private final ReadySet ready;
    /** All in {@link #order}. */
    private final Slots<Inner<R>> slots;

    /** In the order in which their items are given. */
    private final ArrayDeque<Inner<R>> order = new ArrayDeque<>();

    private final BooleanSupplier done = this::isDone;
    private final Precedence asking = new Precedence(Precedence.UPSTREAM);

    /** Nothing is opened any more: something has failed. */
    private boolean stopped;

    /** Of upstream: it comes after all sources. */
    private @Nullable Throwable failure;

    public FlatMapOrdered(
            Source<? extends T> upstream,
            Function<? super T, ? extends Source<? extends R>> mapper,
            int concurrency,
            int prefetch) {
        this.upstream = upstream;
        this.mapper = mapper;
        this.prefetch = prefetch;
        ready = new ReadySet(concurrency);
        slots = new Slots<>(concurrency);
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        ready.register(cx.waker());
        do {
            boolean opened = false;
            boolean freed = false;
            for (asking.begin(2, cx); asking.goesOn(); asking.asked(cx)) {
                if (asking.who() == Precedence.UPSTREAM) {
                    opened = open(cx);
                } else {
                    fill(cx);
                    int places = order.size();
                    R item = take();
                    if (item != null) {
                        return item;
                    }
                    freed = order.size() < places; // upstream may not have been asked and know no waker (S2)
                }
            }
            if (!opened && !freed) {
                if (order.isEmpty() || !isDone()) {
                    return null;
                }
                order.forEach(inner -> ready.mark(inner.slot)); // done, but their wakes are still to come (S3)
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    /** Takes one item if there is a place for its source. True if that changed anything. */
    private boolean open(Context cx) {
        if (stopped || slots.isFull()) {
            return false;
        }
        Source<? extends R> source;
        try {
            T item = upstream.poll(cx);
            if (item == null) {
                return false;
            }
            source = mapper.apply(item);
        } catch (Throwable thrown) {
            stopped = true;
            failure = thrown;
            return true;
        }
        Inner<R> inner = new Inner<>(source);
        inner.slot = slots.add(inner);
        order.add(inner);
        ready.mark(inner.slot);
        return true;
    }

    /** Asks those who were woken, in rounds. */
    private void fill(Context cx) {
        for (int slot = ready.next(cx, done); slot >= 0; slot = ready.next(cx, done)) {
            Inner<R> inner = slots.get(slot);
            Source<? extends R> source = inner == null ? null : inner.source;
            if (inner == null || source == null || inner.failure != null) {
                continue; // its waker was woken once more after its end
            }
            if (inner.items.size() == prefetch) {
                inner.paused = true;
                continue;
            }
            try {
                if (inner.advance(source, ready.context(slot, cx))) {
                    ready.mark(slot);
                }
            } catch (Throwable thrown) {
                stopped = true;
                inner.failure = thrown;
            }
            if (!cx.mayGoOn() && !isDone()) {
                return;
            }
        }
    }

    private @Nullable R take() throws Exception {
        for (Inner<R> head = order.peek(); head != null; head = order.peek()) {
            R item = head.items.poll();
            if (item != null) {
                if (head.paused) {
                    head.paused = false;
                    ready.mark(head.slot);
                }
                return item;
            }
            Failures.rethrow(head.failure);
            if (head.source != null) {
                return null;
            }
            order.remove();
            slots.remove(head.slot);
        }
        Failures.rethrow(failure);
        return null;
    }

    @Override
    public boolean isDone() {
        for (Inner<R> inner : order) {
            boolean ended = inner.source == null || inner.failure != null || inner.source.isDone();
            if (!inner.items.isEmpty() || !ended) {
                return false;
            }
        }
        return stopped || upstream.isDone();
    }

    @Override
    public void close() {
        ready.retire();
        Closer closer = new Closer();
        for (Inner<R> inner : order) {
            inner.items.clear();
            if (inner.source != null) {
                closer.close(inner.source::close);
            }
        }
        closer.close(upstream::close).rethrow();
    }

    private static final class Inner<R> {
        final ArrayDeque<R> items = new ArrayDeque<>(2);

        @Nullable Source<? extends R> source;

        @Nullable Throwable failure;

        int slot;

        boolean paused;

        Inner(Source<? extends R> source) {
            this.source = source;
        }

        /** Takes an item, if there is one, or closes what has completed. True if there may be more. */
        boolean advance(Source<? extends R> from, Context cx) throws Exception {
            R item = from.poll(cx);
            if (item != null) {
                items.add(item);
                return true;
            }
            if (Ending.completed(from, cx)) {
                source = null;
                from.close();
            }
            return false;
        }
    }
}
