package dev.weir.task;

import org.jspecify.annotations.Nullable;

/**
 * The answer of a one-shot computation to a poll: ready with a result, or pending.
 *
 * @param <T> the type of the result
 */
public final class Poll<T extends @Nullable Object> {
    private static final Poll<?> PENDING = new Poll<@Nullable Object>(null);

    private static final Poll<@Nullable Void> DONE = new Poll<>(null);

    private final @Nullable T result;

    private Poll(@Nullable T result) {
        this.result = result;
    }

    /** Returns "not now": the waker of the context was registered and will be woken. */
    @SuppressWarnings("unchecked")
    public static <T extends @Nullable Object> Poll<T> pending() {
        return (Poll<T>) PENDING;
    }

    /** Returns "finished with this result". */
    public static <T extends @Nullable Object> Poll<T> ready(@Nullable T result) {
        return new Poll<>(result);
    }

    /** Returns "finished", for computations without a result. */
    public static Poll<@Nullable Void> done() {
        return DONE;
    }

    public boolean isPending() {
        return this == PENDING;
    }

    public boolean isReady() {
        return this != PENDING;
    }

    /**
     * Returns the result.
     *
     * @throws IllegalStateException if this poll is pending
     */
    @SuppressWarnings("NullAway") // null only where T admits it
    public T get() {
        if (isPending()) {
            throw new IllegalStateException("a pending poll has no result: ask isReady() first");
        }
        return result;
    }

    @Override
    public String toString() {
        return isPending() ? "Poll.pending" : "Poll.ready(" + result + ")";
    }
}
