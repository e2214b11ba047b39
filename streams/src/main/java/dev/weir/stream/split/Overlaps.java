package dev.weir.stream.split;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/**
 * Says to which windows of n items, of which one begins every k items, an item belongs: gives it once for each, the
 * oldest window first. Items between windows are dropped. Holds one item.
 */
public final class Overlaps<T> implements Source<Placed<T>> {
    private final Source<? extends T> upstream;
    private final int size;
    private final int skip;
    /** Given to the windows before {@link #window}; null: the next is to be taken. */
    private @Nullable T item;

    private long index = -1;
    private long window;

    public Overlaps(Source<? extends T> upstream, int size, int skip) {
        this.upstream = upstream;
        this.size = size;
        this.skip = skip;
    }

    @Override
    public @Nullable Placed<T> poll(Context cx) throws Exception {
        do {
            if (item == null) {
                item = upstream.poll(cx);
                if (item == null) {
                    return null;
                }
                index++;
                window = index < size ? 0 : (index - size) / skip + 1;
            }
            T current = item;
            long own = window++;
            if (window * skip > index) {
                item = null; // the next window begins later
            }
            if (own * skip <= index) {
                return new Placed<>(own, current, index - own * skip == size - 1);
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    @Override
    public boolean isDone() {
        return item == null && upstream.isDone();
    }

    @Override
    public void close() {
        upstream.close();
    }
}
