package dev.weir.stream.source;

import dev.weir.stream.op.Answer;
import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes an item and the next state of each state; no entry ends. States are never changed, so runs share the seed. */
public final class UnfoldSource<S, T> implements Source<T> {
    private final Function<? super S, Optional<Map.Entry<T, S>>> step;
    private S state;
    private boolean done;

    public UnfoldSource(S seed, Function<? super S, Optional<Map.Entry<T, S>>> step) {
        this.state = Objects.requireNonNull(seed, "seed");
        this.step = Objects.requireNonNull(step, "step");
    }

    @Override
    public @Nullable T poll(Context cx) {
        if (done || !cx.charge()) {
            return null;
        }
        Map.Entry<T, S> entry =
                Answer.of(step.apply(state), "unfold: the function").orElse(null);
        if (entry == null) {
            done = true;
            return null;
        }
        state = Objects.requireNonNull(entry.getValue(), "unfold: the next state is null");
        return Objects.requireNonNull(entry.getKey(), "unfold: the item is null (rule 2.13)");
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public void close() {}
}
