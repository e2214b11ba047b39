package dev.weir.stream.reactive;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A ring from one producer to one consumer in which the consumer says how many items may come: it grants credit, and an
 * item beyond the credit is refused. That is the contract of §1.1, so a ring of the size of the prefetch can never
 * overflow unnoticed.
 *
 * <p>The producer writes the slot first and then publishes it by an exchange of {@code tail}. The exchange does three
 * things at the price of one fence: it publishes the slot; it orders the publication before the producer's look at the
 * consumer's waker; and it fails if a second producer was faster, which is how a breach of §1.3 shows. Two
 * producers may overwrite each other's item, but never leave a hole or an index out of range.
 *
 * <pre>
 * field   written by                    read by
 * tail    producer, exchange            consumer, volatile
 * limit   consumer, volatile            producer, volatile: slots up to it are empty and its to write
 * head, granted: the consumer's own
 * slots   producer before tail,         consumer after tail
 *         consumer before limit         producer after limit
 * </pre>
 */
final class CreditRing<T> {
    /** What became of an item. */
    enum Offer {
        ACCEPTED,
        /** More items came than there was credit. */
        BEYOND_CREDIT,
        /** Two producers offered at once; one of the two items is lost. */
        CONTENDED
    }

    private static final int MAX_CAPACITY = 1 << 30;

    private static final VarHandle TAIL;

    static {
        try {
            TAIL = MethodHandles.lookup().findVarHandle(CreditRing.class, "tail", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final @Nullable Object[] slots;
    private volatile long tail;
    private volatile long limit;
    private long granted;
    private long head;

    /**
     * Creates an empty ring without credit.
     *
     * @param capacity the credit that may be outstanding, from 1 to 2^30
     */
    CreditRing(int capacity) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity must be from 1 to " + MAX_CAPACITY + ", was " + capacity);
        }
        slots = new @Nullable Object[capacity == 1 ? 1 : Integer.highestOneBit(capacity - 1) << 1];
    }

    /** Consumer: allows so many more items. Credit and items together must not exceed the capacity. */
    void grant(int n) {
        granted += n;
        limit = granted;
    }

    /** Producer: adds an item. */
    Offer offer(T item) {
        long at = tail;
        if (at >= limit) {
            return Offer.BEYOND_CREDIT;
        }
        slots[indexOf(at)] = item;
        return TAIL.compareAndSet(this, at, at + 1) ? Offer.ACCEPTED : Offer.CONTENDED;
    }

    /** Consumer: takes the oldest item, or null if there is none. */
    @SuppressWarnings("unchecked")
    @Nullable T take() {
        long at = head;
        if (at == tail) {
            return null;
        }
        int index = indexOf(at);
        T item = (T) slots[index];
        slots[index] = null;
        head = at + 1;
        return item;
    }

    /** Consumer: tells whether there is nothing to take. */
    boolean isEmpty() {
        return head == tail;
    }

    private int indexOf(long position) {
        return (int) position & (slots.length - 1);
    }
}
