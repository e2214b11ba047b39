package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers items into lists of n; the last may be shorter. A failure drops the list that is not full. */
public final class Buffer<T> implements Source<List<T>> {
    private static final int INITIAL_CAPACITY = 16;

    private final Source<? extends T> upstream;
    private final int size;
    private List<T> batch = new ArrayList<>(0);

    public Buffer(Source<? extends T> upstream, int size) {
        this.upstream = upstream;
        this.size = size;
    }

    @Override
    public @Nullable List<T> poll(Context cx) throws Exception {
        do {
            T item = upstream.poll(cx);
            if (item == null) {
                return !batch.isEmpty() && Ending.completed(upstream, cx) ? take() : null;
            }
            add(item);
            if (batch.size() == size) {
                return take();
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    private void add(T item) {
        if (batch.isEmpty()) {
            batch = new ArrayList<>(Math.min(size, INITIAL_CAPACITY));
        }
        batch.add(item);
    }

    private List<T> take() {
        List<T> taken = batch;
        batch = new ArrayList<>(0);
        return taken;
    }

    @Override
    public boolean isDone() {
        return batch.isEmpty() && upstream.isDone();
    }

    @Override
    public void close() {
        upstream.close();
    }
}
