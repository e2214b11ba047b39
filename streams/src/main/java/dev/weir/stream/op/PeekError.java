package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Shows the failure to a consumer and passes it on; what the consumer throws is suppressed in it. */
public final class PeekError<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Consumer<? super Throwable> consumer;

    public PeekError(Source<? extends T> upstream, Consumer<? super Throwable> consumer) {
        this.upstream = upstream;
        this.consumer = consumer;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        try {
            return upstream.poll(cx);
        } catch (Throwable failure) {
            show(failure);
            throw failure;
        }
    }

    private void show(Throwable failure) {
        try {
            consumer.accept(failure);
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
        upstream.close();
    }
}
