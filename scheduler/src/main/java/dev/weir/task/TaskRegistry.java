package dev.weir.task;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The live tasks of a runtime, so that a shutdown can cancel those that nothing else would ever wake. A doubly linked
 * list through the tasks themselves under a lock; a runtime spreads its tasks over several.
 */
public final class TaskRegistry {
    /** Ids are dealt out in blocks, so that a spawn need not touch a count that all processors share. */
    private static final int ID_BLOCK = 1024;

    private static final AtomicLong NEXT_BLOCK = new AtomicLong(1);

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Task<?> head;
    private int size;
    private boolean closed;
    private long nextId;
    private long endOfIds;

    /**
     * Gives a task its id, and adds it until it ends.
     *
     * @return false if the registry is closed: the task must not be run
     */
    public boolean add(Task<?> task) {
        lock.lock();
        try {
            task.id = newId();
            if (closed) {
                return false;
            }
            task.registry = this;
            task.registryNext = head;
            if (head != null) {
                head.registryPrevious = task;
            }
            head = task;
            size++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private long newId() {
        if (nextId == endOfIds) {
            nextId = NEXT_BLOCK.getAndAdd(ID_BLOCK);
            endOfIds = nextId + ID_BLOCK;
        }
        return nextId++;
    }

    /** Removes a task from whichever registry holds it; for {@link Scheduler#completed}. */
    public static void remove(Task<?> task) {
        TaskRegistry registry = task.registry;
        if (registry != null) {
            registry.unlink(task);
        }
    }

    private void unlink(Task<?> task) {
        lock.lock();
        try {
            Task<?> previous = task.registryPrevious;
            Task<?> next = task.registryNext;
            if (previous == null) {
                head = next;
            } else {
                previous.registryNext = next;
            }
            if (next != null) {
                next.registryPrevious = previous;
            }
            task.registry = null;
            task.registryPrevious = null;
            task.registryNext = null;
            size--;
        } finally {
            lock.unlock();
        }
    }

    /** Refuses further tasks and cancels those that are here. */
    public void closeAndCancel() {
        Task<?>[] live;
        lock.lock();
        try {
            closed = true;
            live = new Task<?>[size];
            int i = 0;
            for (Task<?> task = head; task != null; task = task.registryNext) {
                live[i++] = task;
            }
        } finally {
            lock.unlock();
        }
        for (Task<?> task : live) {
            task.cancel(); // outside the lock: a cancel may schedule, and a schedule may wake a thread
        }
    }

    /** Returns the number of live tasks. */
    public int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }
}
