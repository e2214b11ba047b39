package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Keeps the last n items until upstream has completed, and gives those. */
public final class TakeLast<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final int count;
    private final ArrayDeque<T> last = new ArrayDeque<>();
    private boolean completed;

    public TakeLast(Source<? extends T> upstream, int count) {
        this.upstream = upstream;
        this.count = count;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        while (!completed) {
            T item = upstream.poll(cx);
            if (item == null) {
                completed = Ending.completed(upstream, cx);
                if (!completed) {
                    return null;
                }
            } else {
                keep(item);
                if (!cx.mayGoOn() && !isDone()) {
                    return null;
                }
            }
        }
        return !last.isEmpty() && cx.charge() ? last.poll() : null;
    }

    private void keep(T item) {
        last.add(item);
        if (last.size() > count) {
            last.remove();
        }
    }

    @Override
    public boolean isDone() {
        return last.isEmpty() && (completed || upstream.isDone());
    }

    @Override
    public void close() {
        last.clear();
        upstream.close();
    }
}
