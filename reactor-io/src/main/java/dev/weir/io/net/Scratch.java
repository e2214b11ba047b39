package dev.weir.io.net;

import dev.weir.task.Context;
import dev.weir.task.HostLocal;
import java.nio.ByteBuffer;

/**
 * The direct buffer of a worker, through which all its reads and writes pass; the JDK would otherwise keep one for each
 * thread as large as the largest write. Nothing stays in it beyond one system call.
 */
final class Scratch {
    static final int SIZE = 64 * 1024;

    private static final HostLocal<Scratch> LOCAL = HostLocal.withInitial(Scratch::new);

    private ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE);

    private Scratch() {}

    /** Returns an empty buffer of this size, valid until the next call on the same worker. */
    static ByteBuffer of(Context cx, int size) {
        Scratch scratch = cx.local(LOCAL);
        if (scratch.buffer.capacity() < size) {
            scratch.buffer = ByteBuffer.allocateDirect(size);
        }
        return scratch.buffer.clear().limit(size);
    }
}
