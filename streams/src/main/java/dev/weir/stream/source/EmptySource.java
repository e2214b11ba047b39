package dev.weir.stream.source;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/** Completes at once. */
public final class EmptySource<T> implements Source<T> {
    @Override
    public @Nullable T poll(Context cx) {
        return null;
    }

    @Override
    public boolean isDone() {
        return true;
    }

    @Override
    public void close() {}
}
