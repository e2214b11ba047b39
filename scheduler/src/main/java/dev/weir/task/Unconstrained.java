package dev.weir.task;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A computation that no budget stops. What it charges is not missed by what is polled beside it. */
final class Unconstrained<T extends @Nullable Object> implements Pollable<T> {
    private final Pollable<T> inner;
    private final Budget budget = new Budget(Integer.MAX_VALUE);

    Unconstrained(Pollable<T> inner) {
        this.inner = Objects.requireNonNull(inner, "pollable");
    }

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        budget.refill();
        return inner.poll(cx.withBudget(budget));
    }

    @Override
    public void close() {
        inner.close();
    }
}
