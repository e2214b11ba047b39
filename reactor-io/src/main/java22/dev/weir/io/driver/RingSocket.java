package dev.weir.io.driver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A socket and what of it is in a ring: receives and sends, polls for all other events. Large reads and writes are calls,
 * and so is everything before the socket has a ring.
 *
 * <p>All is guarded by the monitor; under it only the ring is called, which waits for nothing but a kernel without memory,
 * and for that some milliseconds. The descriptor is closed when nothing of it is in the ring any more: the kernel would
 * keep the socket alive, and the number could be another's by the time an operation is done. The sitter, who learns that
 * an operation is over, closes it then.
 */
final class RingSocket {
    /** What of a socket is in the ring; the low byte of a completion's data. */
    static final int OF_RECEIVE = 1;

    static final int OF_SEND = 2;
    static final int OF_POLL_IN = 3;
    static final int OF_POLL_OUT = 4;
    static final int OF_CANCEL = 5;

    private static final int OUTWARD = SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;

    private static final int POLLIN = 1;
    private static final int POLLOUT = 4;
    private static final int SHUT_RD = 0;
    private static final int SHUT_WR = 1;

    /** How long a peer that does not read keeps a connection that was closed, and what was accepted for it before. */
    private static final int PATIENCE_MILLIS = 60_000;

    private final NativeSocket socket;
    private final Inflow inflow;
    private final Outflow outflow;

    /** There from the first wait on. */
    private @Nullable Ring ring;

    private @Nullable Runnable onClosed;

    /** Its place in the ring, shifted. */
    private long data;

    private boolean pollingIn;
    private boolean pollingOut;
    private boolean connected;

    /** The negative error of a send. The sitter closes the connection for it, a moment after it was set here. */
    private int failure;

    /** Our direction ends when what is on its way was sent. */
    private boolean ending;

    /** Closing throws away what was not sent, and tells the peer. */
    private boolean resetting;

    private boolean closing;
    private boolean closed;

    RingSocket(NativeSocket socket, boolean connected) {
        this.socket = socket;
        this.connected = connected;
        inflow = new Inflow(socket);
        outflow = new Outflow(socket);
    }

    /** Waits for what it waits for in this ring, from now on. */
    synchronized void enter(Ring ring, RingBuffers buffers, int slot, Runnable onClosed) throws ClosedChannelException {
        requireOpen();
        this.ring = ring;
        this.onClosed = onClosed;
        data = (long) slot << 8;
        inflow.enter(buffers);
        outflow.enter(ring, buffers, data | OF_SEND);
    }

    private void requireOpen() throws ClosedChannelException {
        if (closing) {
            throw new ClosedChannelException();
        }
    }

    synchronized void bind(InetSocketAddress address) throws IOException {
        requireOpen();
        socket.bind(address);
    }

    synchronized void listen(int backlog) throws IOException {
        requireOpen();
        socket.listen(backlog);
    }

    synchronized NativeSocket.@Nullable Accepted accept() throws IOException {
        requireOpen();
        return socket.accept();
    }

    synchronized boolean connect(InetSocketAddress address) throws IOException {
        requireOpen();
        connected = socket.connect(address);
        return connected;
    }

    synchronized boolean finishConnect() throws IOException {
        requireOpen();
        connected = socket.finishConnect();
        return connected;
    }

    synchronized boolean isConnected() {
        return connected;
    }

    synchronized InetSocketAddress localAddress() throws IOException {
        requireOpen();
        return socket.localAddress();
    }

    synchronized void setOption(SocketOption<?> option, Object value, boolean listener) throws IOException {
        requireOpen();
        SocketOptions.set(socket, option, value, listener);
        if (option.equals(StandardSocketOptions.SO_LINGER)) {
            resetting = value.equals(0);
        }
    }

    synchronized <T> T option(SocketOption<T> option, boolean listener) throws IOException {
        requireOpen();
        return SocketOptions.get(socket, option, listener);
    }

    /** Reads into a direct buffer; -1 at the end of the stream, 0 if there is nothing now. */
    synchronized int read(ByteBuffer into) throws IOException {
        requireOpen();
        int n = inflow.read(into);
        if (n != Inflow.END) {
            return n;
        }
        requireSound();
        return isEndInDoubt() ? 0 : Inflow.END;
    }

    /**
     * The error of a reset is told once, and then the stream looks as if it had ended: a send that is under way may have
     * got it, and one that has ended has told it.
     */
    private boolean isEndInDoubt() {
        return outflow.isSending();
    }

    private void requireSound() throws IOException {
        if (failure < 0) {
            throw Errors.of("send", failure);
        }
    }

    private boolean isReadable() {
        return inflow.isKnown() && !(inflow.isEnded() && isEndInDoubt());
    }

    /** Writes out of a direct buffer; 0 if that is not possible now. */
    synchronized int write(ByteBuffer from) throws IOException {
        requireOpen();
        if (ending) {
            throw new ClosedChannelException();
        }
        requireSound();
        return outflow.write(from);
    }

    /** Writes out of several direct buffers, more together than a buffer of the ring holds; 0 if that is not possible now. */
    synchronized long write(ByteBuffer[] from, int offset, int length) throws IOException {
        requireOpen();
        if (ending) {
            throw new ClosedChannelException();
        }
        requireSound();
        return outflow.write(from, offset, length);
    }

    /** Tells the peer that no more will come, after what was written. */
    synchronized void shutdownOutput() throws ClosedChannelException {
        requireOpen();
        if (!ending) {
            ending = true;
            if (!outflow.isSending()) {
                socket.shutdown(SHUT_WR);
            }
        }
    }

    synchronized void shutdownInput() throws ClosedChannelException {
        requireOpen();
        socket.shutdown(SHUT_RD);
    }

    /** Has the ring report it when one of these operations can go on. Returns those that can already. */
    synchronized int await(int ops) {
        Ring place = ring;
        if (place == null || closing) {
            return 0;
        }
        int now = 0;
        if ((ops & SelectionKey.OP_READ) != 0) {
            if (inflow.isIdle()) {
                place.receive(socket.fd(), data | OF_RECEIVE);
                inflow.toReceiving(); // after it: should it throw, nothing is in the ring, and nobody waits for that
            } else if (isReadable()) {
                now = SelectionKey.OP_READ;
            }
        }
        if ((ops & SelectionKey.OP_ACCEPT) != 0 && !pollingIn) {
            place.poll(socket.fd(), POLLIN, data | OF_POLL_IN);
            pollingIn = true;
        }
        if ((ops & OUTWARD) != 0 && !pollingOut && !outflow.isSending()) {
            place.poll(socket.fd(), POLLOUT, data | OF_POLL_OUT);
            pollingOut = true;
        }
        return now;
    }

    /** Sitter: something is done. Returns the operations that can go on now, or the negative error of a write. */
    synchronized int complete(int what, int result, int flags) {
        int event = switch (what) {
            case OF_RECEIVE -> {
                inflow.complete(result, flags);
                yield SelectionKey.OP_READ;
            }
            case OF_SEND -> sent(result);
            case OF_POLL_IN -> {
                pollingIn = false;
                yield SelectionKey.OP_ACCEPT;
            }
            default -> {
                pollingOut = false;
                yield OUTWARD;
            }
        };
        if (!closing) {
            return event;
        }
        inflow.drop();
        closeIfQuiet();
        return 0;
    }

    private int sent(int result) {
        failure = outflow.complete(result, !(closing && resetting));
        if (outflow.isSending()) {
            return 0;
        }
        if (closing) {
            withdraw();
        } else if (failure < 0) {
            return failure;
        } else if (ending) {
            socket.shutdown(SHUT_WR);
        }
        return SelectionKey.OP_WRITE | (isReadable() ? SelectionKey.OP_READ : 0); // an end is in doubt no more
    }

    /** Any thread: closes, as soon as the ring allows, after what was written unless that is reset. Idempotent. */
    synchronized void close() {
        if (closing) {
            return;
        }
        closing = true;
        Ring place = ring;
        if (place == null) {
            closed = true;
            socket.close();
            return;
        }
        inflow.drop();
        if (!outflow.isSending()) {
            withdraw();
        } else if (resetting) {
            place.cancel(data | OF_SEND, data | OF_CANCEL);
        } else {
            socket.limitPatience(PATIENCE_MILLIS);
        }
        closeIfQuiet();
    }

    /** Nothing is to be sent any more: the peer learns it now, whatever the ring still has to give back. */
    private void withdraw() {
        if (connected && !resetting) {
            socket.shutdown(SHUT_WR);
        }
        Ring place = Objects.requireNonNull(ring);
        if (inflow.isReceiving()) {
            place.cancel(data | OF_RECEIVE, data | OF_CANCEL);
        }
        if (pollingIn) {
            place.cancel(data | OF_POLL_IN, data | OF_CANCEL);
        }
        if (pollingOut) {
            place.cancel(data | OF_POLL_OUT, data | OF_CANCEL);
        }
    }

    /**
     * Sitter: a cancel found nothing. What it was meant for is done, or about to be tried once more. Receives and polls are
     * over then. A send may find room for a part alone, and would wait on for a peer that is to be told of the reset.
     */
    synchronized void missed() {
        if (closing && resetting && outflow.isSending()) {
            Objects.requireNonNull(ring).cancel(data | OF_SEND, data | OF_CANCEL);
        }
    }

    private void closeIfQuiet() {
        if (!closed && !outflow.isSending() && !inflow.isReceiving() && !pollingIn && !pollingOut) {
            finish();
        }
    }

    /** After the ring was closed: what was not sent is lost, so the peer must not take this for an end. */
    synchronized void abandon() {
        if (closed) {
            return;
        }
        closing = true;
        if (outflow.isSending()) {
            try {
                SocketOptions.set(socket, StandardSocketOptions.SO_LINGER, 0, false);
            } catch (IOException e) {
                // It is gone already, and its peer knows.
            }
        }
        finish();
    }

    private void finish() {
        closed = true;
        socket.close();
        Objects.requireNonNull(onClosed).run();
    }

    @Override
    public String toString() {
        return "descriptor " + socket.fd();
    }
}
