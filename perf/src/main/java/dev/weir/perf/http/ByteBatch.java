package dev.weir.perf.http;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes that grow until they are taken as one buffer. Confined to its owner. */
final class ByteBatch {
    private byte[] bytes;
    private int length;

    ByteBatch(int expected) {
        bytes = new byte[expected];
    }

    void append(byte[] more) {
        if (bytes.length - length < more.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more.length));
        }
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    int length() {
        return length;
    }

    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes, 0, length);
    }
}
