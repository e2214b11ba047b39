package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/** Drops items until another source gives an item or completes, which is closed then. */
public final class SkipUntilOther<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private @Nullable Source<?> other;

    public SkipUntilOther(Source<? extends T> upstream, Source<?> other) {
        this.upstream = upstream;
        this.other = other;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        do {
            Source<?> gate = other;
            if (gate != null && (gate.poll(cx) != null || Ending.completed(gate, cx))) {
                other = null;
                gate.close();
            }
            T item = upstream.poll(cx);
            if (item == null || other == null) {
                return item;
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    @Override
    public boolean isDone() {
        return upstream.isDone();
    }

    @Override
    public void close() {
        Closer closer = new Closer();
        if (other != null) {
            closer.close(other::close);
        }
        closer.close(upstream::close).rethrow();
    }
}
