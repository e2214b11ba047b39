package dev.weir.io.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Lines of UTF-8, each ended by a line feed. What a {@link LineDecoder} would not give back is an error: a line feed
 * within, or a carriage return at the end, which it takes for a part of the line's end; and so is half a surrogate pair.
 */
public final class LineEncoder implements FrameEncoder<String> {
    /** Creates an encoder; all are alike. */
    public LineEncoder() {}

    @Override
    public ByteBuffer encode(String line) throws IOException {
        int feed = line.indexOf('\n');
        if (feed >= 0) {
            throw new IOException("a line must have no line feed, has one at " + feed);
        }
        if (line.endsWith("\r")) {
            throw new IOException("a line must not end with a carriage return, has one at " + (line.length() - 1));
        }
        return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(line + '\n'));
    }

    @Override
    public String toString() {
        return "LineEncoder";
    }
}
