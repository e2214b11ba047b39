package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/** Adds to a failure that passes that it came by here. Costs nothing else but a call an item. */
public final class Named<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Object place;

    /**
     * @param place whose {@code toString} is to appear in the {@link Trail}
     */
    public Named(Source<? extends T> upstream, Object place) {
        this.upstream = upstream;
        this.place = place;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        try {
            return upstream.poll(cx);
        } catch (Throwable failure) {
            Trail.of(failure).passed(place.toString());
            throw failure;
        }
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
