package dev.weir.stream.source;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.Objects;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Counts from a number up to, and without, another. */
public final class RangeSource<T> implements Source<T> {
    private final LongFunction<? extends T> box;
    private final long end;
    private long next;

    /**
     * @param start the first number
     * @param end what follows the last number; compared by equality, so that a range may reach {@link Long#MAX_VALUE}
     * @param box makes the item of a number
     */
    public RangeSource(long start, long end, LongFunction<? extends T> box) {
        this.next = start;
        this.end = end;
        this.box = Objects.requireNonNull(box, "box");
    }

    @Override
    public @Nullable T poll(Context cx) {
        return next == end || !cx.charge() ? null : box.apply(next++);
    }

    @Override
    public boolean isDone() {
        return next == end;
    }

    @Override
    public void close() {}
}
