package dev.weir.sync;

import org.jspecify.annotations.Nullable;

/**
 * Where a channel keeps its items, by their number. Each number is put once, by whoever has claimed it, and taken once,
 * in order, by the one receiver. Numbers run freely and wrap around.
 *
 * @param <T> the type of the items
 */
sealed interface Slots<T> permits RingSlots, ChunkSlots {
    /** Capacities up to this one are rings, allocated at once. */
    int LARGEST_RING = 1 << 14;

    static <T> Slots<T> of(int capacity) {
        return capacity <= LARGEST_RING ? new RingSlots<>(capacity) : new ChunkSlots<>();
    }

    /**
     * Makes sure that there is a place for this number, before it is claimed: once it is, whoever takes waits for it. Any
     * thread.
     *
     * @throws OutOfMemoryError if there is no memory for it
     */
    void prepare(int number);

    /** Stores the item with this number and publishes it, with what was written before. Allocates nothing. Any thread. */
    void put(int number, T item);

    /** Takes the item with this number, or returns null if it has not been put yet. The receiver. */
    @Nullable T take(int number);
}
