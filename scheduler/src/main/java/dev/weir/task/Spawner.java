package dev.weir.task;

import org.jspecify.annotations.Nullable;

/**
 * What starts tasks: a runtime, a runtime with options for the task, a scope that owns what it starts. May be called
 * from any thread.
 */
@FunctionalInterface
public interface Spawner {
    /**
     * Starts a task. It is polled for the first time by a worker, never by the caller, and runs on whether or not the
     * handle is kept.
     *
     * @return the handle; already cancelled if the runtime has been shut down
     */
    <T extends @Nullable Object> JoinHandle<T> spawn(Pollable<T> pollable);
}
