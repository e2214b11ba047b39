package dev.weir.stream;

import org.jspecify.annotations.Nullable;

/**
 * Hears what happens to one run at one place of a stream, for metrics and traces: see {@link AsyncStream#tap}, and {@link
 * dev.weir.stream.interop.StreamMeters} for one that is there. Each run
 * has a listener of its own, which is called by the task of the run and needs no locks; it must not block. It changes
 * nothing: what it throws goes to {@link dev.weir.stream.push.Drops}, and the run goes on.
 *
 * <p>A run that is never polled is not heard of. Of any other: {@link #onStart} first, {@link #onEnd} once and last.
 *
 * @param <T> the type of the items
 */
public interface StreamListener<T> {
    /** How a run has ended. */
    enum Outcome {
        /** There are no more items. */
        COMPLETED,
        /** Upstream has failed. */
        FAILED,
        /** It was closed before it had ended. */
        CANCELLED
    }

    /** The run is polled for the first time: something is asked for. */
    default void onStart() {}

    /**
     * An item is asked for; once for each, however long it takes to come. The end may come in its place.
     *
     * @param idleNanos how long ago the item before it came, or else the run began, by the clock of the runtime: the time
     *     that those below have taken
     */
    default void onRequest(long idleNanos) {}

    /**
     * An item has come, and is about to be passed on.
     *
     * @param waitedNanos how long ago it was asked for, by the clock of the runtime: the time that upstream has taken
     */
    default void onItem(T item, long waitedNanos) {}

    /**
     * The run has ended here, which is about to be passed on.
     *
     * @param failure of upstream, not null if the outcome is {@link Outcome#FAILED}, else null
     * @param items how many were given
     * @param nanos the time since the start, by the clock of the runtime
     */
    default void onEnd(Outcome outcome, @Nullable Throwable failure, long items, long nanos) {}
}
