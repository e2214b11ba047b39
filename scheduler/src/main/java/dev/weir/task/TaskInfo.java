package dev.weir.task;

import org.jspecify.annotations.Nullable;

/**
 * What there is to say about a task, for logs, metrics and tools. All methods may be called from any thread, also after
 * the end.
 *
 * <p>To keep it is to keep the task, its result included.
 */
public interface TaskInfo {
    /**
     * Returns what is known of the task that the calling thread is polling or closing, or null if it is in none. Seen
     * by the poll, by the close, and by what runs because the task ends; also by a blocking call, which is a task too.
     */
    static @Nullable TaskInfo current() {
        return Context.currentTask();
    }

    /**
     * Returns a number that no other task of this process has or had; it says nothing about order.
     */
    long id();

    /** Returns the name that the spawner gave, or null. */
    @Nullable String name();

    /**
     * Returns the call that spawned the task, or null. Known of tasks that have a name, and of all tasks of a runtime
     * that was built to remember it; looking for it costs a microsecond.
     */
    @Nullable StackTraceElement spawnSite();

    /** Returns the class of what the task polls: what describes a task without a name. Null after the end. */
    @Nullable Class<?> type();

    /** Tells whether the task has ended, in whatever way. */
    boolean isDone();
}
