package dev.weir.io.net;

import dev.weir.io.BorrowingSink;
import dev.weir.io.ByteStream;
import dev.weir.io.Copy;
import dev.weir.io.driver.Registration;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * Where bytes leave for the peer, as fast as it takes them and no faster.
 *
 * <p>Items are held until {@link #pollFlush} or until there are {@code bound} bytes of them, and then written together:
 * many small items are copied into one system call, large direct ones go into one as they are. Once the kernel takes no more, no item is accepted until everything
 * held is written. So the writer holds less than {@code bound} bytes and one item; with a bound of 1, one item. Of items
 * shorter than {@link ByteStream#LEAST_WEIGHT} it holds no more than so many go into the bound.
 *
 * <p>The buffers that are sent belong to the writer until they are written; it moves their positions and leaves their
 * content alone. A poll that throws has met the first error of the connection, in whichever direction. Charges one
 * operation for each write.
 */
public final class SocketWriter implements BorrowingSink {
    private static final AtomicLongFieldUpdater<SocketWriter> WRITES =
            AtomicLongFieldUpdater.newUpdater(SocketWriter.class, "writes");
    private static final AtomicLongFieldUpdater<SocketWriter> BYTES =
            AtomicLongFieldUpdater.newUpdater(SocketWriter.class, "bytes");

    /** Direct buffers of fewer bytes are cheaper to copy than to list. */
    private static final int COPIED_BELOW = 4096;

    /** The JDK lists no more for the kernel. */
    private static final int MOST_AT_ONCE = 16;

    private static final ByteBuffer[] NONE = {};

    private final Connection connection;
    private final Registration registration;
    private final int bound;
    private final int mostItems;
    private final ArrayDeque<ByteBuffer> held = new ArrayDeque<>();
    private long heldBytes;

    /** What is held is the rest of a write that the kernel cut short. */
    private boolean blocked;

    private boolean ready;
    private boolean finished;

    /** Closed, or given back to the stream. */
    private boolean over;

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
        this.mostItems = Math.max(1, bound / ByteStream.LEAST_WEIGHT);
        this.finished = connection.isOutputEnded(); // by a writer that was given back
    }

    @Override
    public boolean pollReady(Context cx) throws IOException {
        check();
        ready = (!blocked && heldBytes < bound && held.size() < mostItems) || write(cx);
        return ready;
    }

    @Override
    public void send(ByteBuffer item) throws IOException {
        Objects.requireNonNull(item, "item");
        registration.check();
        if (!ready || finished || over) {
            throw new IllegalStateException(
                    finished ? "send after pollFinish" : "send needs a pollReady that has answered true");
        }
        ready = false;
        hold(item);
    }

    @Override
    public boolean pollFlush(Context cx) throws IOException {
        check();
        return write(cx);
    }

    /**
     * {@inheritDoc}
     *
     * <p>From the reader of a connection bytes go to the kernel out of the buffer they were read into, see {@link Copy};
     * at most one chunk is held. The result is then the number of chunks.
     */
    @Override
    public Pollable<Long> drain(Source<? extends ByteBuffer> source) {
        Copy copy = Copy.of(source, this);
        return new Pollable<>() {
            @Override
            public Poll<Long> poll(Context cx) throws Exception {
                return copy.poll(cx).isReady() ? Poll.ready(copy.chunks()) : Poll.pending();
            }

            @Override
            public void close() {
                copy.close();
            }
        };
    }

    /** Writes what is held, then tells the peer that no more will come; the reader goes on. */
    @Override
    public boolean pollFinish(Context cx) throws IOException {
        check();
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

    private void check() throws IOException {
        registration.check();
        if (over) {
            throw new IllegalStateException(this + " is closed or was given back");
        }
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
            long offered;
            long n;
            ByteBuffer[] large = largeOnes();
            if (large.length > 1) {
                offered = Arrays.stream(large).mapToLong(ByteBuffer::remaining).sum();
                n = connection.write(large);
            } else {
                ByteBuffer next = gather(cx);
                offered = next.remaining();
                n = connection.write(next);
            }
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
     * {@inheritDoc} It is written at once, and what the kernel does not take is copied and held; all of it behind items
     * that are held.
     */
    @Override
    public void sendLent(ByteBuffer chunk, Context cx) throws IOException {
        registration.check();
        if (!ready || finished || over) {
            throw new IllegalStateException(
                    finished ? "sendLent after pollFinish" : "sendLent needs a pollReady that has answered true");
        }
        ready = false;
        if (heldBytes > 0) { // sent before, and not flushed
            hold(copy(chunk));
            return;
        }
        count(connection.write(chunk));
        if (chunk.hasRemaining()) {
            hold(copy(chunk));
            block(cx);
        }
    }

    private static ByteBuffer copy(ByteBuffer chunk) {
        return ByteBuffer.allocate(chunk.remaining()).put(chunk).flip();
    }

    private void hold(ByteBuffer item) {
        if (item.hasRemaining()) {
            held.add(item);
            heldBytes += item.remaining();
        }
    }

    private void count(long written) {
        WRITES.lazySet(this, writes + 1);
        BYTES.lazySet(this, bytes + written);
    }

    private void block(Context cx) throws IOException {
        blocked = true;
        registration.await(SelectionKey.OP_WRITE, cx);
    }

    /** Returns the direct buffers at the head that are not worth a copy: the kernel takes several in one call. */
    private ByteBuffer[] largeOnes() {
        if (held.size() < 2 || !isLarge(held.getFirst())) {
            return NONE;
        }
        return held.stream()
                .takeWhile(SocketWriter::isLarge)
                .limit(MOST_AT_ONCE)
                .map(ByteBuffer::duplicate) // positions are moved by consume(), as with all others
                .toArray(ByteBuffer[]::new);
    }

    private static boolean isLarge(ByteBuffer item) {
        return item.isDirect() && item.remaining() >= COPIED_BELOW;
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

    private void consume(long n) {
        heldBytes -= n;
        for (long left = n; left > 0; ) {
            ByteBuffer first = held.getFirst();
            int part = (int) Math.min(left, first.remaining());
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

    /** Before it is given back. */
    void requireUnused() {
        if (over || heldBytes > 0) {
            throw new IllegalStateException(this + (over ? " is closed" : " was not flushed"));
        }
    }

    /** Belongs to nobody from now on; another writer may take its place. */
    void giveBack() {
        registration.forget(SelectionKey.OP_WRITE);
        over = true;
        ready = false;
    }

    /**
     * Ends the use of this half: with nothing held the peer is told that no more will come, as by {@link #pollFinish};
     * otherwise the connection is reset, because an orderly end would hide from the peer that bytes were lost.
     */
    @Override
    public void close() {
        if (over) {
            return;
        }
        over = true;
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

    /** Ends the use of this half and, unless it has finished, resets the connection where the system has a way to. */
    @Override
    public void abort() {
        if (finished || over) {
            close();
            return;
        }
        over = true;
        registration.forget(SelectionKey.OP_WRITE);
        held.clear();
        heldBytes = 0;
        connection.reset(new IOException("the connection was reset: its writer was aborted"));
    }

    @Override
    public String toString() {
        return "SocketWriter[" + registration + ", " + heldBytes + " bytes held]";
    }
}
