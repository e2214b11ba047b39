package dev.weir.queue;

import org.jspecify.annotations.Nullable;

/**
 * First in, first out, for one thread at a time: a ring that grows, and never shrinks.
 *
 * <p>To add an element takes it or throws. A {@code java.util.ArrayDeque} stores it before it grows, so that one without
 * memory to grow has taken the element that it refuses, and counts itself empty.
 *
 * @param <E> the type of the elements
 */
public final class Fifo<E> {
    private static final int SHORTEST = 16;
    private static final int LONGEST = 1 << 30;

    private final int longest;
    private @Nullable Object[] slots;
    private int first;
    private int size;

    /** Creates an empty queue. */
    public Fifo() {
        this(SHORTEST, LONGEST);
    }

    /**
     * Creates an empty queue of other lengths.
     *
     * @param shortest a power of two, at least 1
     * @param longest a power of two: for more there is no memory
     */
    Fifo(int shortest, int longest) {
        this.longest = longest;
        this.slots = new @Nullable Object[shortest];
    }

    /**
     * Appends an element.
     *
     * @throws OutOfMemoryError if there is no room for it; the queue is as it was
     */
    public void add(E element) {
        makeRoom();
        slots[(first + size) & (slots.length - 1)] = element;
        size++;
    }

    /**
     * Makes room for one more, which can be added then without memory.
     *
     * @throws OutOfMemoryError as {@link #add}
     */
    public void makeRoom() {
        if (size == slots.length) {
            grow();
        }
    }

    private void grow() {
        if (slots.length == longest) {
            throw new OutOfMemoryError("no room for more than " + size);
        }
        @Nullable Object[] longer = new @Nullable Object[slots.length << 1]; // may fail: nothing has changed so far
        int front = slots.length - first;
        System.arraycopy(slots, first, longer, 0, front);
        System.arraycopy(slots, 0, longer, front, first);
        slots = longer;
        first = 0;
    }

    /** Takes the oldest element, or null. */
    @SuppressWarnings("unchecked")
    public @Nullable E poll() {
        if (size == 0) {
            return null;
        }
        E element = (E) slots[first];
        slots[first] = null;
        first = (first + 1) & (slots.length - 1);
        size--;
        return element;
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }
}
