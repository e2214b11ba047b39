package dev.weir.perf.demo;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Makes the frames of one connection. A frame is its length (four bytes), the CRC-32C of all payload up to its end (four
 * bytes) and the payload; the last has a length of 0 and instead of the payload the number of payload bytes sent on this
 * connection (eight bytes). Confined to its owner.
 */
final class Frames {
    static final int HEADER = 2 * Integer.BYTES;
    static final int END = HEADER + Long.BYTES;

    private final CRC32C digest = new CRC32C();
    private long total;

    /**
     * Fills in the header of a chunk.
     *
     * @param chunk a heap buffer: {@link #HEADER} bytes of room and at least one byte of payload
     */
    ByteBuffer seal(ByteBuffer chunk) {
        int length = chunk.remaining() - HEADER;
        digest.update(chunk.array(), chunk.arrayOffset() + chunk.position() + HEADER, length);
        total += length;
        return chunk.putInt(chunk.position(), length).putInt(chunk.position() + Integer.BYTES, (int) digest.getValue());
    }

    /** Returns the frame that ends the connection, wherever in the file it ends. */
    ByteBuffer end() {
        return ByteBuffer.allocate(END)
                .putInt(0)
                .putInt((int) digest.getValue())
                .putLong(total)
                .flip();
    }

    long total() {
        return total;
    }
}
