package dev.weir.tck;

import dev.weir.task.Context;
import dev.weir.task.Sink;
import java.nio.ByteBuffer;

/** A sink that takes everything and keeps nothing. */
final class Discarding implements Sink<ByteBuffer> {
    @Override
    public boolean pollReady(Context cx) {
        return true;
    }

    @Override
    public void send(ByteBuffer item) {}

    @Override
    public boolean pollFlush(Context cx) {
        return true;
    }

    @Override
    public boolean pollFinish(Context cx) {
        return true;
    }

    @Override
    public void close() {}
}
