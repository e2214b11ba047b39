package dev.weir.stream.op;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Numbered places for what is polled when its waker, which has the number, was woken. A place that is left is used again,
 * the one left last before the others. Memory is for as many as were there at a time, not for the capacity; it grows by
 * doubling and does not shrink.
 */
public final class Slots<E> {
    /** For so many places there is memory from the beginning. */
    private static final int FEW = 8;

    private final int capacity;
    private @Nullable E[] places;
    /** A stack of the numbers of the places that were left: {@code reach - size} of them. */
    private int[] left;
    /** No place from this number on has ever been taken. */
    private int reach;

    private int size;

    /**
     * @param capacity how many places there are, at least 1
     */
    @SuppressWarnings("unchecked") // only elements are put in
    public Slots(int capacity) {
        this.capacity = capacity;
        places = (@Nullable E[]) new @Nullable Object[Math.min(capacity, FEW)];
        left = new int[places.length];
    }

    /** Returns the number of the place that an element has got; not when full. */
    public int add(E element) {
        int slot;
        if (size < reach) {
            slot = left[reach - size - 1];
        } else {
            if (reach == places.length) {
                grow();
            }
            slot = reach++;
        }
        size++;
        places[slot] = element;
        return slot;
    }

    private void grow() {
        int longer = (int) Math.min(capacity, 2L * places.length);
        int[] longerLeft = new int[longer]; // there is none: each has its element
        places = Arrays.copyOf(places, longer);
        left = longerLeft;
    }

    /** Returns who has the place, which has been one's; null if nobody has. */
    public @Nullable E get(int slot) {
        return places[slot];
    }

    public void remove(int slot) {
        places[slot] = null;
        size--;
        left[reach - size - 1] = slot;
    }

    public int size() {
        return size;
    }

    /** No element has this number or a higher one. */
    public int reach() {
        return reach;
    }

    public boolean isFull() {
        return size == capacity;
    }
}
