package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Drops what is older than a span at the first poll; from the first that is not, gives all. */
public final class SkipStale<S, T> implements Source<T> {
    private final Source<? extends S> upstream;
    private final long nanos;
    private final ToLongFunction<? super S> time;
    private final Function<? super S, ? extends T> item;
    private boolean polled;
    private boolean fresh;
    /** When it was polled first. */
    private long now;

    /**
     * @param time tells when an item came, by the clock of the host
     * @param item what is given of it
     */
    public SkipStale(
            Source<? extends S> upstream,
            long nanos,
            ToLongFunction<? super S> time,
            Function<? super S, ? extends T> item) {
        this.upstream = upstream;
        this.nanos = nanos;
        this.time = time;
        this.item = item;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (!polled) {
            polled = true;
            now = Deadline.now(cx);
        }
        do {
            S stamped = upstream.poll(cx);
            if (stamped == null) {
                return null;
            }
            fresh |= now - time.applyAsLong(stamped) <= nanos; // of what has come since, it is negative
            if (fresh) {
                return item.apply(stamped);
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    @Override
    public boolean isDone() {
        return upstream.isDone();
    }

    @Override
    public void close() {
        upstream.close();
    }
}
