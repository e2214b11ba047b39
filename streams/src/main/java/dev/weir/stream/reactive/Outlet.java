package dev.weir.stream.reactive;

import dev.weir.task.Waker;

/** What a {@link Pump} fills: a buffer in front of consumers who say what is wanted. */
interface Outlet<T> {
    /** To be woken when an item becomes wanted and when there is nothing more to do. To be followed by a look. */
    void register(Waker waker);

    /** Tells whether an item may be put. */
    boolean isWanted();

    /** Tells whether there is nothing more to do. */
    boolean isEnded();

    /** Tells whether who comes now finds the end, and no item before it. */
    boolean isOver();

    /** Adds an item, which was wanted. */
    void put(T item);

    /** Ends the sequence behind its last item. */
    void complete();

    /** Fails the sequence. */
    void fail(Throwable failure);
}
