package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers items into lists that end whenever another source gives an item. An empty list is not given. */
public final class BufferWhen<T> implements Source<List<T>> {
    private final Source<? extends T> upstream;
    private final Source<?> boundaries;
    private List<T> batch = new ArrayList<>(0);
    private boolean ended;

    public BufferWhen(Source<? extends T> upstream, Source<?> boundaries) {
        this.upstream = upstream;
        this.boundaries = boundaries;
    }

    @Override
    public @Nullable List<T> poll(Context cx) throws Exception {
        do {
            if (ended) {
                return null;
            }
            boolean cut = boundaries.poll(cx) != null;
            boolean last = !cut && Ending.completed(boundaries, cx);
            if ((cut || last) && !batch.isEmpty()) {
                ended = last;
                return take();
            }
            ended = last;
            T item = last ? null : upstream.poll(cx);
            if (item != null) {
                batch.add(item);
            } else if (!last && Ending.completed(upstream, cx)) {
                ended = true;
                return batch.isEmpty() ? null : take();
            } else if (!cut) {
                return null;
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    private List<T> take() {
        List<T> taken = batch;
        batch = new ArrayList<>(0);
        return taken;
    }

    @Override
    public boolean isDone() {
        return batch.isEmpty() && (ended || upstream.isDone());
    }

    @Override
    public void close() {
        new Closer().close(boundaries::close).close(upstream::close).rethrow();
    }
}
