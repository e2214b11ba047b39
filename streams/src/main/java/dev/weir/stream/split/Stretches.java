package dev.weir.stream.split;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Says to which window an item belongs, one window after the other: each is a stretch of items that a predicate accepts.
 * One that it refuses ends the window, unless it is empty, and is dropped.
 */
public final class Stretches<T> implements Source<Placed<T>> {
    private final Source<? extends T> upstream;
    private final Predicate<? super T> wanted;
    private long window;
    private boolean empty = true;

    public Stretches(Source<? extends T> upstream, Predicate<? super T> wanted) {
        this.upstream = upstream;
        this.wanted = wanted;
    }

    @Override
    public @Nullable Placed<T> poll(Context cx) throws Exception {
        do {
            T item = upstream.poll(cx);
            if (item == null) {
                return null;
            }
            if (wanted.test(item)) {
                empty = false;
                return new Placed<>(window, item, false);
            }
            if (!empty) {
                empty = true;
                return new Placed<>(window++, null, true);
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
        upstream.close();
    }
}
