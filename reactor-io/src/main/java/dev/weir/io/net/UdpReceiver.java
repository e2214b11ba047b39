package dev.weir.io.net;

import dev.weir.io.ByteBudget;
import dev.weir.io.driver.Registration;
import dev.weir.task.Context;
import dev.weir.task.Source;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The datagrams that come in; never completes. Each poll receives at most one, and hands its payload on in a heap buffer
 * of its size, which belongs to the caller. Datagrams longer than {@link UdpOptions#maxDatagram} are dropped and
 * counted: who sends them must not end the sequence. A datagram is received when the {@link ByteBudget} of the socket
 * grants one of the largest size, and counts until the next poll. Charges one operation for each.
 */
public final class UdpReceiver implements Source<Datagram> {
    private final UdpSocket socket;
    private final Registration registration;
    private final Intake intake;
    private final ByteBudget.Share share;
    private boolean over;

    // Written by the owner alone.
    private volatile long received;
    private volatile long oversized;

    UdpReceiver(UdpSocket socket) {
        this.socket = socket;
        registration = socket.registration();
        intake = new Intake(registration, socket.byteBudget());
        share = intake.share();
    }

    @Override
    public @Nullable Datagram poll(Context cx) throws IOException {
        try {
            registration.check();
            return intake.answer(receive(cx));
        } catch (IOException e) {
            intake.fail();
            throw registration.close(e);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private @Nullable Datagram receive(Context cx) throws IOException {
        if (intake.isAwaited()) {
            intake.awaitPeer(cx);
            return null;
        }
        while (cx.charge()) {
            if (!share.pollReserve(socket.maxDatagram(), cx)) {
                intake.awaitRoom(cx);
                return null;
            }
            ByteBuffer scratch = Scratch.of(cx, socket.maxDatagram() + 1); // a full one was cut by the kernel
            SocketAddress from = socket.channel().receive(scratch);
            if (from == null) {
                cx.budget().refund();
                intake.awaitPeer(cx);
                return null;
            }
            if (scratch.hasRemaining()) {
                received++;
                scratch.flip();
                share.shrinkTo(Math.min(share.held(), scratch.remaining()));
                return new Datagram(
                        ByteBuffer.allocate(scratch.remaining()).put(scratch).flip(), UdpSocket.inet(from));
            }
            oversized++;
        }
        return null;
    }

    /**
     * True after a poll has thrown, and, of a socket that has failed or was closed, without a poll; but not between a
     * poll that said "not now" and the next.
     */
    @Override
    public boolean isDone() {
        return intake.isOver();
    }

    /** Returns the number of datagrams handed on. Any thread. */
    public long received() {
        return received;
    }

    /** Returns the number of datagrams dropped because they were too long. Any thread. */
    public long oversized() {
        return oversized;
    }

    @Override
    public void close() {
        if (over) {
            return;
        }
        over = true;
        try {
            intake.giveUp();
        } finally {
            socket.release();
        }
    }

    @Override
    public String toString() {
        return "UdpReceiver[" + socket + "]";
    }
}
