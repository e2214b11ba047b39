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
    private final Unasked unasked = new Unasked();

    public SwitchIfEmpty(Source<? extends T> upstream, Supplier<? extends Source<? extends T>> other) {
        this.source = upstream;
        this.other = other;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        unasked.rethrow();
        T item = source.poll(cx);
        if (decided) {
            return item;
        }
        decided = item != null;
        if (!decided) {
            switchIfCompleted(cx);
        }
        return item != null || !decided ? item : source.poll(cx);
    }

    /** Before the first item. */
    private void switchIfCompleted(Context cx) throws Exception {
        if (Ending.completed(source, cx)) {
            decided = true;
            open = false;
            source.close();
            source = other.get();
            open = true;
        }
    }

    /** An upstream that is done before its first item has failed, or is followed by another. */
    @Override
    public boolean isDone() {
        if (!decided && source.isDone()) {
            unasked.step(this::switchIfCompleted);
        }
        return unasked.hasFailed() || (decided && source.isDone());
    }

    @Override
    public void close() {
        if (open) {
            source.close();
        }
    }
}
