package dev.weir.queue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The unbounded FIFO that all workers share: what comes from outside, and what overflows. Nobody waits for anybody, so
 * a thread that loses its processor in the middle of an {@code add} holds up neither workers nor other threads.
 *
 * <p>A list of segments, each an array that is filled and emptied once from front to back (the fetch-and-add queue of
 * Correia and Ramalhete). Who adds claims the next slot with a fetch-and-add and fills it with a compare-and-set; who
 * takes claims filled slots, several at a time, and reads them. A slot that was claimed and is not filled soon is
 * abandoned: its filler finds it so and claims another.
 *
 * <pre>
 * slot       EMPTY             FILLED         ABANDONED
 * fill       FILLED, done      -              claim another
 * take       ABANDONED, go on  EMPTY, take    -
 * </pre>
 *
 * Segments are young objects. A structure that grows old makes the G1 collector charge a fence and a card for every young
 * element stored into it, and has another thread read the cards: that costs more than all the rest.
 *
 * @param <E> the type of the elements
 */
public final class InjectQueue<E> {
    private static final int SEGMENT_LENGTH = 128;

    /** Looks at a claimed slot before it is abandoned; its filler is a few instructions away unless it lost its CPU. */
    private static final int PATIENCE = 64;

    private static final Object ABANDONED = new Object();

    private static final VarHandle HEAD;
    private static final VarHandle TAIL;
    private static final VarHandle CLAIMED;
    private static final VarHandle TAKEN;
    private static final VarHandle NEXT;
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(InjectQueue.class, "head", Segment.class);
            TAIL = lookup.findVarHandle(InjectQueue.class, "tail", Segment.class);
            CLAIMED = lookup.findVarHandle(Segment.class, "claimed", int.class);
            TAKEN = lookup.findVarHandle(Segment.class, "taken", int.class);
            NEXT = lookup.findVarHandle(Segment.class, "next", Segment.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int patience;
    private volatile Segment head;
    private volatile Segment tail;

    /** Creates an empty queue. */
    public InjectQueue() {
        this(SEGMENT_LENGTH, PATIENCE);
    }

    /**
     * Creates an empty queue with segments of another length.
     *
     * @param segmentLength at least 1
     * @param patience looks at a claimed slot before it is abandoned, at least 0
     */
    InjectQueue(int segmentLength, int patience) {
        Segment first = new Segment(0, segmentLength);
        this.patience = patience;
        this.head = first;
        this.tail = first;
    }

    /** Appends an element. */
    public void add(E element) {
        for (; ; ) {
            Segment segment = tail;
            int slot = (int) CLAIMED.getAndAdd(segment, 1);
            if (slot < segment.slots.length) {
                if (segment.fill(slot, element)) {
                    return;
                }
            } else {
                extend(segment);
            }
        }
    }

    /**
     * Appends several elements in their order; others may come between them.
     *
     * @return how many, from the first on: not all of them if there is no memory for the rest
     */
    public int addAll(List<? extends E> some) {
        int done = 0;
        while (done < some.size()) {
            Segment segment = tail;
            int first = (int) CLAIMED.getAndAdd(segment, some.size() - done);
            int end = Math.min(segment.slots.length, first + some.size() - done);
            for (int slot = first; slot < end; slot++) {
                if (segment.fill(slot, some.get(done))) {
                    done++;
                }
            }
            if (done < some.size()) {
                try {
                    extend(segment);
                } catch (OutOfMemoryError none) {
                    return done;
                }
            }
        }
        return done;
    }

    /** Makes the tail another segment than this one if this one is used up. */
    private void extend(Segment full) {
        if (full.claimed < full.slots.length) {
            return; // only slots of it were abandoned
        }
        Segment next = full.next;
        if (next == null) {
            Segment fresh = new Segment(full.base + full.slots.length, full.slots.length);
            Segment seen = (Segment) NEXT.compareAndExchange(full, null, fresh);
            next = seen == null ? fresh : seen;
        }
        TAIL.compareAndSet(this, full, next == full ? head : next);
    }

    /** Takes the oldest element, or null. */
    public @Nullable E poll() {
        return take(null, 1);
    }

    /**
     * Takes the oldest element, and moves some that follow into a worker's own queue.
     *
     * @param own the caller's own queue
     * @param limit how many to take in all at most, at least 1
     * @return the oldest, to run at once; null if there was none
     */
    public @Nullable E pollInto(WorkQueue<E> own, int limit) {
        return take(own, Math.min(limit, 1 + own.room()));
    }

    @SuppressWarnings("unchecked")
    private @Nullable E take(@Nullable WorkQueue<E> own, int limit) {
        for (; ; ) {
            Segment segment = head;
            int from = segment.taken;
            if (from == segment.slots.length) {
                if (!advance(segment)) {
                    return null;
                }
                continue;
            }
            int count = Math.min(limit, segment.available(from));
            if (count <= 0) {
                return null;
            }
            if (!TAKEN.compareAndSet(segment, from, from + count)) {
                continue;
            }
            E first = null;
            for (int slot = from; slot < from + count; slot++) {
                E element = (E) segment.empty(slot, patience);
                if (first == null) {
                    first = element;
                } else if (element != null && own != null) {
                    own.offer(element); // there is room: the limit is no more than that, and only the caller fills it
                }
            }
            if (first != null) {
                return first;
            }
        }
    }

    /** Leaves a segment behind that is used up; false if there is none after it. */
    private boolean advance(Segment empty) {
        Segment next = empty.next;
        if (next == null) {
            return false;
        }
        if (next != empty && HEAD.compareAndSet(this, empty, next)) {
            empty.next = empty; // an old dead segment must not make the collector promote all its successors
        }
        return true;
    }

    /** Returns the number of elements, those counted that are about to be added; a recent value. */
    public int size() {
        Segment first = head;
        Segment last = tail;
        long size = last.base + Math.min(last.claimed, last.slots.length) - first.base - first.taken;
        return (int) Math.max(0, Math.min(size, Integer.MAX_VALUE));
    }

    /** Tells whether nothing was added that has not been taken; ordered after what the caller did before. */
    public boolean isEmpty() {
        Segment segment = head;
        for (; ; ) {
            if (segment.available(segment.taken) > 0) {
                return false;
            }
            Segment next = segment.next;
            if (next == null) {
                return true;
            }
            segment = next == segment ? head : next;
        }
    }

    /** Returns how many elements were ever taken, those counted whose slots were abandoned; it grows with each take. */
    public long taken() {
        Segment first = head;
        return first.base + first.taken;
    }

    /** Some of the slots of the queue; each is used once. */
    private static final class Segment {
        final long base;
        final @Nullable Object[] slots;

        /** Slots claimed by those who add; grows past the end. */
        volatile int claimed;

        /** Slots claimed by those who take; never more than those who add have claimed. */
        volatile int taken;

        /** The segment itself once it was left behind. */
        volatile @Nullable Segment next;

        Segment(long base, int length) {
            this.base = base;
            this.slots = new @Nullable Object[length];
        }

        int available(int from) {
            return Math.min(claimed, slots.length) - from;
        }

        boolean fill(int slot, Object element) {
            return SLOT.compareAndSet(slots, slot, null, element); // partner: getAcquire in empty
        }

        @Nullable Object empty(int slot, int patience) {
            Object element = SLOT.getAcquire(slots, slot); // partner: the compare-and-set in fill
            for (int i = 0; element == null && i < patience; i++) {
                Thread.onSpinWait();
                element = SLOT.getAcquire(slots, slot);
            }
            if (element == null) {
                element = SLOT.compareAndExchange(slots, slot, null, ABANDONED);
                if (element == null) {
                    return null;
                }
            }
            slots[slot] = null; // the filler is done with it, and nobody else has claimed it
            return element;
        }
    }
}
