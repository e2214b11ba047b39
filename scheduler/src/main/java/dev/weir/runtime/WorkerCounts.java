package dev.weir.runtime;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * What a worker counts for {@link WorkerMetrics}: plain numbers of its thread, published by the volatile writes of the
 * queue and the idle counts, so that counting costs an addition.
 */
final class WorkerCounts {
    private static final AtomicLongFieldUpdater<WorkerCounts> TURNS =
            AtomicLongFieldUpdater.newUpdater(WorkerCounts.class, "turns");
    private static final AtomicLongFieldUpdater<WorkerCounts> BEGUN =
            AtomicLongFieldUpdater.newUpdater(WorkerCounts.class, "begun");
    private static final AtomicLongFieldUpdater<WorkerCounts> ENDED =
            AtomicLongFieldUpdater.newUpdater(WorkerCounts.class, "ended");

    /** The watcher reads it to see whether the worker gets on. */
    private volatile long turns;
    /** Tasks spawned and ended by the worker's thread: the runtime is drained when the sums over all are equal. */
    private volatile long begun;

    private volatile long ended;

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

    void turn() {
        TURNS.lazySet(this, turns + 1);
    }

    /** A task has begun; ordered before what the thread does next if so. */
    void begin(boolean ordered) {
        if (ordered) {
            BEGUN.set(this, begun + 1);
        } else {
            BEGUN.lazySet(this, begun + 1);
        }
    }

    /** A task has ended; before it sleeps, the thread looks whether it was the last. */
    void end() {
        ENDED.lazySet(this, ended + 1);
    }

    long turns() {
        return turns;
    }

    long begun() {
        return begun;
    }

    long ended() {
        return ended;
    }

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
