package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Drops items until a predicate refuses one; that one and all after it are given. */
public final class SkipWhile<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Predicate<? super T> predicate;
    private boolean skipping = true;

    public SkipWhile(Source<? extends T> upstream, Predicate<? super T> predicate) {
        this.upstream = upstream;
        this.predicate = predicate;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        while (skipping) {
            T item = upstream.poll(cx);
            if (item == null) {
                return null;
            }
            if (!predicate.test(item)) {
                skipping = false;
                return item;
            }
            if (!cx.mayGoOn() && !isDone()) {
                return null;
            }
        }
        return upstream.poll(cx);
    }

    @Override
    public boolean isDone() {
        return upstream.isDone();
    }

    @Override
    public void close() {
        upstream.close();
    }
}
