package dev.weir.io.driver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connection that can wait in a ring. It never blocks. What a write accepts is on its way to the kernel, not there
 * yet: an error of it is told by a later call, or closes the channel.
 */
final class RingStreamChannel extends SocketChannel implements RingChannel {
    /** Of a copy through which heap buffers go. */
    private static final int COPIED = 64 * 1024;

    private final RingSocket socket;
    private volatile @Nullable InetSocketAddress remote;
    private volatile boolean connecting;
    private volatile boolean inputEnded;

    /** Of a socket that is connected to this address, or to none yet. */
    RingStreamChannel(NativeSocket socket, @Nullable InetSocketAddress remote) {
        super(SelectorProvider.provider());
        this.socket = new RingSocket(socket, remote != null);
        this.remote = remote;
    }

    @Override
    public RingSocket ringSocket() {
        return socket;
    }

    @Override
    public SocketChannel bind(@Nullable SocketAddress local) throws IOException {
        socket.bind(NativeSocket.requireInet(local));
        return this;
    }

    @Override
    public boolean connect(SocketAddress address) throws IOException {
        if (socket.isConnected()) {
            throw new AlreadyConnectedException();
        }
        if (connecting) {
            throw new ConnectionPendingException();
        }
        InetSocketAddress inet = NativeSocket.requireInet(address);
        boolean connected = socket.connect(inet);
        remote = inet;
        connecting = !connected;
        return connected;
    }

    @Override
    public boolean finishConnect() throws IOException {
        if (socket.isConnected()) {
            return true;
        }
        if (!connecting) {
            throw new NoConnectionPendingException();
        }
        connecting = !socket.finishConnect();
        return !connecting;
    }

    @Override
    public boolean isConnected() {
        return socket.isConnected();
    }

    @Override
    public boolean isConnectionPending() {
        return connecting;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (into.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer"); // the kernel would not ask
        }
        requireConnected();
        if (inputEnded) {
            return -1;
        }
        if (into.isDirect()) {
            return socket.read(into);
        }
        ByteBuffer copy = ByteBuffer.allocateDirect(Math.min(into.remaining(), COPIED));
        int n = socket.read(copy);
        into.put(copy.flip());
        return n;
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        long all = 0;
        for (int i = offset; i < offset + length; i++) {
            if (into[i].hasRemaining()) {
                int n = read(into[i]);
                if (n <= 0) {
                    return all > 0 ? all : n;
                }
                all += n;
            }
        }
        return all;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        requireConnected();
        if (from.isDirect()) {
            return socket.write(from);
        }
        int part = Math.min(from.remaining(), COPIED);
        ByteBuffer copy = ByteBuffer.allocateDirect(part).put(from.duplicate().limit(from.position() + part));
        int n = socket.write(copy.flip());
        from.position(from.position() + n);
        return n;
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        requireConnected();
        if (isMessage(from, offset, length)) {
            return socket.write(from, offset, length);
        }
        long all = 0;
        for (int i = offset; i < offset + length; i++) {
            while (from[i].hasRemaining()) {
                int n = write(from[i]);
                if (n == 0) {
                    return all;
                }
                all += n;
            }
        }
        return all;
    }

    /** Tells whether these go into one call: all direct, and more than the ring would take a copy of. */
    private static boolean isMessage(ByteBuffer[] from, int offset, int length) {
        long bytes = 0;
        for (int i = offset; i < offset + length; i++) {
            if (!from[i].isDirect()) {
                return false;
            }
            bytes += from[i].remaining();
        }
        return length <= Libc.MOST_BUFFERS && bytes > RingBuffers.OUTWARD_SIZE;
    }

    private void requireConnected() {
        if (!socket.isConnected()) {
            throw new NotYetConnectedException();
        }
    }

    @Override
    public SocketChannel shutdownInput() throws IOException {
        requireConnected();
        socket.shutdownInput();
        inputEnded = true;
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        requireConnected();
        socket.shutdownOutput();
        return this;
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> option, T value) throws IOException {
        socket.setOption(option, Objects.requireNonNull(value, "value"), false);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return socket.option(option, false);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return SocketOptions.OF_CONNECTIONS;
    }

    @Override
    public Socket socket() {
        throw new UnsupportedOperationException("a connection on a ring has no Socket");
    }

    @Override
    public InetSocketAddress getLocalAddress() throws IOException {
        return socket.localAddress();
    }

    @Override
    public @Nullable InetSocketAddress getRemoteAddress() {
        return socket.isConnected() ? remote : null;
    }

    @Override
    protected void implCloseSelectableChannel() {
        socket.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) {
        requireNonBlocking(block);
    }

    static void requireNonBlocking(boolean block) {
        if (block) {
            throw new UnsupportedOperationException("a channel on a ring does not block");
        }
    }

    @Override
    public String toString() {
        return "RingStreamChannel[" + socket + "]";
    }
}
