package dev.weir.stream.op;

import org.jspecify.annotations.Nullable;

/** The failures of several sources of one run, kept until all of them have ended: the first, with the others suppressed. */
public final class Failures {
    private @Nullable Exception first;

    void add(Exception failure) {
        if (first == null) {
            first = failure;
        } else if (first != failure) {
            first.addSuppressed(failure);
        }
    }

    boolean isEmpty() {
        return first == null;
    }

    /** Throws a failure that was kept, if there is one. */
    public static void rethrow(@Nullable Throwable failure) throws Exception {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof Exception exception) {
            throw exception;
        }
    }

    void rethrow() throws Exception {
        if (first != null) {
            throw first;
        }
    }
}
