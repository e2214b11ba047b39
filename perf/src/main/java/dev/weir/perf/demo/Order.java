package dev.weir.perf.demo;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What a client asks for: a byte for its class and eight for the number of bytes.
 *
 * @param pace the class of the client
 * @param bytes how much of the file it wants, from the start
 */
record Order(Pace pace, long bytes) {
    static final int SIZE = 1 + Long.BYTES;

    ByteBuffer toBytes() {
        return ByteBuffer.allocate(SIZE).put(pace.code()).putLong(bytes).flip();
    }

    /** Collects the bytes of an order, which may come in pieces. Confined to its owner. */
    static final class Parser {
        private final ByteBuffer collected = ByteBuffer.allocate(SIZE);

        /** Returns the order once it is whole. */
        Optional<Order> take(ByteBuffer piece) {
            while (piece.hasRemaining() && collected.hasRemaining()) {
                collected.put(piece.get());
            }
            return collected.hasRemaining() ? Optional.empty() : Optional.of(parse());
        }

        private Order parse() {
            collected.flip();
            return new Order(Pace.ofCode(collected.get()), collected.getLong());
        }
    }
}
