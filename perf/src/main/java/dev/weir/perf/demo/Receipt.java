package dev.weir.perf.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Checks the frames of one connection as their bytes come in, cut anywhere; keeps no payload. Confined to its owner
 * until the connection has ended.
 */
final class Receipt {
    private final CRC32C digest = new CRC32C();
    private final ByteBuffer header = ByteBuffer.allocate(Frames.END);
    private int payloadLeft;
    private int expected;
    private long total;
    private long digests;
    private boolean ended;

    Receipt() {
        header.limit(Frames.HEADER);
    }

    /**
     * Takes what was received.
     *
     * @return the bytes of payload in it
     * @throws IOException if a digest differs or the framing is broken
     */
    int take(ByteBuffer bytes) throws IOException {
        long before = total;
        while (bytes.hasRemaining()) {
            if (ended) {
                throw new IOException(bytes.remaining() + " bytes came after the end");
            }
            if (payloadLeft > 0) {
                takePayload(bytes);
            } else {
                takeHeader(bytes);
            }
        }
        return (int) (total - before);
    }

    private void takePayload(ByteBuffer bytes) throws IOException {
        int length = Math.min(payloadLeft, bytes.remaining());
        digest.update(bytes.slice(bytes.position(), length));
        bytes.position(bytes.position() + length);
        total += length;
        payloadLeft -= length;
        if (payloadLeft == 0) {
            compare();
        }
    }

    private void takeHeader(ByteBuffer bytes) throws IOException {
        while (header.hasRemaining() && bytes.hasRemaining()) {
            header.put(bytes.get());
        }
        if (header.hasRemaining()) {
            return;
        }
        int length = header.getInt(0);
        if (length < 0 || length > FileServer.CHUNK) {
            throw new IOException("a frame must have from 0 to " + FileServer.CHUNK + " bytes, has " + length);
        }
        expected = header.getInt(Integer.BYTES);
        if (length > 0) {
            payloadLeft = length;
            header.clear().limit(Frames.HEADER);
        } else if (header.limit() < Frames.END) {
            header.limit(Frames.END);
        } else {
            end();
        }
    }

    private void end() throws IOException {
        if (header.getLong(Frames.HEADER) != total) {
            throw new IOException(header.getLong(Frames.HEADER) + " bytes were sent and " + total + " received");
        }
        compare();
        ended = true;
    }

    private void compare() throws IOException {
        digests++;
        if ((int) digest.getValue() != expected) {
            throw new IOException("the digest at " + total + " differs");
        }
    }

    /** Tells whether the last frame came. */
    boolean isEnded() {
        return ended;
    }

    /** Returns the bytes of payload received. */
    long total() {
        return total;
    }

    /** Returns the digest of all payload received. */
    int digest() {
        return (int) digest.getValue();
    }

    /** Returns the number of digests compared. */
    long digests() {
        return digests;
    }
}
