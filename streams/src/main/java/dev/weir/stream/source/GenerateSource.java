package dev.weir.stream.source;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks a function for one item at a time, handing it a state that each run makes for itself; null ends. */
public final class GenerateSource<S, T> implements Source<T> {
    private final Supplier<? extends S> initial;
    private final Function<? super S, ? extends @Nullable T> next;
    private @Nullable S state;
    private boolean done;

    public GenerateSource(Supplier<? extends S> initial, Function<? super S, ? extends @Nullable T> next) {
        this.initial = Objects.requireNonNull(initial, "initial");
        this.next = Objects.requireNonNull(next, "next");
    }

    @Override
    public @Nullable T poll(Context cx) {
        if (done || !cx.charge()) {
            return null;
        }
        S current = state;
        if (current == null) {
            current = Objects.requireNonNull(initial.get(), "generate: the initial state is null");
            state = current;
        }
        T item = next.apply(current);
        done = item == null;
        return item;
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public void close() {}
}
