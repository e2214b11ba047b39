package dev.weir.io.driver;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The memory of a ring, all of it there from the beginning: buffers that the kernel receives into, and buffers that it
 * sends from. A connection has one only while bytes are in it, so those that are idle hold none. When there are none
 * left connections do without: they read and write by calls.
 */
final class RingBuffers {
    /** Bytes received at once: larger messages cost more for their bytes than for their calls. */
    static final int INWARD_SIZE = 2048;

    /** Bytes sent at once. */
    static final int OUTWARD_SIZE = 4096;

    private static final int INWARD_COUNT = 4096;
    private static final int OUTWARD_COUNT = 2048;

    /** Where the kernel finds the tail of the table: in the unused end of its first entry. */
    private static final long TAIL = 14;

    private final MemorySegment table = Arena.ofAuto().allocate(INWARD_COUNT * 16L, 4096);
    private final MemorySegment inward = Arena.ofAuto().allocate((long) INWARD_COUNT * INWARD_SIZE, 4096);
    private final MemorySegment outward = Arena.ofAuto().allocate((long) OUTWARD_COUNT * OUTWARD_SIZE, 4096);
    private final long inwardAt = inward.address();
    private final long outwardAt = outward.address();
    private final ByteBuffer inwardBytes = inward.asByteBuffer();
    private final ByteBuffer outwardBytes = outward.asByteBuffer();

    // Guarded by this.
    private short tail;
    private final short[] free = new short[OUTWARD_COUNT];
    private int freeCount;

    RingBuffers(Ring ring) throws IOException {
        ring.registerBuffers(table, INWARD_COUNT);
        for (int i = 0; i < INWARD_COUNT; i++) {
            giveBack(i);
        }
        for (short i = 0; i < OUTWARD_COUNT; i++) {
            free[freeCount++] = i;
        }
    }

    /** Copies out of what the kernel has received. */
    void copy(int buffer, int offset, int length, ByteBuffer into) {
        into.put(into.position(), inwardBytes, buffer * INWARD_SIZE + offset, length);
        into.position(into.position() + length);
    }

    /** The kernel may receive into it again. */
    synchronized void giveBack(int buffer) {
        long entry = (tail & (INWARD_COUNT - 1)) * 16L;
        table.set(JAVA_LONG, entry, inwardAt + (long) buffer * INWARD_SIZE);
        table.set(JAVA_INT, entry + 8, INWARD_SIZE);
        table.set(JAVA_SHORT, entry + 12, (short) buffer);
        Ring.publish(table, TAIL, ++tail);
    }

    /** Takes a buffer to send from; -1 if there is none. */
    synchronized int take() {
        return freeCount == 0 ? -1 : free[--freeCount];
    }

    /** The buffer was sent. */
    synchronized void release(int buffer) {
        free[freeCount++] = (short) buffer;
    }

    /** Fills a buffer that was taken with all of these bytes, at most {@link #OUTWARD_SIZE}. */
    void fill(int buffer, ByteBuffer from) {
        int length = from.remaining();
        outwardBytes.put(buffer * OUTWARD_SIZE, from, from.position(), length);
        from.position(from.position() + length);
    }

    long address(int buffer, int offset) {
        return outwardAt + (long) buffer * OUTWARD_SIZE + offset;
    }
}
