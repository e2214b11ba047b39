package dev.weir.io.tls;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** What a writer was given and has not encrypted. */
final class Held {
    private final ArrayDeque<ByteBuffer> items = new ArrayDeque<>();
    private long bytes;

    void add(ByteBuffer item) {
        if (item.hasRemaining()) {
            items.add(item);
            bytes += item.remaining();
        }
    }

    long bytes() {
        return bytes;
    }

    ByteBuffer[] items() {
        return items.toArray(ByteBuffer[]::new);
    }

    /** So many bytes were taken out of the items. */
    void removed(int taken) {
        bytes -= taken;
        while (!items.isEmpty() && !items.getFirst().hasRemaining()) {
            items.removeFirst();
        }
    }

    void clear() {
        items.clear();
        bytes = 0;
    }
}
