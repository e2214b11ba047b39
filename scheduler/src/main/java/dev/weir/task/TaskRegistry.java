package dev.weir.task;

import org.jspecify.annotations.Nullable;

/**
 * The tasks of a runtime that have been idle, so that a shutdown can cancel those that nothing else would ever wake. A
 * doubly linked list through the tasks themselves under a lock; a runtime spreads its tasks over several. A task that
 * ends without ever having waited is never here.
 */
public final class TaskRegistry {
    private final Object lock = new Object(); // its monitor: a ReentrantLock costs a fence more
    private @Nullable Task<?> head;
    private int size;
    private boolean closed;

    /**
     * Adds a task until it ends.
     *
     * @return false if the registry is closed: the task must not be run
     */
    public boolean add(Task<?> task) {
        synchronized (lock) {
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
        }
    }

    /** Removes a task from whichever registry holds it; for {@link Scheduler#completed}. */
    public static void remove(Task<?> task) {
        TaskRegistry registry = task.registry;
        if (registry != null) {
            registry.unlink(task);
        }
    }

    private void unlink(Task<?> task) {
        synchronized (lock) {
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
        }
    }

    /** Refuses further tasks and cancels those that are here. */
    public void closeAndCancel() {
        Task<?>[] live;
        synchronized (lock) {
            closed = true;
            live = new Task<?>[size];
            int i = 0;
            for (Task<?> task = head; task != null; task = task.registryNext) {
                live[i++] = task;
            }
        }
        Throwable failure = null;
        for (Task<?> task : live) {
            // Outside the lock: a cancel may schedule, and a schedule may wake a thread. Nobody else will cancel the
            // others.
            failure = FirstFailure.of(Task::cancel, task, failure);
        }
        FirstFailure.rethrow(failure);
    }

    /** Returns the number of tasks. */
    public int size() {
        synchronized (lock) {
            return size;
        }
    }
}
