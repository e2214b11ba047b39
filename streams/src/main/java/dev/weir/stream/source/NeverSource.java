package dev.weir.stream.source;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/** Has no item and no end: it registers nobody, as nothing will ever happen. */
public final class NeverSource<T> implements Source<T> {
    @Override
    public @Nullable T poll(Context cx) {
        return null;
    }

    @Override
    public boolean isDone() {
        return false;
    }

    @Override
    public void close() {}
}
