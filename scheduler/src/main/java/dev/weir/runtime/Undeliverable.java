package dev.weir.runtime;

import java.util.function.Consumer;

/**
 * Where errors go that nobody else can be told of.
 *
 * @param handler the user's, which may throw
 */
record Undeliverable(Consumer<Throwable> handler) {
    /** Calls what is the user's: what it throws goes to the handler, and no further. */
    void contain(Runnable hook) {
        try {
            hook.run();
        } catch (Throwable thrown) {
            tell(thrown);
        }
    }

    void tell(Throwable thrown) {
        try {
            handler.accept(thrown);
        } catch (Throwable again) { // a handler that throws must not end the worker that called it
            logBestEffort(again);
        }
    }

    /** A logger may fail as well: the JDK's cannot load what it formats dates with when no descriptor is left. */
    private static void logBestEffort(Throwable failed) {
        try {
            System.getLogger("dev.weir")
                    .log(System.Logger.Level.ERROR, "the handler of undeliverable errors failed", failed);
        } catch (Throwable lost) {
            lost.addSuppressed(failed); // nobody is left to be told
        }
    }
}
