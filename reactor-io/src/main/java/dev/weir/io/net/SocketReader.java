package dev.weir.io.net;

import dev.weir.io.ByteBudget;
import dev.weir.io.Consume;
import dev.weir.io.Copy;
import dev.weir.io.LendingSource;
import dev.weir.io.driver.Registration;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a peer sends, in chunks as the kernel has them. Completes when the peer ends its direction.
 *
 * <p>Each poll makes at most one read of at most one chunk, and hands it on in a heap buffer of its size, which belongs
 * to the caller; {@link Consume} and {@link Copy} do without that buffer. It reads before it waits. A short read says that
 * the kernel has no more, so the next poll waits without trying; until the event comes, further polls do not try either.
 * Interest is armed by a poll that waits and by nothing else: without polls the kernel's buffer fills, the window closes,
 * and the peer blocks. A chunk is read when the {@link ByteBudget} of the connection grants it, which holds it until the
 * next poll.
 *
 * <p>A poll that throws has met the first error of the connection, in whichever direction; a reset is never taken for an
 * end. Charges one operation for each chunk.
 */
public final class SocketReader implements LendingSource {
    private static final AtomicLongFieldUpdater<SocketReader> READS =
            AtomicLongFieldUpdater.newUpdater(SocketReader.class, "reads");
    private static final AtomicLongFieldUpdater<SocketReader> BYTES =
            AtomicLongFieldUpdater.newUpdater(SocketReader.class, "bytes");

    private final Connection connection;
    private final Registration registration;
    private final int chunk;
    private final OnCancel onCancel;
    private final Intake intake;
    private final ByteBudget.Share share;
    private @Nullable ByteBuffer peeked;
    private boolean drained;
    private boolean ended;

    /** Closed, or given back to the stream. */
    private boolean over;

    // Written by the owner alone, in order but without a fence: others see them a little later.
    private volatile long reads;
    private volatile long bytes;

    SocketReader(Connection connection, int chunk, OnCancel onCancel, ByteBudget byteBudget) {
        if (chunk < 1) {
            throw new IllegalArgumentException("chunk must be at least 1, was " + chunk);
        }
        this.connection = connection;
        this.registration = connection.registration();
        this.chunk = chunk;
        this.intake = new Intake(registration, byteBudget);
        this.share = intake.share();
        this.onCancel = Objects.requireNonNull(onCancel, "onCancel");
    }

    @Override
    public @Nullable ByteBuffer poll(Context cx) throws IOException {
        ByteBuffer scratch = lend(cx);
        return scratch == null
                ? null
                : ByteBuffer.allocate(scratch.remaining()).put(scratch).flip();
    }

    /**
     * Returns what the next poll will return, without taking it: the next chunk, read-only, or null as {@link #poll}
     * does. The bytes have left the kernel and are kept here, so of a reader that is peeked at once more than of one
     * that waits for demand.
     */
    public @Nullable ByteBuffer peek(Context cx) throws IOException {
        ByteBuffer next = peeked;
        if (next == null) {
            next = poll(cx);
            peeked = next;
        }
        return next == null ? null : next.asReadOnlyBuffer();
    }

    /** Reads a chunk, into the scratch buffer as a rule. */
    @Override
    public @Nullable ByteBuffer lend(Context cx) throws IOException {
        ByteBuffer kept = peeked;
        if (kept != null) {
            peeked = null;
            return kept;
        }
        if (ended) {
            return null;
        }
        if (over) {
            throw new IllegalStateException(this + " is closed or was given back");
        }
        return lendOpen(cx);
    }

    /** As {@link #lend}, of a reader that is closed. For who throws away what still comes. */
    @Nullable ByteBuffer discard(Context cx) throws IOException {
        return ended ? null : lendOpen(cx);
    }

    private @Nullable ByteBuffer lendOpen(Context cx) throws IOException {
        try {
            registration.check();
            return intake.answer(readOpen(cx));
        } catch (IOException e) {
            intake.fail();
            throw e;
        }
    }

    private @Nullable ByteBuffer readOpen(Context cx) throws IOException {
        if (drained || intake.isAwaited()) {
            drained = false;
            intake.awaitPeer(cx);
            return null;
        }
        if (!cx.charge()) {
            return null;
        }
        if (!share.pollReserveUpTo(chunk, cx)) {
            intake.awaitRoom(cx);
            return null;
        }
        int room = (int) share.held();
        ByteBuffer scratch = Scratch.of(cx, room);
        int n = connection.read(scratch);
        if (n > 0) {
            drained = n < room;
            share.shrinkTo(n);
            READS.lazySet(this, reads + 1);
            BYTES.lazySet(this, bytes + n);
            return scratch.flip();
        }
        cx.budget().refund();
        if (n == 0) {
            intake.awaitPeer(cx);
            return null;
        }
        share.release();
        if (connection.hasEnded()) {
            ended = true;
        } else {
            cx.waker().wake();
        }
        return null;
    }

    /**
     * True after the end was read or a poll has thrown, and, of a connection that has failed or was closed, without a
     * poll; but not between a poll that said "not now" and the next, where it would look like the end.
     */
    @Override
    public boolean isDone() {
        return ended || (peeked == null && intake.isOver());
    }

    /** Returns the number of reads that gave bytes. Any thread. */
    public long reads() {
        return reads;
    }

    /** Returns the number of bytes read. Any thread. */
    public long bytes() {
        return bytes;
    }

    /**
     * Ends the use of this half: after the end of the stream without effect on the writer, before it as {@link
     * OnCancel} says.
     */
    @Override
    public void close() {
        if (over) {
            return;
        }
        over = true;
        registration.forget(SelectionKey.OP_READ);
        if (!ended && registration.failure() == null && onCancel == OnCancel.DRAIN) {
            Context cx = Context.current();
            TaskRuntime runtime = cx == null ? null : cx.host().service(TaskRuntime.class);
            if (runtime != null) {
                peeked = null;
                runtime.spawn(new Discard(this));
                return;
            }
        }
        release();
    }

    /** Before it is given back. */
    void requireUnused() {
        if (over || peeked != null) {
            throw new IllegalStateException(this + (over ? " is closed" : " holds bytes that were peeked at"));
        }
    }

    /** Belongs to nobody from now on; another reader may take its place. */
    void giveBack() {
        over = true;
        intake.giveUp();
    }

    /** Gives the connection up, after the end; otherwise closes it. */
    void release() {
        try {
            intake.giveUp();
        } finally {
            if (ended) {
                connection.release();
            } else {
                connection.close(
                        new IOException("the connection was closed: its reader was, before the end of the stream"));
            }
        }
    }

    @Override
    public String toString() {
        return "SocketReader[" + registration + "]";
    }
}
