package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Shows each item to a consumer after it was given: at the next poll, or at the close. */
public final class PeekAfter<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Consumer<? super T> consumer;
    /** Given, and not yet shown. */
    private @Nullable T given;

    public PeekAfter(Source<? extends T> upstream, Consumer<? super T> consumer) {
        this.upstream = upstream;
        this.consumer = consumer;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        show();
        T item = upstream.poll(cx);
        given = item;
        return item;
    }

    private void show() {
        T item = given;
        given = null; // shown once, even if the consumer throws
        if (item != null) {
            consumer.accept(item);
        }
    }

    @Override
    public boolean isDone() {
        return upstream.isDone();
    }

    @Override
    public void close() {
        new Closer().close(this::show).close(upstream::close).rethrow();
    }
}
