package dev.weir.io.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;

/** Lines of UTF-8, each ended by a line feed. A line that has one within, or half a surrogate pair, is an error. */
public final class LineEncoder implements FrameEncoder<String> {
    /** Creates an encoder; all are alike. */
    public LineEncoder() {}

    @Override
    public ByteBuffer encode(String line) throws IOException {
        int feed = line.indexOf('\n');
        if (feed >= 0) {
            throw new IOException("a line must have no line feed, has one at " + feed);
        }
        return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(line + '\n'));
    }

    @Override
    public String toString() {
        return "LineEncoder";
    }
}
