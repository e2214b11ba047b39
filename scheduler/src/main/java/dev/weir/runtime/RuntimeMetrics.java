package dev.weir.runtime;

import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Counters of a runtime at about one moment. Each is exact by itself a little later; they are not taken under a lock.
 * Always on: workers count in fields of their own.
 *
 * @param liveTasks tasks spawned and not yet ended
 * @param spawnedTasks tasks spawned, without blocking calls
 * @param injectDepth tasks that wait in the shared queue
 * @param backgroundDepth tasks that wait until there is nothing else to run
 * @param remoteSchedules tasks woken or spawned from outside of the workers
 * @param blockingThreads threads kept for blocking calls, idle ones included
 * @param idleBlockingThreads those of them without a call
 * @param blockingCalls blocking calls that wait or run
 * @param blockingQueueDepth those of them that wait
 * @param spareThreads threads beyond one a worker, since polls have blocked in place; idle ones included
 * @param perWorker the counters of each worker
 * @param pollTimes how long polls took; null unless the builder was told to count it
 * @param scheduleLatencies how long tasks waited from wake to poll; null unless the builder was told to count it
 */
public record RuntimeMetrics(
        long liveTasks,
        long spawnedTasks,
        int injectDepth,
        int backgroundDepth,
        long remoteSchedules,
        int blockingThreads,
        int idleBlockingThreads,
        int blockingCalls,
        int blockingQueueDepth,
        int spareThreads,
        List<WorkerMetrics> perWorker,
        @Nullable Histogram pollTimes,
        @Nullable Histogram scheduleLatencies) {
    /** Copies the list. */
    public RuntimeMetrics {
        perWorker = List.copyOf(perWorker);
    }

    /** Returns what a runtime of one thread can tell that counts nothing but tasks, calls and polls. */
    public static RuntimeMetrics ofOneThread(long liveTasks, int blockingCalls, long polls) {
        WorkerMetrics poller = new WorkerMetrics(
                0, 0, true, 0, polls, polls, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Duration.ZERO, Duration.ZERO, null, null);
        return new RuntimeMetrics(liveTasks, 0, 0, 0, 0, 0, 0, blockingCalls, 0, 0, List.of(poller), null, null);
    }

    /** Returns the number of threads that poll tasks. */
    public int workers() {
        return perWorker.size();
    }

    /** Returns the number of polls of tasks. */
    public long polls() {
        return sum(WorkerMetrics::polls);
    }

    /** Returns how often tasks were taken from another worker. */
    public long steals() {
        return sum(WorkerMetrics::steals);
    }

    /** Returns how often a full local queue gave its younger half to the shared one. */
    public long overflows() {
        return sum(WorkerMetrics::overflows);
    }

    /** Returns how often a worker waited in a driver or on its parker. */
    public long parks() {
        return sum(WorkerMetrics::parks);
    }

    /** Returns how often a worker woke another to help. */
    public long wakeups() {
        return sum(WorkerMetrics::wakeups);
    }

    /** Returns how often a worker took tasks from another whose poll took too long. */
    public long rescues() {
        return sum(WorkerMetrics::rescues);
    }

    /** Returns how many turns the budget cut short. */
    public long budgetExhaustions() {
        return sum(WorkerMetrics::budgetExhaustions);
    }

    private long sum(ToLongFunction<WorkerMetrics> counter) {
        return perWorker.stream().mapToLong(counter).sum();
    }
}
