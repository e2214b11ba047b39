package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells a listener of everything that happens to a run: its start, each item, its end, its close. */
public final class Log<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Consumer<? super String> listener;
    private boolean started;
    private boolean ended;

    public Log(Source<? extends T> upstream, Consumer<? super String> listener) {
        this.upstream = upstream;
        this.listener = listener;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (!started) {
            started = true;
            listener.accept("start");
        }
        try {
            T item = upstream.poll(cx);
            if (item != null) {
                listener.accept("item " + item);
            } else if (!ended && Ending.completed(upstream, cx)) {
                ended = true;
                listener.accept("completed");
            }
            return item;
        } catch (Throwable failure) {
            ended = true;
            tell(failure);
            throw failure;
        }
    }

    /** What the listener throws does not hide it. */
    private void tell(Throwable failure) {
        try {
            listener.accept("failed: " + failure);
        } catch (Throwable thrown) {
            Failures.suppressIn(failure, thrown);
        }
    }

    @Override
    public boolean isDone() {
        return upstream.isDone();
    }

    @Override
    public void close() {
        new Closer()
                .close(() -> listener.accept(ended ? "close" : "cancel"))
                .close(upstream::close)
                .rethrow();
    }
}
