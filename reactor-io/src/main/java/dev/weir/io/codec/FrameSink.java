package dev.weir.io.codec;

import dev.weir.task.Context;
import dev.weir.task.Sink;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Frames into a stream of bytes, which has room for a frame when it has room for a chunk. Holds nothing itself. A frame
 * that cannot be encoded fails the sink.
 *
 * @param <T> the type of the frames
 */
public final class FrameSink<T> implements Sink<T> {
    private final Sink<? super ByteBuffer> bytes;
    private final FrameEncoder<? super T> encoder;

    private FrameSink(Sink<? super ByteBuffer> bytes, FrameEncoder<? super T> encoder) {
        this.bytes = Objects.requireNonNull(bytes, "bytes");
        this.encoder = Objects.requireNonNull(encoder, "encoder");
    }

    /** Returns a sink of frames over one of bytes, which from now on belongs to it. */
    public static <T> FrameSink<T> of(Sink<? super ByteBuffer> bytes, FrameEncoder<? super T> encoder) {
        return new FrameSink<>(bytes, encoder);
    }

    @Override
    public boolean pollReady(Context cx) throws Exception {
        return bytes.pollReady(cx);
    }

    @Override
    public void send(T frame) throws Exception {
        bytes.send(encoder.encode(Objects.requireNonNull(frame, "frame")));
    }

    @Override
    public boolean pollFlush(Context cx) throws Exception {
        return bytes.pollFlush(cx);
    }

    @Override
    public boolean pollFinish(Context cx) throws Exception {
        return bytes.pollFinish(cx);
    }

    @Override
    public void close() {
        bytes.close();
    }

    @Override
    public void abort() {
        bytes.abort();
    }

    @Override
    public String toString() {
        return "FrameSink[" + encoder + " to " + bytes + "]";
    }
}
