package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/** Polls upstream for the first time when some time has passed since it was polled itself. */
public final class DelayStart<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final long nanos;
    private final Deadline time = new Deadline();
    private boolean started;

    public DelayStart(Source<? extends T> upstream, long nanos) {
        this.upstream = upstream;
        this.nanos = nanos;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (!started) {
            if (!time.isSet()) {
                time.set(nanos, cx);
            }
            if (!time.await(cx)) {
                return null;
            }
            started = true;
            time.clear();
        }
        return upstream.poll(cx);
    }

    @Override
    public boolean isDone() {
        return started && upstream.isDone();
    }

    @Override
    public void close() {
        new Closer().close(time::clear).close(upstream::close).rethrow();
    }
}
