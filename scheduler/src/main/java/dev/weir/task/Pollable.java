package dev.weir.task;

import org.jspecify.annotations.Nullable;

/**
 * A lazy computation with one result. Nothing happens until it is polled, and after a pending answer nothing happens
 * until it is polled again.
 *
 * <p>One owner polls it, never concurrently, until it answers ready or throws; then, or when the owner gives up
 * earlier, the owner closes it exactly once and calls it no more. It is the one-shot sibling of {@link Source}.
 *
 * @param <T> the type of the result
 */
@FunctionalInterface
public interface Pollable<T extends @Nullable Object> {
    /**
     * Makes progress without blocking.
     *
     * @param cx the waker, budget and services of this poll; not to be kept beyond the call
     * @return ready with the result; or pending, after {@code cx.waker()} was registered wherever the awaited event
     *     will look for it, and the event was looked for once more after that
     * @throws Exception if the computation failed; it is then over
     */
    Poll<T> poll(Context cx) throws Exception;

    /** Releases what the computation holds, whether it finished, failed or was given up. Does not block. */
    default void close() {}
}
