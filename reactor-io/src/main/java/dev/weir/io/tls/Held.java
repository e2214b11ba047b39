package dev.weir.io.tls;

import dev.weir.io.ByteStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** What a writer was given and has not encrypted. */
final class Held {
    private static final int MOST_ITEMS = TlsConnection.RECORD / ByteStream.LEAST_WEIGHT;

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

    /** Tells whether it holds a record, or as many items as one is worth. */
    boolean isFull() {
        return bytes >= TlsConnection.RECORD || items.size() >= MOST_ITEMS;
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
