package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gathers items into lists that end whenever another source gives an item. An empty list is not given. The other one is
 * asked before upstream, unless it has used up the budget before.
 */
public final class BufferWhen<T> implements Source<List<T>> {
    private final Source<? extends T> upstream;
    private final Source<?> boundaries;
    private final Precedence order = new Precedence(Precedence.OTHER);
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
            boolean cut = false;
            T item = null;
            for (order.begin(2, cx); order.goesOn() && item == null; order.asked(cx)) {
                if (order.who() == Precedence.UPSTREAM) {
                    item = upstream.poll(cx);
                    ended = item == null && Ending.completed(upstream, cx);
                } else {
                    cut = boundaries.poll(cx) != null;
                    ended = !cut && Ending.completed(boundaries, cx);
                }
                if (ended || (cut && !batch.isEmpty())) {
                    return batch.isEmpty() ? null : take();
                }
            }
            if (item != null) {
                batch.add(item);
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
