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
    private long busyNanos;
    private long awakeSince;
    /** Nothing has been polled since the last wait. */
    private boolean fresh;

    /** The calling thread polls from here on. */
    void begin() {
        poller = Thread.currentThread();
        awakeSince = System.nanoTime();
    }

    /** Nobody polls from here on. */
    void end() {
        busyNanos += System.nanoTime() - awakeSince;
        poller = null;
    }

    void poll() {
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
        busyNanos += System.nanoTime() - awakeSince;
        parked = true;
    }

    void unpark() {
        parked = false;
        awakeSince = System.nanoTime();
    }

    long polls() {
        return polls;
    }

    /** Any thread. */
    WorkerMetrics metrics(LocalQueue queue, Budget budget, @Nullable Observer observer) {
        Thread now = poller;
        boolean asleep = now == null || parked;
        long busy = busyNanos + (asleep ? 0 : Math.max(0, System.nanoTime() - awakeSince));
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
                polls == 0 ? Duration.ZERO : Duration.ofNanos(busy / polls),
                Observer.pollTimesOf(observer),
                Observer.latenciesOf(observer));
    }
}
