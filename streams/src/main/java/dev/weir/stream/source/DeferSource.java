package dev.weir.stream.source;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens another source at the first poll, so that the code which decides runs once per run, on its worker. */
public final class DeferSource<T> implements Source<T> {
    private final Supplier<? extends Source<? extends T>> open;
    private @Nullable Source<? extends T> opened;

    public DeferSource(Supplier<? extends Source<? extends T>> open) {
        this.open = Objects.requireNonNull(open, "open");
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        Source<? extends T> source = opened;
        if (source == null) {
            source = open.get();
            opened = source;
        }
        return source.poll(cx);
    }

    @Override
    public boolean isDone() {
        return opened != null && opened.isDone();
    }

    @Override
    public void close() {
        if (opened != null) {
            opened.close();
        }
    }
}
