package dev.weir.io.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/** Payloads behind their length. One that is too long for the format is an error. */
public final class LengthEncoder implements FrameEncoder<ByteBuffer> {
    private final LengthFormat format;

    /** Frames of {@link LengthFormat#DEFAULT}. */
    public LengthEncoder() {
        this(LengthFormat.DEFAULT);
    }

    /** Frames of a format. */
    public LengthEncoder(LengthFormat format) {
        this.format = Objects.requireNonNull(format, "format");
    }

    /** {@inheritDoc} The payload is taken from position to limit, both of which stay. */
    @Override
    public ByteBuffer encode(ByteBuffer payload) throws IOException {
        int length = payload.remaining();
        long number = (long) length - format.adjustment();
        if (length > format.maxPayload() || number < 0 || number > format.maxHeader()) {
            throw new FrameTooLongException("a frame of " + length + " bytes does not fit into " + format);
        }
        int size = format.headerSize();
        boolean bigEndian = format.order() == ByteOrder.BIG_ENDIAN;
        ByteBuffer frame = ByteBuffer.allocate(size + length);
        for (int i = 0; i < size; i++) {
            frame.put((byte) (number >>> (8 * (bigEndian ? size - 1 - i : i))));
        }
        return frame.put(payload.duplicate()).flip();
    }

    @Override
    public String toString() {
        return "LengthEncoder[" + format + "]";
    }
}
