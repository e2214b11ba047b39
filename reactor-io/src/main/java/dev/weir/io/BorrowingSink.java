package dev.weir.io;

import dev.weir.task.Context;
import dev.weir.task.Sink;
import java.nio.ByteBuffer;

/** A sink of bytes that can also take a chunk which is only lent. */
public interface BorrowingSink extends Sink<ByteBuffer> {
    /**
     * As {@link #send}, but the chunk stays its owner's: when this returns, its bytes are gone or copied. Nothing else
     * that was sent may be held; {@link #pollReady} of a sink that is only lent to sees to it.
     *
     * @throws Exception as {@link #send} does
     */
    void sendLent(ByteBuffer chunk, Context cx) throws Exception;
}
