package dev.weir.io.codec;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The frames in a stream of bytes. It asks for a chunk only when a frame is wanted and not yet here, so decoding stops
 * when demand does. It holds at most what the decoder allows for one frame, and one chunk.
 *
 * <p>A frame that is malformed, too long or cut off by the end fails the sequence. Frames that were whole before come
 * first. Charges one operation for each frame.
 *
 * @param <T> the type of the frames
 */
public final class FrameSource<T> implements Source<T> {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    /** JVMs have arrays of no more bytes. */
    static final int LARGEST = Integer.MAX_VALUE - 8;

    private final Source<? extends ByteBuffer> bytes;
    private final FrameDecoder<T> decoder;

    /** What is not decoded yet; either the last chunk itself or our own gathering of several. */
    private ByteBuffer held = NOTHING;

    private boolean gathered;

    /** The last look at what is held found no frame. */
    private boolean starved = true;

    private boolean done;
    private @Nullable Exception failure;

    private FrameSource(Source<? extends ByteBuffer> bytes, FrameDecoder<T> decoder) {
        this.bytes = Objects.requireNonNull(bytes, "bytes");
        this.decoder = Objects.requireNonNull(decoder, "decoder");
    }

    /**
     * Returns the frames of a source, which from now on belongs to it.
     *
     * @param decoder used by nobody else
     */
    public static <T> FrameSource<T> of(Source<? extends ByteBuffer> bytes, FrameDecoder<T> decoder) {
        return new FrameSource<>(bytes, decoder);
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (failure != null) {
            throw failure;
        }
        try {
            return next(cx);
        } catch (Exception e) {
            done = true;
            failure = e;
            throw e;
        }
    }

    private @Nullable T next(Context cx) throws Exception {
        while (!done) {
            if (!starved) {
                if (!cx.charge()) {
                    return null;
                }
                T frame = decode();
                if (frame != null) {
                    return frame;
                }
                cx.budget().refund();
            }
            ByteBuffer chunk = bytes.poll(cx);
            if (chunk != null) {
                append(chunk);
            } else if (bytes.isDone()) {
                bytes.poll(cx); // S3: throws if it failed after it had answered null
                done = true;
                return held.hasRemaining() ? decoder.decodeLast(held) : null;
            } else {
                return null;
            }
        }
        return null;
    }

    private @Nullable T decode() throws IOException {
        T frame = decoder.decode(held);
        starved = frame == null || !held.hasRemaining();
        if (!held.hasRemaining()) {
            held = NOTHING; // an idle stream holds nothing
            gathered = false;
        } else if (starved && held.remaining() > decoder.maxBytes()) {
            throw new FrameTooLongException(
                    "a frame has more than the " + decoder.maxBytes() + " bytes that " + decoder + " allows");
        }
        return frame;
    }

    private void append(ByteBuffer chunk) throws FrameTooLongException {
        starved = starved && !chunk.hasRemaining();
        if (!held.hasRemaining()) {
            held = chunk;
            gathered = false;
            return;
        }
        int more = chunk.remaining();
        if (!gathered || held.capacity() - held.limit() < more) {
            makeRoom(more);
        }
        int end = held.limit();
        held.limit(end + more).put(end, chunk, chunk.position(), more);
    }

    /** Moves what is held to the front, of a larger buffer if it must be: not for every chunk, since that copies it. */
    private void makeRoom(int more) throws FrameTooLongException {
        if (gathered && held.capacity() - held.remaining() >= more) {
            held.compact();
        } else {
            held = ByteBuffer.allocate(capacity(held.remaining(), more, decoder.maxBytes()))
                    .put(held);
            gathered = true;
        }
        held.flip();
    }

    /**
     * Returns how large a buffer is to be that gathers what is held and one more chunk. Doubled, so that a long frame in
     * short chunks is not copied once for each; but never beyond what may be held, and one chunk.
     */
    static int capacity(int held, int more, int maxBytes) throws FrameTooLongException {
        long size = (long) held + more;
        if (size > LARGEST) {
            throw new FrameTooLongException("what has come of a frame, " + size + " bytes, does not fit into a buffer,"
                    + " which has " + LARGEST + " at most");
        }
        long most = Math.min(LARGEST, (long) maxBytes + more);
        return (int) Math.max(size, Math.min(2 * size, most));
    }

    /** True when no frame will come. */
    @Override
    public boolean isDone() {
        return done || (!held.hasRemaining() && bytes.isDone());
    }

    /** Returns the number of bytes received and not yet decoded. For the owner. */
    public int held() {
        return held.remaining();
    }

    @Override
    public void close() {
        held = NOTHING;
        bytes.close();
    }

    @Override
    public String toString() {
        return "FrameSource[" + decoder + " of " + bytes + "]";
    }
}
