package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.ReadySet;
import dev.weir.task.Source;
import java.util.ArrayDeque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Opens a source for each item, at most n at a time, and gives all items of the first, then all of the second, and so
 * on. The others are asked as well meanwhile and their items held, at most {@code prefetch} each. A poll asks only the
 * sources that were woken.
 */
public final class FlatMapOrdered<T, R> implements Source<R> {
    private final Source<? extends T> upstream;
    private final Function<? super T, ? extends Source<? extends R>> mapper;
    private final int prefetch;
    private final ReadySet ready;
    private final @Nullable Inner<R>[] slots;
    /** A stack of the numbers of the empty slots. */
    private final int[] free;

    /** In the order in which their items are given. */
    private final ArrayDeque<Inner<R>> order = new ArrayDeque<>();

    @SuppressWarnings({"unchecked", "rawtypes"})
    public FlatMapOrdered(
            Source<? extends T> upstream,
            Function<? super T, ? extends Source<? extends R>> mapper,
            int concurrency,
            int prefetch) {
        this.upstream = upstream;
        this.mapper = mapper;
        this.prefetch = prefetch;
        ready = new ReadySet(concurrency);
        slots = new Inner[concurrency];
        free = new int[concurrency];
        for (int i = 0; i < concurrency; i++) {
            free[i] = concurrency - 1 - i;
        }
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        ready.register(cx.waker());
        do {
            boolean opened = open(cx);
            fill(cx);
            int places = order.size();
            R item = take();
            boolean freed = order.size() < places; // upstream may not have been asked and know no waker (S2)
            if (item != null || !(opened || freed)) {
                return item;
            }
        } while (cx.charge() || isDone());
        return null;
    }

    /** Takes one item if there is a place for its source. */
    private boolean open(Context cx) throws Exception {
        if (order.size() == slots.length) {
            return false;
        }
        T item = upstream.poll(cx);
        if (item == null) {
            return false;
        }
        Source<? extends R> source = mapper.apply(item);
        int slot = free[slots.length - order.size() - 1];
        Inner<R> inner = new Inner<>(source, slot);
        slots[slot] = inner;
        order.add(inner);
        ready.mark(slot);
        return true;
    }

    /** Asks those who were woken, in rounds. */
    private void fill(Context cx) throws Exception {
        for (int slot = ready.next(); slot >= 0; slot = ready.next()) {
            Inner<R> inner = slots[slot];
            Source<? extends R> source = inner == null ? null : inner.source;
            if (inner == null || source == null) {
                continue; // its waker was woken once more after its end
            }
            if (inner.items.size() == prefetch) {
                inner.paused = true;
                continue;
            }
            Context own = cx.withWaker(ready.waker(slot));
            R item = source.poll(own);
            if (item != null) {
                inner.items.add(item);
                ready.mark(slot);
            } else if (Ending.completed(source, own)) {
                inner.source = null;
                source.close();
            }
            if (!cx.charge() && !isDone()) {
                return;
            }
        }
    }

    private @Nullable R take() {
        for (Inner<R> head = order.peek(); head != null; head = order.peek()) {
            R item = head.items.poll();
            if (item != null) {
                if (head.paused) {
                    head.paused = false;
                    ready.mark(head.slot);
                }
                return item;
            }
            if (head.source != null) {
                return null;
            }
            order.remove();
            slots[head.slot] = null;
            free[slots.length - order.size() - 1] = head.slot;
        }
        return null;
    }

    @Override
    public boolean isDone() {
        for (Inner<R> inner : order) {
            if (!inner.items.isEmpty() || (inner.source != null && !inner.source.isDone())) {
                return false;
            }
        }
        return upstream.isDone();
    }

    @Override
    public void close() {
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
        final int slot;
        final ArrayDeque<R> items = new ArrayDeque<>(2);

        @Nullable Source<? extends R> source;

        boolean paused;

        Inner(Source<? extends R> source, int slot) {
            this.source = source;
            this.slot = slot;
        }
    }
}
