package dev.weir.io.codec;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds frames in bytes. May keep state from call to call, so each source has a decoder of its own; confined to the
 * owner of the source.
 *
 * @param <T> the type of the frames
 */
public interface FrameDecoder<T> {
    /**
     * Takes one frame off the front of the bytes and moves their position behind it. May also move the position past
     * what belongs to no frame.
     *
     * @param bytes at least one; those that were left come again in the next call, in front of more
     * @return a frame that shares no memory with the bytes; or null if they hold no whole frame
     * @throws IOException if the bytes are not of this format, or the frame is longer than allowed
     */
    @Nullable T decode(ByteBuffer bytes) throws IOException;

    /**
     * Makes a frame of what is left at the end of the stream. Called at most once, and only if {@link #decode} has left
     * bytes. Unless a format says otherwise that is an error.
     *
     * @return a frame, or null if the bytes mean nothing
     * @throws IOException if the bytes are the beginning of a frame
     */
    default @Nullable T decodeLast(ByteBuffer bytes) throws IOException {
        throw new EOFException("the stream ended within a frame, of which it gave " + bytes.remaining() + " bytes");
    }

    /** Returns how many bytes a frame may take, with all that surrounds it: so many may be held and no more. */
    int maxBytes();
}
