package dev.weir.runtime;

/**
 * What a runtime does when one of its tasks fails. The handle tells of the failure in any case, and whether somebody joins
 * it makes no difference.
 *
 * <p>A {@linkplain TaskRuntime#spawnBlocking blocking call} is no task here: that a file is not there, or a name unknown, is
 * an answer to who has asked. If that is a task which does not bear it, the task has failed.
 */
public enum TaskFailure {
    /** Nothing: one task ended, the others go on. */
    IGNORE,

    /**
     * The runtime shuts down: a program of which a part is broken is not to go on without it. Who blocks on the runtime
     * is told of the failure as the cause; who spawns finds it shut down. A cancelled task has not failed; what a thread
     * {@linkplain TaskRuntime#blockOn blocks on} counts as any task.
     */
    SHUT_DOWN
}
