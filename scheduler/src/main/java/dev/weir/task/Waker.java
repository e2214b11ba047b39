package dev.weir.task;

import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /**
     * Wakes all, in order, also when one of them throws, as none may; what the first has thrown is thrown at the end. For
     * wakers that were noted under a lock, and are in nobody else's hands. Needs no memory.
     *
     * @param wakers where null is nobody
     */
    static void wakeAll(List<? extends @Nullable Waker> wakers) {
        Throwable failure = null;
        for (int i = 0; i < wakers.size(); i++) { // an iterator would need memory
            Waker each = wakers.get(i);
            if (each != null) {
                failure = FirstFailure.wake(each, failure);
            }
        }
        FirstFailure.rethrow(failure);
    }

    /** Returns the waker that wakes nobody. */
    static Waker noop() {
        return NoopWaker.INSTANCE;
    }
}
