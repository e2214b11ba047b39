package dev.weir.runtime;

/**
 * What a program wants to do on the threads of a runtime: set a priority, bind a native library, count. Called on the
 * thread in question, must not block. What a hook throws is contained and goes to the runtime's {@code onUndeliverable}
 * handler.
 */
public interface ThreadHooks {
    /** A thread begins: a worker's, or one for blocking calls. */
    default void onStart() {}

    /** A thread is about to end; called once for each {@link #onStart()}. */
    default void onStop() {}

    /**
     * A worker, or the thread that drives a current-thread runtime, has nothing to run. If the hook wakes or spawns a
     * task, that is run instead of waiting.
     */
    default void onPark() {}

    /** It goes on; called once for each {@link #onPark()}. */
    default void onUnpark() {}
}
