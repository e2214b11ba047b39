package dev.weir.runtime;

import dev.weir.task.Budget;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is counted where one thread polls, though not always the same. Written by the one that polls; read by any,
 * perhaps a little late.
 */
final class PollerCounts {
    private @Nullable Thread poller;
    private volatile boolean parked;
    private long polls;
    private long backgroundPolls;
    private long parks;
    private long noops;
    /** Nothing has been polled since the last wait. */
    private boolean fresh;

    /** Somebody has asked for the counters. */
    private volatile boolean observed;

    private boolean timed;
    private long busyNanos;
    private long awakeSince;
    /** The number of polls when the poller began. */
    private long pollsBefore;

    private long untimedPolls;

    /**
     * The calling thread polls from here on. While nobody has asked for the counters the clock starts with its second
     * poll: it would cost more than all else that a result costs which is there at the first.
     */
    void begin() {
        poller = Thread.currentThread();
        pollsBefore = polls;
        if (observed) {
            startClock();
        }
    }

    private void startClock() {
        timed = true;
        awakeSince = System.nanoTime();
    }

    /** Nobody polls from here on. */
    void end() {
        if (timed) {
            busyNanos += System.nanoTime() - awakeSince;
            timed = false;
        } else {
            untimedPolls += polls - pollsBefore;
        }
        poller = null;
    }

    void poll() {
        if (!timed && polls > pollsBefore) {
            startClock();
            untimedPolls++;
        }
        polls++;
        fresh = false;
    }

    void backgroundPoll() {
        backgroundPolls++;
    }

    /** There is nothing to poll. */
    void runsDry() {
        noops += fresh ? 1 : 0;
        fresh = true;
    }

    void park() {
        parks++;
        if (timed) {
            busyNanos += System.nanoTime() - awakeSince;
        } else {
            untimedPolls += polls - pollsBefore;
        }
        parked = true;
    }

    void unpark() {
        parked = false;
        startClock();
    }

    long polls() {
        return polls;
    }

    /** Any thread: from now on every poll is timed. */
    void observe() {
        observed = true;
    }

    /** Any thread. */
    WorkerMetrics metrics(LocalQueue queue, Budget budget, @Nullable Observer observer) {
        Thread now = poller;
        boolean asleep = now == null || parked;
        long busy = busyNanos + (asleep || !timed ? 0 : Math.max(0, System.nanoTime() - awakeSince));
        long timedPolls = polls - untimedPolls;
        return new WorkerMetrics(
                0,
                now == null ? 0 : now.getId(),
                asleep,
                queue.localDepth(),
                polls, // each poll is a turn
                polls,
                backgroundPolls,
                queue.localAdded(),
                0,
                0,
                0,
                parks,
                noops,
                0,
                0,
                budget.exhaustions(),
                Duration.ofNanos(busy),
                timedPolls <= 0 ? Duration.ZERO : Duration.ofNanos(busy / timedPolls),
                Observer.pollTimesOf(observer),
                Observer.latenciesOf(observer));
    }
}
