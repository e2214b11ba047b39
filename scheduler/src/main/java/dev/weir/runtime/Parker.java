package dev.weir.runtime;

/**
 * Where one thread waits for a permit. The worker's only way to block outside a driver; an interface so that a model
 * checker or a simulator can put its own in place.
 */
public interface Parker {
    /**
     * Waits until there is a permit or the time is over, and takes the permit. Only the owner calls it. May return
     * early for no reason; an interrupt flag is cleared.
     *
     * @param nanos how long at most; {@link Long#MAX_VALUE} for no limit
     */
    void park(long nanos);

    /** Gives the permit. Any thread; several permits count as one. */
    void unpark();
}
