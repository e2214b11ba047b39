package dev.weir.stream.op;

import java.lang.reflect.UndeclaredThrowableException;
import org.jspecify.annotations.Nullable;

/**
 * Closes many things, each of them although another one throws: the first exception comes out at the end, with the
 * others suppressed in it.
 *
 * <pre>{@code new Closer().close(left::close).close(right::close).rethrow();}</pre>
 */
public final class Closer {
    private @Nullable Throwable thrown;

    /** Runs one close and remembers what it throws. */
    public Closer close(Runnable close) {
        try {
            close.run();
        } catch (Throwable next) {
            thrown = Failures.firstOf(thrown, next);
        }
        return this;
    }

    /** Tells whether a close has thrown and {@link #rethrow} has not. */
    public boolean hasThrown() {
        return thrown != null;
    }

    /** Throws the first exception, once, if there was one; wrapped if it is one that a close cannot declare. */
    public void rethrow() {
        Throwable first = thrown;
        thrown = null;
        if (first instanceof Error error) {
            throw error;
        }
        if (first instanceof RuntimeException exception) {
            throw exception;
        }
        if (first != null) {
            throw new UndeclaredThrowableException(first);
        }
    }
}
