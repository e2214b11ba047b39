package dev.weir.runtime;

import java.time.Duration;

/**
 * What a worker counts for {@link WorkerMetrics}: plain numbers of its thread, published by the volatile writes of the
 * queue and the idle counts, so that counting costs an addition.
 */
final class WorkerCounts {
    long polls;
    long backgroundPolls;
    long pushes;
    /** Turns after which the task was ready again. */
    long yields;

    long overflows;
    long steals;
    long stolen;
    long rescues;
    long parks;
    /** Parks that ended without anything to run. */
    long noops;
    /** How often it has woken another. */
    long wakeups;

    private long busyNanos;
    private long awakeSince = System.nanoTime();

    void fallsAsleep() {
        busyNanos += System.nanoTime() - awakeSince;
    }

    void wakesUp(long now) {
        awakeSince = now;
    }

    /** Any thread: how long the worker has been awake in all. */
    Duration busy(boolean asleep) {
        return Duration.ofNanos(busyNanos + (asleep ? 0 : Math.max(0, System.nanoTime() - awakeSince)));
    }
}
