package dev.weir.sync;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Slots for a bounded channel: the one who claims a number has made sure that its slot has been taken empty. */
final class RingSlots<T> implements Slots<T> {
    private final AtomicReferenceArray<@Nullable T> ring;
    private final int mask;

    RingSlots(int capacity) {
        int size = capacity == 1 ? 1 : Integer.highestOneBit(capacity - 1) << 1;
        ring = new AtomicReferenceArray<>(size);
        mask = size - 1;
    }

    @Override
    public void prepare(int number) {} // they are all there

    @Override
    public void put(int number, T item) {
        ring.setRelease(number & mask, item); // partner of the acquire in take
    }

    @Override
    public @Nullable T take(int number) {
        T item = ring.getAcquire(number & mask);
        if (item != null) {
            ring.setPlain(number & mask, null); // published with the head of the channel
        }
        return item;
    }
}
