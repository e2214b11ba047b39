package dev.weir.stream.push;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Gives what a function pushes into an emitter, which it is handed in the first poll. */
public final class PushSource<T> implements Source<T> {
    private final Consumer<? super Emitter<T>> start;
    private final Emitter<T> emitter;
    private boolean started;

    /** Creates a source whose function has not been called. */
    public PushSource(int capacity, Overflow overflow, Consumer<? super Emitter<T>> start) {
        this.emitter = new Emitter<>(capacity, overflow);
        this.start = Objects.requireNonNull(start, "start");
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (!started) {
            started = true;
            start.accept(emitter);
        }
        return emitter.source().poll(cx);
    }

    @Override
    public boolean isDone() {
        return emitter.source().isDone();
    }

    @Override
    public void close() {
        emitter.source().close();
    }
}
