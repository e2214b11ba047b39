package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Opens a source for each item and {@linkplain Merge merges} at most n of them; no item is taken while all places are
 * occupied. Upstream is asked between two streaks of those that are open, so within {@value Merge#STREAK} items, and
 * before the next of them; unless it has used up the budget before and given nothing: then those come first once. That is
 * a {@link Precedence} of two with less to note for an item.
 */
public final class FlatMap<T, R> implements Source<R> {
    private final Source<? extends T> upstream;
    private final Function<? super T, ? extends Source<? extends R>> mapper;
    private final Merge<R> inners;
    private boolean upstreamLast;

    public FlatMap(
            Source<? extends T> upstream, Function<? super T, ? extends Source<? extends R>> mapper, int concurrency) {
        this.upstream = upstream;
        this.mapper = mapper;
        this.inners = new Merge<>(concurrency);
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        R item = inners.goOn(cx);
        if (item != null) {
            return item;
        }
        do {
            boolean last = upstreamLast;
            Source<? extends R> source = last ? null : open(cx);
            boolean opened = source != null;
            if (source != null) {
                if (source instanceof ItemSource<? extends R> only && inners.isEmpty()) {
                    item = only.poll(cx);
                    if (item != null) {
                        return item;
                    }
                }
                inners.add(source);
            }
            boolean full = inners.isFull();
            item = inners.poll(cx);
            if (item != null) {
                upstreamLast &= !last;
                return item;
            }
            boolean freed = full && !inners.isFull(); // upstream was not asked and knows no waker yet (S2)
            source = last ? open(cx) : null;
            if (source != null) {
                opened = true;
                inners.add(source);
            }
            if (!(opened || freed)) {
                return null;
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    /** Takes one item if there is a place for its source, and opens that. */
    private @Nullable Source<? extends R> open(Context cx) throws Exception {
        if (inners.isFull()) {
            return null;
        }
        boolean had = !cx.budget().isExhausted();
        T item = upstream.poll(cx);
        upstreamLast = item == null && had && cx.budget().isExhausted();
        return item == null ? null : mapper.apply(item);
    }

    @Override
    public boolean isDone() {
        return upstream.isDone() && inners.isDone();
    }

    @Override
    public void close() {
        new Closer().close(inners::close).close(upstream::close).rethrow();
    }
}
