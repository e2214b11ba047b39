package dev.weir.io.codec;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Payloads, each with a sequence of bytes behind it. One that has it within is an error. */
public final class DelimiterEncoder implements FrameEncoder<ByteBuffer> {
    private final byte[] delimiter;

    /**
     * Frames with a delimiter.
     *
     * @param delimiter at least one byte
     */
    public DelimiterEncoder(byte[] delimiter) {
        if (delimiter.length == 0) {
            throw new IllegalArgumentException("delimiter must have at least one byte, has none");
        }
        this.delimiter = delimiter.clone();
    }

    /** {@inheritDoc} The payload is taken from position to limit, both of which stay. */
    @Override
    public ByteBuffer encode(ByteBuffer payload) throws IOException {
        int length = payload.remaining();
        ByteBuffer frame = ByteBuffer.allocate(length + delimiter.length)
                .put(payload.duplicate())
                .put(delimiter)
                .flip();
        // Found anywhere but at the end it would cut the frame; a payload may also end with its beginning.
        ByteBuffer found = new DelimiterDecoder(delimiter, Bounds.MOST).decode(frame.duplicate());
        if (found == null || found.remaining() < length) {
            throw new IOException("a frame must not have its delimiter within");
        }
        return frame;
    }

    @Override
    public String toString() {
        return "DelimiterEncoder";
    }
}
