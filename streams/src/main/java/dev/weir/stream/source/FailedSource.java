package dev.weir.stream.source;

import dev.weir.stream.op.Failures;
import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Has failed. Being done from the start, it tells so without demand (S3). */
public final class FailedSource<T> implements Source<T> {
    private final Throwable failure;

    public FailedSource(Throwable failure) {
        this.failure = Objects.requireNonNull(failure, "failure");
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        Failures.rethrow(failure);
        return null;
    }

    @Override
    public boolean isDone() {
        return true;
    }

    @Override
    public void close() {}
}
