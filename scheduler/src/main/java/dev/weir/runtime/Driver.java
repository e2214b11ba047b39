package dev.weir.runtime;

import dev.weir.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * A source of events in which a worker can wait: an event queue of the operating system, or a mere parking place. The
 * runtime pairs each driver with a timer wheel and sees to it that one thread at a time parks or polls; every other
 * method may be called from any thread.
 *
 * <p>Events become wakes: the driver wakes the wakers that were registered for them, on the thread that waits, so that
 * the woken tasks land in the queue of the worker that found them.
 */
public interface Driver {
    /**
     * Waits until there was an event, an {@link #unpark()}, or the time is over, and dispatches the events. May return
     * earlier for no reason. An interrupt does not end the runtime: the flag is cleared.
     *
     * @param nanos how long to wait at most, rounded up to what the system can do, never down;
     *     {@link Long#MAX_VALUE} for no limit
     * @return the number of events dispatched
     */
    int park(long nanos);

    /**
     * Dispatches the events that are there, without waiting.
     *
     * @return the number of events dispatched
     */
    int poll();

    /** Ends the current {@link #park}, or the next one if nobody is parked. Many calls count as one. Never throws. */
    void unpark();

    /**
     * Hands to the system what was given to the services of this driver and otherwise goes with the next look, such as
     * writes that are collected. Does not wait until the system has done it. Called by a thread that has blocked on the
     * runtime before it leaves: from then on perhaps nobody looks. Any thread, also beside one that parks or polls; after
     * the close it does nothing.
     */
    default void handOver() {}

    /**
     * Returns a service that stands on this driver, such as the registration of channels; {@code null} if unknown.
     *
     * @param type the class the service is known by
     */
    <S> @Nullable S service(Class<S> type);

    /** Releases everything; called once, after the last park. Whatever still waits for an event is woken. */
    void close();

    /** Makes the drivers of a runtime. Found by {@link java.util.ServiceLoader} unless the builder is given one. */
    @FunctionalInterface
    interface Factory {
        /**
         * Creates a driver.
         *
         * @param clock the clock of the runtime
         * @throws java.io.UncheckedIOException if the system refuses
         */
        Driver create(Clock clock);
    }
}
