package dev.weir.io.process;

import dev.weir.io.call.OutputSink;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a process reads. A write may block as long as the process does not read, and the JDK's own close would wait for
 * it; here a close that finds a write under way leaves the closing to it.
 */
final class StandardInput implements OutputSink.Output {
    private final OutputStream out;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile boolean closed;

    StandardInput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(ByteBuffer[] chunks) throws IOException {
        writing.lock();
        try {
            for (ByteBuffer each : chunks) {
                byte[] bytes = new byte[each.remaining()];
                each.get(bytes);
                out.write(bytes);
            }
            out.flush();
        } finally {
            writing.unlock();
            closeIfIdle();
        }
    }

    @Override
    public void finish() throws IOException {
        out.close();
    }

    /** Does not block. Idempotent. */
    void close() {
        closed = true;
        closeIfIdle();
    }

    /** Whoever of the writer and the closer comes last closes. */
    private void closeIfIdle() {
        if (closed && writing.tryLock()) {
            try {
                out.close();
            } catch (IOException e) {
                // The process has ended its side first, which is its right.
            } finally {
                writing.unlock();
            }
        }
    }
}
