package dev.weir.io.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Payloads that come behind their length. A length out of bounds is an error as soon as it is known. */
public final class LengthDecoder implements FrameDecoder<ByteBuffer> {
    private final LengthFormat format;

    /** Frames of {@link LengthFormat#DEFAULT}. */
    public LengthDecoder() {
        this(LengthFormat.DEFAULT);
    }

    /** Frames of a format. */
    public LengthDecoder(LengthFormat format) {
        this.format = Objects.requireNonNull(format, "format");
    }

    @Override
    public @Nullable ByteBuffer decode(ByteBuffer bytes) throws IOException {
        int header = format.headerSize();
        if (bytes.remaining() < header) {
            return null;
        }
        int length = payload(number(bytes));
        if (bytes.remaining() - header < length) {
            return null;
        }
        ByteBuffer payload = ByteBuffer.allocate(length);
        payload.put(0, bytes, bytes.position() + header, length);
        bytes.position(bytes.position() + header + length);
        return payload;
    }

    private long number(ByteBuffer bytes) {
        int size = format.headerSize();
        boolean bigEndian = format.order() == ByteOrder.BIG_ENDIAN;
        long number = 0;
        for (int i = 0; i < size; i++) {
            number = (number << 8) | (bytes.get(bytes.position() + (bigEndian ? i : size - 1 - i)) & 0xff);
        }
        return number;
    }

    private int payload(long number) throws IOException {
        long length = number + format.adjustment();
        if (number < 0 || length > format.maxPayload()) {
            throw new FrameTooLongException("a frame of " + Long.toUnsignedString(number)
                    + " bytes, by its header, has more than " + format.maxPayload());
        }
        if (length < 0) {
            throw new IOException("a header of " + number + " with an adjustment of " + format.adjustment()
                    + " gives a negative length");
        }
        return (int) length;
    }

    @Override
    public int maxBytes() {
        return format.headerSize() + format.maxPayload();
    }

    @Override
    public String toString() {
        return "LengthDecoder[" + format + "]";
    }
}
