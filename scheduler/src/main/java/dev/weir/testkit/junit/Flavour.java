package dev.weir.testkit.junit;

/** Which runtime a {@link WeirTest} gets. */
public enum Flavour {
    /** A current-thread runtime with a paused clock: tasks in the order of their wakes, no waiting for time. */
    PAUSED,
    /** A simulated runtime: everything by chance, from the seed. */
    SIMULATION,
    /** A work-stealing runtime on threads of its own, with the clock of the machine. */
    WORKERS
}
