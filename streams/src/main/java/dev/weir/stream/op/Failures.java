package dev.weir.stream.op;

import java.lang.reflect.UndeclaredThrowableException;
import org.jspecify.annotations.Nullable;

/** The failures of several sources of one run, kept until all of them have ended: the first, with the others suppressed. */
public final class Failures {
    /** A failure that is a constant, thrown by one run after the other, must not keep what all of them add to it. */
    private static final int MAX_SUPPRESSED = 16;

    private @Nullable Exception first;

    void add(Exception failure) {
        first = firstOf(first, failure);
    }

    boolean isEmpty() {
        return first == null;
    }

    /** Keeps what was kept so far in a failure that comes first. */
    void suppressIn(Throwable thrown) {
        if (first != null) {
            suppressIn(thrown, first);
        }
    }

    /**
     * Keeps one failure in another, unless that has {@value #MAX_SUPPRESSED} already. They may be the same: a handler
     * rethrows what it was given.
     */
    public static void suppressIn(Throwable thrown, Throwable suppressed) {
        if (thrown != suppressed && thrown.getSuppressed().length < MAX_SUPPRESSED) {
            thrown.addSuppressed(suppressed);
        }
    }

    /** Returns the first of two failures, with the next suppressed in it. */
    public static <F extends Throwable> F firstOf(@Nullable F first, F next) {
        if (first == null) {
            return next;
        }
        suppressIn(first, next);
        return first;
    }

    /** Throws a failure that was kept, if there is one; wrapped if it is neither an exception nor an error. */
    public static void rethrow(@Nullable Throwable failure) throws Exception {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof Exception exception) {
            throw exception;
        }
        if (failure != null) {
            throw new UndeclaredThrowableException(failure);
        }
    }

    void rethrow() throws Exception {
        if (first != null) {
            throw first;
        }
    }
}
