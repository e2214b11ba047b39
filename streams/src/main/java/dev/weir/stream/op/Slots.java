package dev.weir.stream.op;

import org.jspecify.annotations.Nullable;

/** Numbered places for what is polled when its waker, which has the number, was woken. A place that is left is used again. */
public final class Slots<E> {
    private final @Nullable E[] places;
    /** A stack of the numbers of the empty places: {@code places.length - size} of them. */
    private final int[] free;

    private int size;

    /**
     * @param capacity how many places there are, at least 1
     */
    @SuppressWarnings("unchecked") // only elements are put in
    public Slots(int capacity) {
        places = (@Nullable E[]) new @Nullable Object[capacity];
        free = new int[capacity];
        for (int i = 0; i < capacity; i++) {
            free[i] = capacity - 1 - i;
        }
    }

    /** Returns the number of the place that an element has got; not when full. */
    public int add(E element) {
        int slot = free[places.length - ++size];
        places[slot] = element;
        return slot;
    }

    /** Returns who has the place; null if nobody has. */
    public @Nullable E get(int slot) {
        return places[slot];
    }

    public void remove(int slot) {
        places[slot] = null;
        free[places.length - size--] = slot;
    }

    public int size() {
        return size;
    }

    public int capacity() {
        return places.length;
    }

    public boolean isFull() {
        return size == places.length;
    }
}
