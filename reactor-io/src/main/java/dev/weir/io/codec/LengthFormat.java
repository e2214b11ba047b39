package dev.weir.io.codec;

import java.nio.ByteOrder;
import java.util.Objects;

/**
 * How frames tell their length: a header holds a number, and so many bytes follow it. Immutable: each method returns a
 * copy that differs in one setting.
 *
 * @param headerSize bytes of the header: 1, 2, 3, 4 or 8
 * @param order which byte of the header comes first
 * @param adjustment what is added to the number in the header to give the length of the payload; the negative of {@code
 *     headerSize} if the header counts itself
 * @param maxPayload bytes of a payload at most, from 1 to 1 GiB
 */
public record LengthFormat(int headerSize, ByteOrder order, int adjustment, int maxPayload) {
    /** Four bytes, the most significant first, that tell the length of the payload, which is at most 8 MiB. */
    public static final LengthFormat DEFAULT = new LengthFormat(4, ByteOrder.BIG_ENDIAN, 0, 8 << 20);

    /** Checks the ranges. */
    public LengthFormat {
        if (headerSize < 1 || headerSize > 8 || (headerSize > 4 && headerSize < 8)) {
            throw new IllegalArgumentException("headerSize must be 1, 2, 3, 4 or 8, was " + headerSize);
        }
        Objects.requireNonNull(order, "order");
        Bounds.requireFrame(maxPayload, "maxPayload");
    }

    public LengthFormat withHeaderSize(int bytes) {
        return new LengthFormat(bytes, order, adjustment, maxPayload);
    }

    public LengthFormat withOrder(ByteOrder order) {
        return new LengthFormat(headerSize, order, adjustment, maxPayload);
    }

    public LengthFormat withAdjustment(int bytes) {
        return new LengthFormat(headerSize, order, bytes, maxPayload);
    }

    public LengthFormat withMaxPayload(int bytes) {
        return new LengthFormat(headerSize, order, adjustment, bytes);
    }

    /** The largest number that the header can hold. */
    long maxHeader() {
        return headerSize == 8 ? Long.MAX_VALUE : (1L << (8 * headerSize)) - 1;
    }
}
