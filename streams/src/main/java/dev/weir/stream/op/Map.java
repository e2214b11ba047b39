package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Gives what a function makes of each item. */
public final class Map<T, R> implements Source<R> {
    private final Source<? extends T> upstream;
    private final Function<? super T, ? extends R> mapper;

    public Map(Source<? extends T> upstream, Function<? super T, ? extends R> mapper) {
        this.upstream = upstream;
        this.mapper = mapper;
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        T item = upstream.poll(cx);
        return item == null ? null : Answer.of(mapper.apply(item), "map: the mapper");
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
