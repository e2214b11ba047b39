package dev.weir.task;

/**
 * Where a task goes when it is to be polled. A task knows nothing else of who runs it (the idea of the async-task
 * crate: the schedule function is a parameter of the task).
 *
 * <p>A scheduler must call {@link Task#run} once for each {@code schedule} and {@code requeue}, on a thread that may
 * run tasks. All methods may be called from any thread and must not throw; only {@code schedule} and {@code requeue} may
 * throw an {@link OutOfMemoryError}, if they have not accepted the task.
 */
public interface Scheduler {
    /** Accepts a task that was woken while it was idle. */
    void schedule(Task<?> task);

    /** Accepts a task that was woken during its own poll: it goes behind its peers. */
    void requeue(Task<?> task);

    /**
     * Learns that a poll of a task that is in no {@link TaskRegistry} said "not yet", before the task goes idle: from
     * then on perhaps nobody but the scheduler would ever wake it. May cancel it. Called by the thread that polled.
     */
    default void idling(Task<?> task) {}

    /** Learns that a task has ended and will not be scheduled again. */
    void completed(Task<?> task);

    /** Receives a throwable that no handle and no subscriber can receive, such as one thrown by a close. */
    void undeliverable(Throwable thrown);
}
