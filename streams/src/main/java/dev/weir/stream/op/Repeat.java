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
    private final Unasked unasked = new Unasked();

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
            unasked.rethrow();
            Source<? extends T> run = upstream;
            if (run == null) {
                return null;
            }
            T item = run.poll(cx);
            if (item != null || !repeats(run, cx)) {
                return item;
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    /** Closes a run that has completed, and opens the next one if there is to be one. */
    private boolean repeats(Source<? extends T> run, Context cx) throws Exception {
        boolean completed = Ending.completed(run, cx);
        if (completed) {
            upstream = null;
            run.close();
            if (further-- > 0) {
                upstream = open.get();
            }
        }
        return completed;
    }

    @Override
    public boolean isDone() {
        boolean goesOn = true;
        while (goesOn && upstream != null && upstream.isDone()) {
            Source<? extends T> run = upstream;
            goesOn = unasked.step(cx -> repeats(run, cx));
        }
        return upstream == null || unasked.hasFailed() || (further <= 0 && upstream.isDone());
    }

    @Override
    public void close() {
        if (upstream != null) {
            upstream.close();
        }
    }
}
