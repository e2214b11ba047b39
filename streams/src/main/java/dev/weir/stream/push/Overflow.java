package dev.weir.stream.push;

/** What becomes of an item that comes when the buffer is full, from a source that cannot be asked to wait. */
public enum Overflow {
    /** The stream fails, after what is in the buffer, with an {@link IllegalStateException} that tells the capacity. */
    FAIL,
    /** The item is dropped: the oldest are kept. */
    DROP_NEWEST,
    /** The oldest item in the buffer is dropped: the latest are kept. */
    DROP_OLDEST
}
