package dev.weir.runtime;

/**
 * Counters of a runtime at about one moment. Each is exact by itself a little later; they are not taken under a lock.
 *
 * @param workers threads that poll tasks
 * @param liveTasks tasks spawned and not yet ended
 * @param injectDepth tasks that wait in the shared queue
 * @param blockingThreads threads kept for blocking calls, idle ones included
 * @param blockingCalls blocking calls that wait or run
 * @param polls polls of tasks
 * @param steals tasks taken from another worker, counted by visit
 * @param overflows times a full local queue gave its younger half to the shared one
 * @param parks times a worker waited in a driver or on its parker
 * @param wakeups times a worker was woken to help
 * @param rescues tasks taken from a worker whose poll took too long
 * @param budgetExhaustions times a task was made to yield by its budget
 */
public record RuntimeMetrics(
        int workers,
        long liveTasks,
        int injectDepth,
        int blockingThreads,
        int blockingCalls,
        long polls,
        long steals,
        long overflows,
        long parks,
        long wakeups,
        long rescues,
        long budgetExhaustions) {}
