package dev.weir.task;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A computation whose result is turned into another. */
final class Mapped<T extends @Nullable Object, R extends @Nullable Object> implements Pollable<R> {
    private final Pollable<T> inner;
    private final Function<? super T, ? extends R> function;

    Mapped(Pollable<T> inner, Function<? super T, ? extends R> function) {
        this.inner = inner;
        this.function = Objects.requireNonNull(function, "function");
    }

    @Override
    public Poll<R> poll(Context cx) throws Exception {
        Poll<T> answer = inner.poll(cx);
        return answer.isPending() ? Poll.pending() : Poll.ready(function.apply(answer.get()));
    }

    @Override
    public void close() {
        inner.close();
    }
}
