package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Gathers the items that a predicate accepts into lists; those that it refuses separate them and are dropped. */
public final class BufferWhile<T> implements Source<List<T>> {
    private final Source<? extends T> upstream;
    private final Predicate<? super T> wanted;
    private List<T> batch = new ArrayList<>(0);

    public BufferWhile(Source<? extends T> upstream, Predicate<? super T> wanted) {
        this.upstream = upstream;
        this.wanted = wanted;
    }

    @Override
    public @Nullable List<T> poll(Context cx) throws Exception {
        do {
            T item = upstream.poll(cx);
            if (item == null) {
                return !batch.isEmpty() && Ending.completed(upstream, cx) ? take() : null;
            }
            if (wanted.test(item)) {
                batch.add(item);
            } else if (!batch.isEmpty()) {
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
