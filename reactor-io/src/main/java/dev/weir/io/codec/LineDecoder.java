package dev.weir.io.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lines of UTF-8, ended by a line feed with or without a carriage return before it, neither of which belongs to the
 * line. The last line need not be ended.
 */
public final class LineDecoder implements FrameDecoder<String> {
    /** Bytes of a line at most unless told otherwise: 64 KiB. */
    public static final int DEFAULT_MAX_LENGTH = 64 * 1024;

    private final int maxLength;
    private final CharsetDecoder charset;

    /** So many of the bytes that come again hold no line feed. */
    private int scanned;

    /** Lines of at most {@link #DEFAULT_MAX_LENGTH} bytes; malformed ones are an error. */
    public LineDecoder() {
        this(DEFAULT_MAX_LENGTH, CodingErrorAction.REPORT);
    }

    /**
     * Lines of bounded length.
     *
     * @param maxLength bytes of a line at most, without its end; from 1 to 1 GiB
     * @param malformed what becomes of bytes that are no UTF-8: {@link CodingErrorAction#REPORT} fails with a {@link
     *     java.nio.charset.CharacterCodingException}, the others replace them by U+FFFD or leave them out
     */
    public LineDecoder(int maxLength, CodingErrorAction malformed) {
        this.maxLength = Bounds.requireFrame(maxLength, "maxLength");
        Objects.requireNonNull(malformed, "malformed");
        charset =
                StandardCharsets.UTF_8.newDecoder().onMalformedInput(malformed).onUnmappableCharacter(malformed);
    }

    @Override
    public @Nullable String decode(ByteBuffer bytes) throws IOException {
        int start = bytes.position();
        for (int i = start + scanned; i < bytes.limit(); i++) {
            if (bytes.get(i) == '\n') {
                scanned = 0;
                boolean carriage = i > start && bytes.get(i - 1) == '\r';
                String line = text(bytes, start, carriage ? i - 1 : i);
                bytes.position(i + 1);
                return line;
            }
        }
        scanned = bytes.remaining();
        if (scanned > maxLength + 1) { // one might be the carriage return
            throw tooLong();
        }
        return null;
    }

    @Override
    public @Nullable String decodeLast(ByteBuffer bytes) throws IOException {
        String line = text(bytes, bytes.position(), bytes.limit());
        bytes.position(bytes.limit());
        return line;
    }

    private String text(ByteBuffer bytes, int from, int to) throws IOException {
        if (to - from > maxLength) {
            throw tooLong();
        }
        return charset.decode(bytes.duplicate().limit(to).position(from)).toString();
    }

    private FrameTooLongException tooLong() {
        return new FrameTooLongException("a line has more than " + maxLength + " bytes");
    }

    @Override
    public int maxBytes() {
        return maxLength + 2;
    }

    @Override
    public String toString() {
        return "LineDecoder[at most " + maxLength + " bytes]";
    }
}
