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
    /** Null: none has come for the next list. */
    private @Nullable ArrayList<T> batch;

    public Buffer(Source<? extends T> upstream, int size) {
        this.upstream = upstream;
        this.size = size;
    }

    @Override
    public @Nullable List<T> poll(Context cx) throws Exception {
        ArrayList<T> gathered = batch;
        do {
            T item = upstream.poll(cx);
            if (item == null) {
                return gathered != null && Ending.completed(upstream, cx) ? take() : null;
            }
            if (gathered == null) {
                gathered = new ArrayList<>(Math.min(size, INITIAL_CAPACITY));
                batch = gathered;
            }
            gathered.add(item);
            if (gathered.size() == size) {
                return take();
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    private @Nullable List<T> take() {
        List<T> taken = batch;
        batch = null;
        return taken;
    }

    @Override
    public boolean isDone() {
        return batch == null && upstream.isDone();
    }

    @Override
    public void close() {
        upstream.close();
    }
}
