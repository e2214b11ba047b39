package dev.weir.io.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import org.jspecify.annotations.Nullable;

/**
 * JSON Lines: one JSON text a line, in UTF-8. Empty lines are passed over. It sees to the frame and leaves the rest to a
 * parser: a line has exactly one text, whose brackets and quotes are all closed.
 */
public final class JsonLineDecoder implements FrameDecoder<String> {
    private final LineDecoder lines;

    /** Texts of at most {@link LineDecoder#DEFAULT_MAX_LENGTH} bytes. */
    public JsonLineDecoder() {
        this(LineDecoder.DEFAULT_MAX_LENGTH);
    }

    /**
     * Texts of bounded length.
     *
     * @param maxLength bytes of a line at most, from 1 to 1 GiB
     */
    public JsonLineDecoder(int maxLength) {
        lines = new LineDecoder(maxLength, CodingErrorAction.REPORT);
    }

    @Override
    public @Nullable String decode(ByteBuffer bytes) throws IOException {
        for (String line; (line = lines.decode(bytes)) != null; ) {
            if (!line.isBlank()) {
                return JsonText.requireOne(line);
            }
        }
        return null;
    }

    @Override
    public @Nullable String decodeLast(ByteBuffer bytes) throws IOException {
        String line = lines.decodeLast(bytes);
        return line == null || line.isBlank() ? null : JsonText.requireOne(line);
    }

    @Override
    public int maxBytes() {
        return lines.maxBytes();
    }

    @Override
    public String toString() {
        return "JsonLineDecoder[" + lines + "]";
    }
}
