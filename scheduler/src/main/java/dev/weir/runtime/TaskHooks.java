package dev.weir.runtime;

import dev.weir.task.TaskInfo;

/**
 * What a program wants to learn of tasks, for tracing and accounting. Called on whatever thread the event happens on,
 * must not block. What a hook throws is contained and goes to the runtime's {@code onUndeliverable} handler. Blocking
 * calls are not polled and have no hooks.
 */
public interface TaskHooks {
    /** A task was spawned, or blocked on, also one that the runtime then refuses. On the spawning thread. */
    default void onSpawn(TaskInfo task) {}

    /** A task is about to be polled, or to be closed if it was cancelled. */
    default void beforePoll(TaskInfo task) {}

    /**
     * That is over; if the task has ended, {@link #onEnd} was called before. If it was woken during its poll, another
     * worker may poll it already.
     */
    default void afterPoll(TaskInfo task) {}

    /** A task has ended, with a result, a failure, or cancelled; its handle has resolved. Once for each {@link #onSpawn}. */
    default void onEnd(TaskInfo task) {}
}
