package dev.weir.io;

import dev.weir.task.Waker;
import dev.weir.task.WakerCell;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a {@link Duplex}: a ring of bytes between two tasks.
 *
 * <pre>
 * event \ state     open                    ended                failed
 * write             as much as has room     -                    throws
 * read              bytes, or null          bytes, then the end  throws
 * end               ended                   same                 same
 * fail, abandon     failed                  fail: same           same
 *                                           abandon: failed
 * </pre>
 *
 * <p>The lock is held for a copy of at most the ring; the wakers are woken outside it.
 */
final class ByteRing {
    private final byte[] ring;
    private int head;
    private int count;
    private boolean ended;
    private @Nullable String failure;
    private final WakerCell reader = new WakerCell();
    private final WakerCell writer = new WakerCell();

    ByteRing(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1, was " + capacity);
        }
        ring = new byte[capacity];
    }

    void awaitBytes(Waker waker) {
        reader.register(waker);
    }

    void awaitRoom(Waker waker) {
        writer.register(waker);
    }

    /** Takes as many bytes as it has room for. */
    void write(ByteBuffer from) throws IOException {
        synchronized (this) {
            check();
            int n = Math.min(from.remaining(), ring.length - count);
            int tail = (head + count) % ring.length;
            int first = Math.min(n, ring.length - tail);
            from.get(ring, tail, first).get(ring, 0, n - first);
            count += n;
        }
        reader.wake();
    }

    /** Returns all bytes there are; null if there are none now, or will be none. */
    @Nullable ByteBuffer read() throws IOException {
        ByteBuffer chunk;
        synchronized (this) {
            check();
            if (count == 0) {
                return null;
            }
            chunk = ByteBuffer.allocate(count);
            int first = Math.min(count, ring.length - head);
            chunk.put(ring, head, first).put(ring, 0, count - first).flip();
            head = (head + count) % ring.length;
            count = 0;
        }
        writer.wake();
        return chunk;
    }

    synchronized void check() throws IOException {
        if (failure != null) {
            throw new IOException(failure);
        }
    }

    synchronized boolean hasFailed() {
        return failure != null;
    }

    /** Nothing more will be written. */
    void end() {
        synchronized (this) {
            ended = true;
        }
        reader.wake();
    }

    /** What is not ended has failed. */
    void fail(String reason) {
        synchronized (this) {
            if (!ended && failure == null) {
                failure = reason;
            }
        }
        reader.wake();
        writer.wake();
    }

    /** Nobody will read any more. */
    void abandon(String reason) {
        synchronized (this) {
            if (failure == null && !(ended && count == 0)) {
                failure = reason;
            }
        }
        reader.wake();
        writer.wake();
    }

    /** Tells whether nothing is left to be read, and nothing will come. */
    synchronized boolean isDrained() {
        return failure == null && ended && count == 0;
    }

    @Override
    public synchronized String toString() {
        return count + " of " + ring.length + " bytes";
    }
}
