package dev.weir.task;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One computation, and another in its place if it fails. The first is closed before the other is made. */
final class Recovering<T extends @Nullable Object> implements Pollable<T> {
    private @Nullable Pollable<T> first;
    private final Function<? super Exception, ? extends Pollable<T>> other;
    private @Nullable Pollable<T> second;

    Recovering(Pollable<T> first, Function<? super Exception, ? extends Pollable<T>> other) {
        this.first = first;
        this.other = Objects.requireNonNull(other, "other");
    }

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        if (first != null) {
            try {
                return first.poll(cx);
            } catch (Exception failed) {
                closeFirst(failed);
                second = Objects.requireNonNull(other.apply(failed), "what comes instead is null");
            }
        }
        return Objects.requireNonNull(second).poll(cx);
    }

    private void closeFirst(Exception failed) {
        try {
            close();
        } catch (Throwable thrown) {
            thrown.addSuppressed(failed);
            throw thrown;
        }
    }

    @Override
    public void close() {
        Pollable<T> over = first != null ? first : second;
        first = null;
        second = null;
        if (over != null) {
            over.close();
        }
    }
}
