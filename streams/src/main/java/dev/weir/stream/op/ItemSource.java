package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Has one item. What merges and joins sources knows it, as there is nothing to wait for and nothing to close. */
public final class ItemSource<T> implements Source<T> {
    private @Nullable T item;

    public ItemSource(T item) {
        this.item = Objects.requireNonNull(item, "item");
    }

    @Override
    public @Nullable T poll(Context cx) {
        if (item == null || !cx.charge()) {
            return null;
        }
        T last = item;
        item = null;
        return last;
    }

    @Override
    public boolean isDone() {
        return item == null;
    }

    @Override
    public void close() {}
}
