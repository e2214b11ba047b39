package dev.weir.task;

/**
 * What a thread carries while it runs a certain computation: put up before each poll and before the close, taken down
 * after. For all that lives in thread-locals and means the work rather than the thread: logging contexts, tracing spans,
 * {@link TaskLocal}s.
 *
 * <p>Entered on whichever thread polls, by one thread at a time; the scopes of nested computations are nested.
 */
@FunctionalInterface
public interface Surroundings {
    /** Puts them up on the calling thread. Must not throw. */
    Scope enter();

    /** What was put up. */
    @FunctionalInterface
    interface Scope {
        /** Puts back what was there before; called once, on the thread that entered. Must not throw. */
        void leave();
    }
}
