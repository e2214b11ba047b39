package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Gathers items into lists, each of which ends with an item that a predicate accepts. That item is the last of its list,
 * or is dropped, and then no list is empty.
 */
public final class BufferUntil<T> implements Source<List<T>> {
    private final Source<? extends T> upstream;
    private final Predicate<? super T> last;
    private final boolean dropsLast;
    private List<T> batch = new ArrayList<>(0);

    public BufferUntil(Source<? extends T> upstream, Predicate<? super T> last, boolean dropsLast) {
        this.upstream = upstream;
        this.last = last;
        this.dropsLast = dropsLast;
    }

    @Override
    public @Nullable List<T> poll(Context cx) throws Exception {
        do {
            T item = upstream.poll(cx);
            if (item == null) {
                return !batch.isEmpty() && Ending.completed(upstream, cx) ? take() : null;
            }
            boolean ends = last.test(item);
            if (!ends || !dropsLast) {
                batch.add(item);
            }
            if (ends && !batch.isEmpty()) {
                return take();
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
        return batch.isEmpty() && upstream.isDone();
    }

    @Override
    public void close() {
        upstream.close();
    }
}
