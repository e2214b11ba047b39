package dev.weir.queue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bounded FIFO of one worker: the owner puts and takes, thieves take half of what is there, one thief at a time.
 *
 * <p>The design is that of Tokio's local queue. {@code tail} is the next free slot and written by the owner alone.
 * {@code head} packs two indices in a long:
 *
 * <pre>
 *    63          32 31           0
 *   +--------------+--------------+
 *   |    stolen    |     next     |
 *   +--------------+--------------+
 * </pre>
 *
 * {@code next} is the oldest element not yet claimed. {@code stolen} trails it while a thief copies the elements
 * between the two, and equals it otherwise; it is what the owner must not overwrite. Indices run freely and wrap
 * around; a slot is the index modulo the length of the array, a power of two.
 *
 * <p>The array is short at first and grows to the capacity as it is needed (ADR 24), which Tokio's does not.
 *
 * @param <E> the type of the elements
 */
public final class WorkQueue<E> {
    /** What an array holds at least, unless the capacity is less: what Tokio's queue holds. */
    private static final int SHORTEST = 256;

    /** No claim: a range whose end comes before its beginning cannot be claimed. */
    static final long NOTHING = pack(0, -1);

    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(WorkQueue.class, "head", long.class);
            TAIL = lookup.findVarHandle(WorkQueue.class, "tail", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int capacity;
    private final int shortest;
    private final boolean thieves;

    /** Replaced by the owner when nobody else looks into it; published by the tail. */
    private @Nullable Object[] slots;

    private volatile long head;
    private volatile int tail;

    /**
     * Creates an empty queue.
     *
     * @param capacity a power of two, at least 1
     */
    public WorkQueue(int capacity) {
        this(capacity, true);
    }

    /**
     * Creates an empty queue.
     *
     * @param capacity a power of two, at least 1
     * @param thieves whether anybody but the owner takes elements; if not, the owner need not defend them
     */
    public WorkQueue(int capacity, boolean thieves) {
        this(Math.min(capacity, SHORTEST), capacity, thieves);
    }

    /**
     * Creates an empty queue whose array is at least so long.
     *
     * @param shortest a power of two, no more than the capacity
     */
    WorkQueue(int shortest, int capacity, boolean thieves) {
        if (capacity < 1 || Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("capacity must be a power of two, was " + capacity);
        }
        this.capacity = capacity;
        this.thieves = thieves;
        this.shortest = shortest;
        slots = new @Nullable Object[shortest];
    }

    public int capacity() {
        return capacity;
    }

    /** Returns how many elements it has room for without ever growing. */
    public int usualCapacity() {
        return shortest;
    }

    /**
     * Owner: appends an element; false if the queue is full, or would have to grow while a thief is at work or there is no
     * memory for it.
     */
    public boolean offer(E element) {
        // Acquire: the slots up to `stolen` were read by the thief before it moved that index.
        if ((int) TAIL.get(this) - stolen((long) HEAD.getAcquire(this)) == slots.length && !grow()) {
            return false;
        }
        int t = (int) TAIL.get(this);
        slots[t & (slots.length - 1)] = element;
        TAIL.setRelease(this, t + 1); // partner: getAcquire in stealInto
        return true;
    }

    private boolean grow() {
        try {
            return slots.length < capacity && moveTo(slots.length << 1);
        } catch (OutOfMemoryError none) { // before anything was moved
            return false;
        }
    }

    /** Owner: takes the oldest element, or null. */
    public @Nullable E poll() {
        int t = (int) TAIL.get(this);
        long h = (long) HEAD.getAcquire(this);
        for (; ; ) {
            int next = next(h);
            if (next == t) {
                return null;
            }
            int stolen = stolen(h);
            long claimed = stolen == next ? pack(next + 1, next + 1) : pack(stolen, next + 1);
            if (!thieves) {
                HEAD.setRelease(this, claimed);
                return take(next);
            }
            long seen = (long) HEAD.compareAndExchange(this, h, claimed);
            if (seen == h) {
                return take(next);
            }
            h = seen;
        }
    }

    /**
     * Owner, when the queue is full: takes out the younger half, oldest first. The older half keeps its turn.
     *
     * @return the number of elements taken; 0 if a thief is at work or the queue is not full
     */
    public int evictHalf(Consumer<? super E> to) {
        int t = (int) TAIL.get(this);
        long h = (long) HEAD.getAcquire(this);
        int first = next(h);
        if (stolen(h) != first || t - first != capacity) {
            return 0;
        }
        int kept = slots.length >>> 1;
        @Nullable Object[] older = new @Nullable Object[kept]; // before the claim, as there may be no memory for it
        // Claims everything, so that no thief can be in the half that goes; then gives the older half back.
        if (!HEAD.compareAndSet(this, h, pack(t, t))) {
            return 0;
        }
        for (int i = 0; i < kept; i++) {
            older[i] = take(first + i);
        }
        for (int i = first + kept; i != t; i++) {
            to.accept(take(i));
        }
        for (int i = 0; i < kept; i++) {
            slots[(t + i) & (slots.length - 1)] = older[i];
        }
        TAIL.setRelease(this, t + kept);
        return slots.length - kept;
    }

    /**
     * Owner: moves the elements to a new array, no longer than they need, unless a thief is at work. To be called now and
     * then. The G1 collector charges a fence and a card for each young element that is stored into an old array, and has
     * another thread read that card; an array that never grows old is spared all that.
     */
    public void renew() {
        int length = slots.length;
        while (length > shortest && size() <= length / 4) {
            length >>>= 1;
        }
        moveTo(length);
    }

    private boolean moveTo(int length) {
        int t = (int) TAIL.get(this);
        long h = (long) HEAD.getAcquire(this);
        int first = next(h);
        if (stolen(h) != first) {
            return false;
        }
        @Nullable Object[] fresh = new @Nullable Object[length]; // before the claim, as there may be no memory for it
        // Claims everything, so that no thief looks into the array that goes.
        if (!HEAD.compareAndSet(this, h, pack(t, t))) {
            return false;
        }
        int count = t - first;
        for (int i = 0; i < count; i++) {
            fresh[(t + i) & (length - 1)] = slots[(first + i) & (slots.length - 1)];
        }
        slots = fresh;
        TAIL.setRelease(this, t + count); // partner: getAcquire in claimHalf, before a thief looks into the array
        return true;
    }

    /**
     * Thief: moves the older half of this queue, rounded up, into its own, and takes one of them to run at once.
     *
     * @param own the thief's own queue, at least half empty; the caller owns it
     * @return the youngest of the stolen elements, or null if there was nothing or another thief is at work
     */
    public @Nullable E stealInto(WorkQueue<E> own) {
        long claim = claimHalf(own.room() + 1);
        if (claim == NOTHING) {
            return null;
        }
        E youngest = moveClaimed(claim, own);
        release();
        return youngest;
    }

    /**
     * First step of a theft: claims the older half, but no more than the limit. From now until {@link #release()} no
     * other thief gets anything, and the owner overwrites nothing of it.
     *
     * @return the claimed range, packed, or {@link #NOTHING}
     */
    long claimHalf(int limit) {
        for (; ; ) {
            long h = head;
            int first = next(h);
            int available = (int) TAIL.getAcquire(this) - first; // partner: setRelease in offer
            if (stolen(h) != first || available == 0) {
                return NOTHING;
            }
            int count = Math.min(available - (available >>> 1), limit);
            // More than there are slots: the tail read is younger than the head read, so look again.
            if (available <= slots.length && HEAD.compareAndSet(this, h, pack(first, first + count))) {
                return pack(first, first + count);
            }
        }
    }

    /** Second step: all of the claimed range but the youngest, which is returned, goes into the thief's own queue. */
    E moveClaimed(long claim, WorkQueue<E> own) {
        int last = next(claim) - 1;
        int t = (int) TAIL.get(own);
        for (int i = stolen(claim); i != last; i++, t++) {
            own.slots[t & (own.slots.length - 1)] = take(i);
        }
        E youngest = take(last);
        TAIL.setRelease(own, t);
        return youngest;
    }

    /** Last step: the owner may use the slots again. It may have taken more meanwhile, so this catches up with it. */
    void release() {
        long h;
        do {
            h = head;
        } while (!HEAD.compareAndSet(this, h, pack(next(h), next(h))));
    }

    /** Returns the number of elements not yet claimed; exact for the owner, a recent value for others. */
    public int size() {
        int size = (int) TAIL.getAcquire(this) - next((long) HEAD.getAcquire(this));
        return Math.max(0, Math.min(size, slots.length));
    }

    public boolean isEmpty() {
        return next(head) == tail;
    }

    /** Owner: what the array holds. */
    int length() {
        return slots.length;
    }

    /** Owner: how many elements may be offered without more ado. */
    int room() {
        return slots.length - ((int) TAIL.get(this) - stolen((long) HEAD.getAcquire(this)));
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // a claimed slot holds an element
    private E take(int index) {
        @Nullable Object[] present = slots;
        E element = (E) present[index & (present.length - 1)];
        present[index & (present.length - 1)] = null;
        return element;
    }

    private static long pack(int stolen, int next) {
        return (long) stolen << 32 | (next & 0xFFFF_FFFFL);
    }

    private static int stolen(long head) {
        return (int) (head >> 32);
    }

    private static int next(long head) {
        return (int) head;
    }
}
