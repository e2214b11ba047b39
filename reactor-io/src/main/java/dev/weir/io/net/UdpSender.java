package dev.weir.io.net;

import dev.weir.io.driver.Registration;
import dev.weir.task.Context;
import dev.weir.task.Sink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.UnsupportedAddressTypeException;
import org.jspecify.annotations.Nullable;

/**
 * Where datagrams leave. It holds at most one, until {@link #pollFlush} or the next {@link #pollReady}, and waits while
 * the kernel has no room. What was sent may still be lost on its way.
 *
 * <p>A datagram that the system refuses, say because there is no route to its peer, or the peer is of IPv6 and the
 * socket of IPv4 only, does not end the sender: it is dropped and counted. A connected sender has one peer, and fails.
 * Charges one operation for each.
 */
public final class UdpSender implements Sink<Datagram> {
    private final UdpSocket socket;
    private final Registration registration;
    private @Nullable Datagram held;
    private boolean ready;
    private boolean finished;
    private boolean over;

    // Written by the owner alone.
    private volatile long sent;
    private volatile long refused;

    UdpSender(UdpSocket socket) {
        this.socket = socket;
        registration = socket.registration();
    }

    @Override
    public boolean pollReady(Context cx) throws IOException {
        ready = pollFlush(cx);
        return ready;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if it is longer than {@link UdpOptions#maxDatagram}, or its peer is not
     *     resolved; or, of a connected socket, if it is for another address, or empty, as the JDK would not send it
     */
    @Override
    public void send(Datagram item) throws IOException {
        registration.check();
        if (!ready || finished) {
            throw new IllegalStateException(
                    finished ? "send after pollFinish" : "send needs a pollReady that has answered true");
        }
        if (item.payload().remaining() > socket.maxDatagram()) {
            throw new IllegalArgumentException("a datagram must have at most " + socket.maxDatagram() + " bytes, has "
                    + item.payload().remaining());
        }
        if (item.peer().isUnresolved()) {
            throw new IllegalArgumentException("the peer of a datagram must be resolved, is " + item.peer());
        }
        if (socket.remoteAddress() != null && !item.peer().equals(socket.remoteAddress())) {
            throw new IllegalArgumentException(
                    "a datagram of " + socket + " must be for its peer, is for " + item.peer());
        }
        if (socket.remoteAddress() != null && !item.payload().hasRemaining()) {
            throw new IllegalArgumentException("a datagram of " + socket + " must not be empty, as it is connected");
        }
        ready = false;
        held = item;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    public boolean pollFlush(Context cx) throws IOException {
        registration.check();
        Datagram next = held;
        if (next == null) {
            return true;
        }
        if (registration.isAwaited(SelectionKey.OP_WRITE)) {
            registration.await(SelectionKey.OP_WRITE, cx);
            return false;
        }
        if (!cx.charge()) {
            return false;
        }
        int size = next.payload().remaining();
        try {
            int n = socket.channel().send(direct(next.payload(), cx), next.peer());
            if (n == 0 && size > 0) {
                cx.budget().refund();
                registration.await(SelectionKey.OP_WRITE, cx);
                return false;
            }
            sent++;
        } catch (UnsupportedAddressTypeException e) {
            refused++; // an IPv6 peer, and a socket that is of IPv4 only
        } catch (IOException e) {
            registration.check();
            if (socket.remoteAddress() != null) {
                throw registration.close(e);
            }
            refused++;
        }
        next.payload().position(next.payload().limit());
        held = null;
        return true;
    }

    private static ByteBuffer direct(ByteBuffer payload, Context cx) {
        return payload.isDirect()
                ? payload.duplicate()
                : Scratch.of(cx, Math.max(1, payload.remaining()))
                        .put(payload.duplicate())
                        .flip();
    }

    /** Sends what is held. There is no end that a peer could be told of. */
    @Override
    public boolean pollFinish(Context cx) throws IOException {
        finished = pollFlush(cx);
        return finished;
    }

    /** Returns the number of datagrams the kernel took. Any thread. */
    public long sent() {
        return sent;
    }

    /** Returns the number of datagrams that were refused. Any thread. */
    public long refused() {
        return refused;
    }

    @Override
    public void close() {
        if (over) {
            return;
        }
        over = true;
        registration.forget(SelectionKey.OP_WRITE);
        held = null;
        socket.release();
    }

    @Override
    public String toString() {
        return "UdpSender[" + socket + "]";
    }
}
