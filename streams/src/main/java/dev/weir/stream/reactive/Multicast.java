package dev.weir.stream.reactive;

/**
 * What is {@linkplain Outlet given out} to those who are there: a consumer sees every item that was put after it was
 * attached, and an item stays until the slowest has taken it. When the last has left, it has ended. Each item counts those
 * that have yet to take it, so nothing needs to know who is the slowest.
 */
final class Multicast<T> extends Outlet<T> {
    private final int capacity;
    /** Items that some cursor has yet to take. */
    private int size;

    /**
     * Creates a buffer without consumers.
     *
     * @param capacity the most items that are kept for the slowest consumer, at least 1
     * @param failuresOvertake see {@link Outlet}
     */
    Multicast(int capacity, boolean failuresOvertake) {
        super(failuresOvertake);
        if (capacity < 1) {
            throw new IllegalArgumentException("buffer must be at least 1, was " + capacity);
        }
        this.capacity = capacity;
    }

    @Override
    Node<T> beginning() {
        return tail();
    }

    @Override
    boolean hasRoom() {
        return size < capacity;
    }

    @Override
    boolean keepsNothing() {
        return true;
    }

    @Override
    void attached(Cursor cursor) {}

    @Override
    void appended(Node<T> item) {
        item.readers = cursors().size();
        size++;
    }

    @Override
    void passed(Node<T> item) {
        if (--item.readers == 0) {
            item.takeOut();
            size--;
        }
    }

    @Override
    void detached(Node<T> place, boolean last) {
        for (Node<T> item = place; item.next != null; ) {
            Node<T> following = item.next;
            passed(item);
            item = following;
        }
        if (last) {
            abandon(new IllegalStateException("this has ended, as all of its subscribers had cancelled"));
        }
    }
}
