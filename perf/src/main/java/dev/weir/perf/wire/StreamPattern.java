package dev.weir.perf.wire;

import java.nio.ByteBuffer;

/** What the stream server sends, again and again: a chunk in which no two neighbouring regions look alike. */
public final class StreamPattern {
    /** Bytes of a chunk. */
    public static final int CHUNK = 64 * 1024;

    /**
     * Bytes that each server may have ready for a client beyond what the kernel took, so that several chunks go into one
     * call where its library can.
     */
    public static final int AHEAD = 8 * CHUNK;

    private StreamPattern() {}

    /** Returns so many chunks in a direct buffer. */
    public static ByteBuffer chunks(int count) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(count * CHUNK);
        for (int i = 0; i < count * CHUNK; i++) {
            bytes.put(i, at(i));
        }
        return bytes;
    }

    /** Returns the byte at a position of the endless stream. */
    public static byte at(long position) {
        int inChunk = (int) (position % CHUNK);
        return (byte) (inChunk * 31 + (inChunk >> 8) * 7);
    }
}
