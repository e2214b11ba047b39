package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Shows each item to a consumer and passes it on. */
public final class Peek<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Consumer<? super T> consumer;

    public Peek(Source<? extends T> upstream, Consumer<? super T> consumer) {
        this.upstream = upstream;
        this.consumer = consumer;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        T item = upstream.poll(cx);
        if (item != null) {
            consumer.accept(item);
        }
        return item;
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
