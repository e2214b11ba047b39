package dev.weir.task;

/**
 * The handle through which anything makes a task runnable again. A wake carries no data: it says "look again".
 *
 * <p>{@link #wake()} may be called from any thread, any number of times, also after the task has ended. It never
 * blocks and never throws. What the caller wrote before a wake is visible to the poll that follows it.
 */
@FunctionalInterface
public interface Waker {
    /** Requests one more poll. Wakes that arrive before that poll are merged into it (T2). */
    void wake();

    /** Returns the waker that wakes nobody. */
    static Waker noop() {
        return NoopWaker.INSTANCE;
    }
}
