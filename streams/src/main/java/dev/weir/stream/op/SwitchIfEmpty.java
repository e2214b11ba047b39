package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Goes on with another source if upstream completes without an item; upstream is closed before. */
public final class SwitchIfEmpty<T> implements Source<T> {
    private final Supplier<? extends Source<? extends T>> other;
    private Source<? extends T> source;
    private boolean decided;
    private boolean open = true;

    public SwitchIfEmpty(Source<? extends T> upstream, Supplier<? extends Source<? extends T>> other) {
        this.source = upstream;
        this.other = other;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        T item = source.poll(cx);
        if (decided) {
            return item;
        }
        decided = item != null;
        if (decided || !Ending.completed(source, cx)) {
            return item;
        }
        decided = true;
        open = false;
        source.close();
        source = other.get();
        open = true;
        return source.poll(cx);
    }

    /** An upstream that is done before its first item is followed by another, which only a poll can open. */
    @Override
    public boolean isDone() {
        return decided && source.isDone();
    }

    @Override
    public void close() {
        if (open) {
            source.close();
        }
    }
}
