package dev.weir.task;

import org.jspecify.annotations.Nullable;

/** For loops that must come to their end whatever is thrown on the way. */
final class Failures {
    private Failures() {}

    /** Throws the first failure of a loop over what declares none, if there was one. */
    static void rethrow(@Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }
}
