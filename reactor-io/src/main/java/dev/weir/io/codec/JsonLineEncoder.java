package dev.weir.io.codec;

import java.io.IOException;
import java.nio.ByteBuffer;

/** JSON Lines: each text, which must be one and a line as {@link LineEncoder} has it, on a line of its own. */
public final class JsonLineEncoder implements FrameEncoder<String> {
    private final LineEncoder lines = new LineEncoder();

    /** Creates an encoder; all are alike. */
    public JsonLineEncoder() {}

    @Override
    public ByteBuffer encode(String text) throws IOException {
        return lines.encode(JsonText.requireOne(text));
    }

    @Override
    public String toString() {
        return "JsonLineEncoder";
    }
}
