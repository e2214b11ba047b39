package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/** Fails when upstream has completed, if one of the sources behind it has failed before: see {@link CompleteOnFailure}. */
public final class FailAtEnd<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Failures failures;
    private boolean answeredNull;

    public FailAtEnd(Source<? extends T> upstream, Failures failures) {
        this.upstream = upstream;
        this.failures = failures;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        answeredNull = false;
        T item = pollUpstream(cx);
        if (item == null) {
            if (Ending.completed(upstream, cx)) {
                failures.rethrow();
            }
            answeredNull = true;
        }
        return item;
    }

    private @Nullable T pollUpstream(Context cx) throws Exception {
        try {
            return upstream.poll(cx);
        } catch (Throwable thrown) {
            failures.suppressIn(thrown);
            throw thrown;
        }
    }

    /** Null and then done means completed, so a failure that comes after a null waits for the next poll (S3). */
    @Override
    public boolean isDone() {
        return upstream.isDone() && (failures.isEmpty() || !answeredNull);
    }

    @Override
    public void close() {
        upstream.close();
    }
}
