package dev.weir.runtime;

import dev.weir.queue.Fifo;
import dev.weir.task.Task;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one thread in the order of their wakes: those woken on that thread in one queue, those from outside in
 * another, of which the second gets a turn before the first once in so many.
 *
 * <p>What is not marked otherwise is for the thread that runs the tasks.
 */
final class LocalQueue {
    private final int remoteInterval;
    private final Fifo<Task<?>> local = new Fifo<>();
    private final ConcurrentLinkedQueue<Task<?>> remote = new ConcurrentLinkedQueue<>();
    private final LongAdder added = new LongAdder();
    private int untilRemote;
    private long localAdded;
    private long localTaken;

    LocalQueue(int remoteInterval) {
        this.remoteInterval = remoteInterval;
    }

    void add(Task<?> task) {
        local.add(task);
        localAdded++;
    }

    /** Any thread. */
    void addFromOutside(Task<?> task) {
        added.increment();
        remote.add(task);
    }

    @Nullable Task<?> poll() {
        Task<?> task = null;
        if (--untilRemote <= 0) {
            untilRemote = remoteInterval;
            task = remote.poll();
        }
        if (task == null) {
            task = local.poll();
            localTaken += task == null ? 0 : 1;
        }
        return task != null ? task : remote.poll();
    }

    boolean isEmpty() {
        return local.isEmpty() && remote.isEmpty();
    }

    int localSize() {
        return local.size();
    }

    /** Any thread: about how many tasks there are that were woken on the thread itself. */
    int localDepth() {
        return (int) Math.max(0, localAdded - localTaken);
    }

    /** Any thread. */
    int remoteDepth() {
        return remote.size();
    }

    /** Any thread. */
    long localAdded() {
        return localAdded;
    }

    /** Any thread. */
    long remoteAdded() {
        return added.sum();
    }
}
