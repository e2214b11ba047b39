package dev.weir.io.codec;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Makes bytes of frames. Confined to the owner of the sink.
 *
 * @param <T> the type of the frames
 */
@FunctionalInterface
public interface FrameEncoder<T> {
    /**
     * Returns the bytes of a frame, in a buffer that nobody else uses.
     *
     * @throws IOException if this format cannot say it, for instance because it is longer than allowed
     */
    ByteBuffer encode(T frame) throws IOException;
}
