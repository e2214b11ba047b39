package dev.weir.runtime;

/** What a runtime does when a task that was spawned on it fails. The handle tells of the failure in any case. */
public enum TaskFailure {
    /** Nothing: one task ended, the others go on. */
    IGNORE,

    /**
     * The runtime shuts down: a program of which a part is broken is not to go on without it. Who blocks on the runtime,
     * or spawns, finds it shut down, with the failure as the cause. A cancelled task has not failed.
     */
    SHUT_DOWN
}
