package dev.weir.io.net;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Moves what one connection sends into another, or back into itself. A chunk is written out of the worker's own buffer
 * that it was read into; only what the kernel does not take at once is copied and held, and until that is gone nothing
 * is read. Otherwise it is what {@link dev.weir.task.Sink#drain} does.
 */
final class Copy implements Pollable<Long> {
    private final SocketReader reader;
    private final SocketWriter writer;
    private long chunks;

    Copy(SocketReader reader, SocketWriter writer) {
        this.reader = reader;
        this.writer = writer;
    }

    @Override
    public Poll<Long> poll(Context cx) throws IOException {
        while (!reader.isDone()) {
            if (!writer.pollReady(cx)) {
                return Poll.pending();
            }
            ByteBuffer chunk = reader.read(cx);
            if (chunk != null) {
                chunks++;
                writer.writeThrough(chunk, cx);
            } else if (!reader.isDone()) {
                return Poll.pending();
            }
        }
        return writer.pollFinish(cx) ? Poll.ready(chunks) : Poll.pending();
    }

    @Override
    public void close() {
        try {
            reader.close();
        } finally {
            writer.close();
        }
    }
}
