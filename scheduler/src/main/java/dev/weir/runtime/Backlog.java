package dev.weir.runtime;

import dev.weir.queue.WorkQueue;
import dev.weir.task.Task;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that wait for one worker: a queue that others may steal from, and in front of it a slot for the task woken
 * last, whose data is still in the cache.
 *
 * <p>Belongs to the worker's thread, but for what is marked otherwise.
 */
final class Backlog {
    /** Thieves take from it. */
    final WorkQueue<Task<?>> queue;

    private final Slot slot;
    private final WorkStealingRuntime runtime;
    private final WorkerCounts counts;

    /**
     * Creates an empty backlog.
     *
     * @param alone there is no other worker, so nobody rescues or steals
     */
    Backlog(WorkStealingRuntime runtime, WorkerCounts counts, int queueCapacity, boolean alone) {
        this.queue = new WorkQueue<>(queueCapacity, !alone);
        this.slot = new Slot(alone);
        this.runtime = runtime;
        this.counts = counts;
    }

    /** Takes the task in the slot, or null. */
    @Nullable Task<?> takeHot() {
        return slot.take();
    }

    /** Takes the task in the slot, else the oldest in the queue, or null. */
    @Nullable Task<?> take() {
        Task<?> hot = slot.take();
        return hot != null ? hot : queue.poll();
    }

    /** Puts a task into the slot and returns the one that was there, or null. */
    @Nullable Task<?> putHot(Task<?> task) {
        Task<?> displaced = slot.put(task);
        if (displaced == null) {
            counts.pushes++;
        }
        return displaced;
    }

    /**
     * Keeps a task that was taken from another worker's backlog where it can be rescued again: this worker may be about to run
     * something else, for long. For a worker with nothing in its slot.
     */
    void keep(Task<?> task) {
        slot.put(task);
    }

    /** Moves a task out of the slot, which {@link #takeHot} has returned, behind its peers; then as {@link #append}. */
    boolean setBack(Task<?> hot) {
        counts.pushes--; // it was counted as it came
        try {
            return append(hot);
        } catch (OutOfMemoryError none) {
            slot.put(hot); // it has more than its share of turns then
            return false;
        }
    }

    /**
     * Puts a task that {@link #putHot} has displaced behind its peers; as {@link #append}, but if there is no room it stays
     * in the slot, and the other is refused.
     */
    boolean appendDisplaced(Task<?> displaced) {
        try {
            return append(displaced);
        } catch (OutOfMemoryError none) {
            if (slot.put(displaced) == null) {
                return false; // a thief has rescued the other
            }
            throw none;
        }
    }

    /**
     * Puts a task behind its peers.
     *
     * @return whether the queue was full and the younger half of it is shared now
     * @throws OutOfMemoryError if there is room for it neither here nor there; all others are where they were
     */
    boolean append(Task<?> task) {
        counts.pushes++;
        if (queue.offer(task)) {
            return false;
        }
        counts.overflows++;
        List<Task<?>> younger =
                new ArrayList<>(queue.size() / 2 + 2); // it does not grow while it is all that holds them
        queue.evictHalf(younger::add);
        younger.add(task);
        int shared = runtime.inject(younger);
        if (shared < younger.size()) {
            takeBack(younger, shared);
        }
        return true;
    }

    /** What could not be shared comes back to where it was; of all of them the last has come on top. */
    private void takeBack(List<Task<?>> some, int from) {
        for (int i = from; i < some.size(); i++) {
            if (!queue.offer(some.get(i))) {
                throw new OutOfMemoryError("no room for one more task that waits");
            }
        }
    }

    int size() {
        return queue.size();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Thief: moves what the owner, in the middle of a long poll, cannot get at into the thief's queue; as a theft. */
    @Nullable Task<?> rescueInto(WorkQueue<Task<?>> own) {
        Task<?> hot = slot.take();
        return hot != null ? hot : queue.stealInto(own);
    }

    /** Makes anew what holds tasks, before it grows old; false if it cannot be now. */
    boolean renew() {
        if (!slot.renew()) {
            return false;
        }
        queue.renew();
        return true;
    }
}
