package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Gives what a function makes of each item, and drops the items of which it makes null. */
public final class MapNotNull<T, R> implements Source<R> {
    private final Source<? extends T> upstream;
    private final Function<? super T, ? extends @Nullable R> mapper;

    /**
     * @param mapper may keep a state of its own if it was made for this run
     */
    public MapNotNull(Source<? extends T> upstream, Function<? super T, ? extends @Nullable R> mapper) {
        this.upstream = upstream;
        this.mapper = mapper;
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        do {
            T item = upstream.poll(cx);
            if (item == null) {
                return null;
            }
            R mapped = mapper.apply(item);
            if (mapped != null) {
                return mapped;
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
