package dev.weir.stream.reactive;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Scheduler;

/** Where throwables go that no subscriber and no task can receive. */
final class Undeliverable {
    private Undeliverable() {}

    /**
     * Hands a throwable to the runtime that polls on this thread, or else to the thread's handler of uncaught
     * exceptions. Never throws.
     */
    static void report(Throwable thrown) {
        if (TaskRuntime.current() instanceof Scheduler scheduler) {
            scheduler.undeliverable(thrown);
            return;
        }
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        } catch (Throwable ignored) {
            // as the JVM does with what a handler throws
        }
    }

    /** Throws any throwable where the signature admits fewer: {@code throw Undeliverable.<Exception>sneak(t)}. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <E extends Throwable> E sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }
}
