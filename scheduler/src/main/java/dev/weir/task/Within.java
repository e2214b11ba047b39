package dev.weir.task;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A computation that always finds itself in the same surroundings, whichever thread polls or closes it. */
final class Within<T extends @Nullable Object> implements Pollable<T> {
    private final Pollable<T> inner;
    private final Surroundings surroundings;

    Within(Pollable<T> inner, Surroundings surroundings) {
        this.inner = Objects.requireNonNull(inner, "pollable");
        this.surroundings = Objects.requireNonNull(surroundings, "surroundings");
    }

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        Surroundings.Scope scope = surroundings.enter();
        try {
            return inner.poll(cx);
        } finally {
            scope.leave();
        }
    }

    @Override
    public void close() {
        Surroundings.Scope scope = surroundings.enter();
        try {
            inner.close();
        } finally {
            scope.leave();
        }
    }
}
