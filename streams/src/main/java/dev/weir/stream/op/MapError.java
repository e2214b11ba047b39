package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Fails with what a function makes of the failure. An {@link Error} passes. */
public final class MapError<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Function<? super Exception, ? extends Exception> mapper;

    public MapError(Source<? extends T> upstream, Function<? super Exception, ? extends Exception> mapper) {
        this.upstream = upstream;
        this.mapper = mapper;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        try {
            return upstream.poll(cx);
        } catch (Exception failure) {
            throw mapped(failure);
        }
    }

    private Exception mapped(Exception failure) {
        try {
            return Answer.of(mapper.apply(failure), "onErrorMap: the function");
        } catch (Throwable thrown) {
            Failures.suppressIn(thrown, failure);
            throw thrown;
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
