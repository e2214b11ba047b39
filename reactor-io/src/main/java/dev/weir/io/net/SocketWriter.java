package dev.weir.io.net;

import dev.weir.io.driver.Registration;
import dev.weir.task.Context;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * Where bytes leave for the peer, as fast as it takes them and no faster.
 *
 * <p>Items are held until {@link #pollFlush} or until there are {@code bound} bytes of them, and then written together:
 * many small items are copied into one system call. Once the kernel takes no more, no item is accepted until everything
 * held is written. So the writer holds less than {@code bound} bytes and one item; with a bound of 1, one item.
 *
 * <p>The buffers that are sent belong to the writer until they are written; it moves their positions and leaves their
 * content alone. A poll that throws has met the first error of the connection, in whichever direction. Charges one
 * operation for each write.
 */
public final class SocketWriter implements Sink<ByteBuffer> {
    private static final AtomicLongFieldUpdater<SocketWriter> WRITES =
            AtomicLongFieldUpdater.newUpdater(SocketWriter.class, "writes");
    private static final AtomicLongFieldUpdater<SocketWriter> BYTES =
            AtomicLongFieldUpdater.newUpdater(SocketWriter.class, "bytes");

    private final Connection connection;
    private final Registration registration;
    private final int bound;
    private final ArrayDeque<ByteBuffer> held = new ArrayDeque<>();
    private long heldBytes;

    /** What is held is the rest of a write that the kernel cut short. */
    private boolean blocked;

    private boolean ready;
    private boolean finished;

    // Written by the owner alone, in order but without a fence: others see them a little later.
    private volatile long writes;
    private volatile long bytes;

    SocketWriter(Connection connection, int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("bound must be at least 1, was " + bound);
        }
        this.connection = connection;
        this.registration = connection.registration();
        this.bound = bound;
    }

    @Override
    public boolean pollReady(Context cx) throws IOException {
        registration.check();
        ready = (!blocked && heldBytes < bound) || write(cx);
        return ready;
    }

    @Override
    public void send(ByteBuffer item) throws IOException {
        Objects.requireNonNull(item, "item");
        registration.check();
        if (!ready || finished) {
            throw new IllegalStateException(
                    finished ? "send after pollFinish" : "send needs a pollReady that has answered true");
        }
        ready = false;
        if (item.hasRemaining()) {
            held.add(item);
            heldBytes += item.remaining();
        }
    }

    @Override
    public boolean pollFlush(Context cx) throws IOException {
        registration.check();
        return write(cx);
    }

    /**
     * {@inheritDoc}
     *
     * <p>From the reader of a connection bytes go to the kernel out of the buffer they were read into; at most one chunk
     * is held. The result is then the number of chunks.
     */
    @Override
    public Pollable<Long> drain(Source<? extends ByteBuffer> source) {
        return source instanceof SocketReader reader ? new Copy(reader, this) : Sink.super.drain(source);
    }

    /** Writes what is held, then tells the peer that no more will come; the reader goes on. */
    @Override
    public boolean pollFinish(Context cx) throws IOException {
        registration.check();
        if (finished) {
            return true;
        }
        if (!write(cx)) {
            return false;
        }
        connection.shutdownOutput();
        finished = true;
        return true;
    }

    /** Writes until nothing is held; false if the kernel takes no more now, or the budget is used up. */
    private boolean write(Context cx) throws IOException {
        if (blocked && registration.isAwaited(SelectionKey.OP_WRITE)) {
            registration.await(SelectionKey.OP_WRITE, cx); // the event has not come: trying would be in vain
            return false;
        }
        while (heldBytes > 0) {
            if (!cx.charge()) {
                return false;
            }
            ByteBuffer next = gather(cx);
            int offered = next.remaining();
            int n = connection.write(next);
            count(n);
            consume(n);
            if (n < offered) {
                if (n == 0) {
                    cx.budget().refund();
                }
                block(cx);
                return false;
            }
        }
        blocked = false;
        return true;
    }

    /**
     * Writes a chunk at once, out of a buffer that is not the writer's, and keeps a copy of what the kernel does not
     * take. After a pollReady that has answered true, and with nothing else sent.
     */
    void writeThrough(ByteBuffer chunk, Context cx) throws IOException {
        ready = false;
        count(connection.write(chunk));
        if (chunk.hasRemaining()) {
            heldBytes = chunk.remaining();
            held.add(ByteBuffer.allocate(chunk.remaining()).put(chunk).flip());
            block(cx);
        }
    }

    private void count(int written) {
        WRITES.lazySet(this, writes + 1);
        BYTES.lazySet(this, bytes + written);
    }

    private void block(Context cx) throws IOException {
        blocked = true;
        registration.await(SelectionKey.OP_WRITE, cx);
    }

    /** Returns what the next write offers: as much of what is held as fits, copied, or a direct buffer as it is. */
    private ByteBuffer gather(Context cx) {
        ByteBuffer first = held.getFirst();
        if (first.isDirect() && (held.size() == 1 || first.remaining() >= Scratch.SIZE)) {
            return first.duplicate(); // its position is moved by consume(), as with all others
        }
        ByteBuffer scratch = Scratch.of(cx, Scratch.SIZE);
        int length = 0;
        for (ByteBuffer each : held) {
            int part = Math.min(each.remaining(), Scratch.SIZE - length);
            scratch.put(length, each, each.position(), part);
            length += part;
            if (length == Scratch.SIZE) {
                break;
            }
        }
        return scratch.limit(length);
    }

    private void consume(int n) {
        heldBytes -= n;
        for (int left = n; left > 0; ) {
            ByteBuffer first = held.getFirst();
            int part = Math.min(left, first.remaining());
            first.position(first.position() + part);
            left -= part;
            if (!first.hasRemaining()) {
                held.removeFirst();
            }
        }
    }

    /** Returns the number of bytes accepted and not yet given to the kernel. For the owner. */
    public long held() {
        return heldBytes;
    }

    /** Returns the number of write calls made. Any thread. */
    public long writes() {
        return writes;
    }

    /** Returns the number of bytes the kernel took. Any thread. */
    public long bytes() {
        return bytes;
    }

    /**
     * Ends the use of this half: with nothing held the peer is told that no more will come, as by {@link #pollFinish};
     * otherwise the connection is reset, because an orderly end would hide from the peer that bytes were lost.
     */
    @Override
    public void close() {
        registration.forget(SelectionKey.OP_WRITE);
        if (heldBytes > 0) {
            connection.reset(new IOException(
                    "the connection was reset: its writer was closed with " + heldBytes + " bytes unwritten"));
            held.clear();
            heldBytes = 0;
            return;
        }
        if (!finished && registration.failure() == null) {
            try {
                connection.shutdownOutput();
            } catch (IOException e) {
                return; // the first error, and it has closed the connection
            }
        }
        connection.release();
    }

    @Override
    public String toString() {
        return "SocketWriter[" + registration + ", " + heldBytes + " bytes held]";
    }
}
