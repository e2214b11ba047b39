package dev.weir.io.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Payloads that are ended by a sequence of bytes, which does not belong to them; also the last has to be. */
public final class DelimiterDecoder implements FrameDecoder<ByteBuffer> {
    private final byte[] delimiter;
    private final int maxPayload;

    /** No delimiter begins within so many of the bytes that come again. */
    private int scanned;

    /**
     * Frames of bounded length.
     *
     * @param delimiter at least one byte
     * @param maxPayload bytes of a payload at most, from 1 to 1 GiB
     */
    public DelimiterDecoder(byte[] delimiter, int maxPayload) {
        if (delimiter.length == 0) {
            throw new IllegalArgumentException("delimiter must have at least one byte, has none");
        }
        this.delimiter = delimiter.clone();
        this.maxPayload = Bounds.requireFrame(maxPayload, "maxPayload");
    }

    @Override
    public @Nullable ByteBuffer decode(ByteBuffer bytes) throws IOException {
        int start = bytes.position();
        int last = bytes.limit() - delimiter.length;
        for (int i = start + scanned; i <= last; i++) {
            if (isAt(bytes, i)) {
                scanned = 0;
                requireShort(i - start);
                ByteBuffer payload = ByteBuffer.allocate(i - start);
                payload.put(0, bytes, start, i - start);
                bytes.position(i + delimiter.length);
                return payload;
            }
        }
        scanned = Math.max(0, last + 1 - start);
        requireShort(scanned);
        return null;
    }

    private boolean isAt(ByteBuffer bytes, int at) {
        for (int i = 0; i < delimiter.length; i++) {
            if (bytes.get(at + i) != delimiter[i]) {
                return false;
            }
        }
        return true;
    }

    private void requireShort(int length) throws FrameTooLongException {
        if (length > maxPayload) {
            throw new FrameTooLongException("a frame has more than " + maxPayload + " bytes before its delimiter");
        }
    }

    @Override
    public int maxBytes() {
        return (int) Math.min(Integer.MAX_VALUE, (long) maxPayload + delimiter.length);
    }

    @Override
    public String toString() {
        return "DelimiterDecoder[at most " + maxPayload + " bytes]";
    }
}
