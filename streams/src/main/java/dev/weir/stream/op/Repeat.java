package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Closes an upstream that has completed and opens it anew, a number of times. */
public final class Repeat<T> implements Source<T> {
    private final Supplier<? extends Source<? extends T>> open;
    private @Nullable Source<? extends T> upstream;
    private long further;

    /**
     * @param upstream the first run
     * @param open makes every further one
     * @param further how many more there are to be
     */
    public Repeat(Source<? extends T> upstream, Supplier<? extends Source<? extends T>> open, long further) {
        this.upstream = upstream;
        this.open = open;
        this.further = further;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        do {
            Source<? extends T> run = upstream;
            if (run == null) {
                return null;
            }
            T item = run.poll(cx);
            if (item != null || !Ending.completed(run, cx)) {
                return item;
            }
            upstream = null;
            run.close();
            if (further-- > 0) {
                upstream = open.get();
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    @Override
    public boolean isDone() {
        return upstream == null || (further <= 0 && upstream.isDone());
    }

    @Override
    public void close() {
        if (upstream != null) {
            upstream.close();
        }
    }
}
