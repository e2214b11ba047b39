package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns the end into an item: gives what functions make of each item, and then of the completion or the failure. */
public final class Materialize<T, S> implements Source<S> {
    private final Source<? extends T> upstream;
    private final Function<? super T, ? extends S> item;
    private final Function<? super Exception, ? extends S> failed;
    private final Supplier<? extends S> completed;
    private boolean ended;

    public Materialize(
            Source<? extends T> upstream,
            Function<? super T, ? extends S> item,
            Function<? super Exception, ? extends S> failed,
            Supplier<? extends S> completed) {
        this.upstream = upstream;
        this.item = item;
        this.failed = failed;
        this.completed = completed;
    }

    @Override
    public @Nullable S poll(Context cx) throws Exception {
        if (ended) {
            return null;
        }
        T next;
        try {
            next = upstream.poll(cx);
            if (next == null) {
                ended = Ending.completed(upstream, cx);
                return ended ? completed.get() : null;
            }
        } catch (Exception failure) {
            ended = true;
            return failed.apply(failure);
        }
        return item.apply(next);
    }

    @Override
    public boolean isDone() {
        return ended;
    }

    @Override
    public void close() {
        upstream.close();
    }
}
