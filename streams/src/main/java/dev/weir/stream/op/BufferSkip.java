package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers items into lists of n that begin every k items: they overlap if k is less than n, and leave gaps if more. */
public final class BufferSkip<T> implements Source<List<T>> {
    private final Source<? extends T> upstream;
    private final int size;
    private final int skip;
    /** The lists that have begun and are not full, the oldest first. */
    private final ArrayDeque<List<T>> batches = new ArrayDeque<>();

    private long index;

    public BufferSkip(Source<? extends T> upstream, int size, int skip) {
        this.upstream = upstream;
        this.size = size;
        this.skip = skip;
    }

    @Override
    public @Nullable List<T> poll(Context cx) throws Exception {
        do {
            T item = upstream.poll(cx);
            if (item == null) {
                return !batches.isEmpty() && Ending.completed(upstream, cx) ? batches.poll() : null;
            }
            if (index++ % skip == 0) {
                batches.add(new ArrayList<>());
            }
            for (List<T> batch : batches) {
                batch.add(item);
            }
            List<T> oldest = batches.peek();
            if (oldest != null && oldest.size() == size) {
                return batches.poll();
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    @Override
    public boolean isDone() {
        return batches.isEmpty() && upstream.isDone();
    }

    @Override
    public void close() {
        batches.clear();
        upstream.close();
    }
}
