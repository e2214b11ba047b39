package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Goes on with another source when upstream fails, after closing upstream. Once only: a failure of the other source
 * passes. Errors ({@link Error}) pass as well.
 */
public final class Recover<T> implements Source<T> {
    private final Function<? super Exception, ? extends Source<? extends T>> fallback;
    private @Nullable Source<? extends T> upstream;
    private @Nullable Source<? extends T> other;
    private boolean completed;

    public Recover(Source<? extends T> upstream, Function<? super Exception, ? extends Source<? extends T>> fallback) {
        this.upstream = upstream;
        this.fallback = fallback;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        Source<? extends T> source = upstream;
        if (source != null) {
            try {
                T item = source.poll(cx);
                completed = item == null && Ending.completed(source, cx);
                return item;
            } catch (Exception failure) {
                upstream = null;
                replace(source, failure);
            }
        }
        return other == null ? null : other.poll(cx);
    }

    private void replace(Source<? extends T> failed, Exception failure) {
        try {
            failed.close();
            other = fallback.apply(failure);
        } catch (Throwable thrown) {
            Failures.suppressIn(thrown, failure);
            throw thrown;
        }
    }

    /** An upstream that is done may have failed, and then items may follow: only a poll can tell. */
    @Override
    public boolean isDone() {
        return upstream != null ? completed : other == null || other.isDone();
    }

    @Override
    public void close() {
        Source<? extends T> source = upstream != null ? upstream : other;
        if (source != null) {
            source.close();
        }
    }
}
