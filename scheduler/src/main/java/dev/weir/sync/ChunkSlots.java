package dev.weir.sync;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Slots without a bound, or for a bound too large to be allocated at once: a linked list of chunks. The receiver walks it
 * at one end. Senders start at {@code tail}, which moves on only from a chunk in which every number has been put, so
 * whoever has claimed a number and not put it yet finds its chunk from there. (Tokio's channel does the same.)
 */
final class ChunkSlots<T> implements Slots<T> {
    private static final int SIZE = 128;

    /** What a taken slot holds: null would look as if it was still to be put. */
    private static final Object TAKEN = new Object();

    private final AtomicReference<Chunk> tail;
    private Chunk head;

    ChunkSlots() {
        head = new Chunk(0);
        tail = new AtomicReference<>(head);
    }

    @Override
    public void prepare(int number) {
        Chunk chunk = Objects.requireNonNull(tail.get());
        while (number - chunk.start >= SIZE) {
            chunk = chunk.next();
        }
    }

    @Override
    public void put(int number, T item) {
        Chunk chunk = Objects.requireNonNull(tail.get());
        while (number - chunk.start >= SIZE) {
            Chunk next = chunk.next();
            if (tail.get() == chunk && chunk.isFull()) {
                tail.compareAndSet(chunk, next);
            }
            chunk = next;
        }
        chunk.slots.setRelease(number - chunk.start, item); // partner of the acquire in take
    }

    @Override
    @SuppressWarnings("unchecked")
    public @Nullable T take(int number) {
        if (number - head.start == SIZE) {
            Chunk next = head.next.get();
            if (next == null) {
                return null;
            }
            head = next;
        }
        Object item = head.slots.getAcquire(number - head.start);
        if (item != null) {
            head.slots.setRelease(number - head.start, TAKEN);
        }
        return (T) item;
    }

    private static final class Chunk {
        final int start;
        final AtomicReferenceArray<@Nullable Object> slots = new AtomicReferenceArray<>(SIZE);
        final AtomicReference<@Nullable Chunk> next = new AtomicReference<>();

        Chunk(int start) {
            this.start = start;
        }

        /** Returns the next chunk, made by whoever comes first. */
        Chunk next() {
            Chunk there = next.get();
            if (there == null) {
                Chunk made = new Chunk(start + SIZE);
                there = next.compareAndExchange(null, made);
                return there == null ? made : there;
            }
            return there;
        }

        boolean isFull() {
            for (int i = SIZE - 1; i >= 0; i--) {
                if (slots.getAcquire(i) == null) {
                    return false;
                }
            }
            return true;
        }
    }
}
