package dev.weir.io;

import dev.weir.task.Context;
import dev.weir.task.Sink;
import java.nio.ByteBuffer;

/** A sink of bytes that can also take a chunk which is only lent. */
public interface BorrowingSink extends Sink<ByteBuffer> {
    /**
     * As {@link #send}, but the chunk stays its owner's: when this returns, its bytes are gone, or copied behind what
     * else is held.
     *
     * @throws Exception as {@link #send} does
     */
    void sendLent(ByteBuffer chunk, Context cx) throws Exception;
}
