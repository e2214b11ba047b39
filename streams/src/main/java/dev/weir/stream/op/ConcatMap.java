package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens a source for each item and gives all its items; the inner one is closed before the next item is asked for. */
public final class ConcatMap<T, R> implements Source<R> {
    private final Source<? extends T> upstream;
    private final Function<? super T, ? extends Source<? extends R>> mapper;
    private @Nullable Source<? extends R> inner;

    public ConcatMap(Source<? extends T> upstream, Function<? super T, ? extends Source<? extends R>> mapper) {
        this.upstream = upstream;
        this.mapper = mapper;
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        do {
            Source<? extends R> source = inner;
            if (source == null) {
                T item = upstream.poll(cx);
                if (item == null) {
                    return null;
                }
                source = mapper.apply(item);
                if (source instanceof ItemSource<? extends R> only) {
                    R given = only.poll(cx);
                    if (given != null) {
                        return given;
                    }
                }
                inner = source;
            }
            R item = source.poll(cx);
            if (item != null || !Ending.completed(source, cx)) {
                return item;
            }
            inner = null;
            source.close();
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    @Override
    public boolean isDone() {
        return (inner == null || inner.isDone()) && upstream.isDone();
    }

    @Override
    public void close() {
        Closer closer = new Closer();
        if (inner != null) {
            closer.close(inner::close);
        }
        closer.close(upstream::close).rethrow();
    }
}
