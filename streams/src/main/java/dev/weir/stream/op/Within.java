package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.task.Surroundings;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Upstream finds itself in the same surroundings in every poll and look and in its close, whichever thread that is. */
public final class Within<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Surroundings surroundings;

    public Within(Source<? extends T> upstream, Surroundings surroundings) {
        this.upstream = upstream;
        this.surroundings = Objects.requireNonNull(surroundings, "surroundings");
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        Surroundings.Scope scope = surroundings.enter();
        try {
            return upstream.poll(cx);
        } finally {
            scope.leave();
        }
    }

    @Override
    public boolean isDone() {
        Surroundings.Scope scope = surroundings.enter(); // a look may ask what stands above for its end
        try {
            return upstream.isDone();
        } finally {
            scope.leave();
        }
    }

    @Override
    public void close() {
        Surroundings.Scope scope = surroundings.enter();
        try {
            upstream.close();
        } finally {
            scope.leave();
        }
    }
}
