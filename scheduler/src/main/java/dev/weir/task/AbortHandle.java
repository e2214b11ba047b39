package dev.weir.task;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * The right to cancel a task, and no more: it can neither await the task nor see its result, and keeps neither alive.
 * Any number of them may be taken from one {@link JoinHandle}; dropping them means nothing. All methods may be called
 * from any thread.
 */
public final class AbortHandle {
    private final long id;
    /** The registry of its runtime holds a task until it ends; what is collected has ended. */
    private final WeakReference<JoinHandle<?>> task;

    AbortHandle(JoinHandle<?> task) {
        this.id = task.info().id();
        this.task = new WeakReference<>(task);
    }

    /**
     * Asks the task to end, as {@link JoinHandle#cancel()} does: at its next pending poll. A blocking call ends only if
     * it has not started. Idempotent; nothing happens if the task has ended.
     */
    public void cancel() {
        JoinHandle<?> live = task.get();
        if (live != null) {
            live.cancel();
        }
    }

    /** Tells whether the task has ended, in whatever way. */
    public boolean isDone() {
        JoinHandle<?> live = task.get();
        return live == null || live.isDone();
    }

    /** Returns the {@linkplain TaskInfo#id() number} of the task. */
    public long id() {
        return id;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AbortHandle that && that.id == id && that.task.get() == task.get();
    }

    @Override
    public int hashCode() {
        return Long.hashCode(id);
    }

    @Override
    public String toString() {
        return "AbortHandle[task " + id + "]";
    }
}
