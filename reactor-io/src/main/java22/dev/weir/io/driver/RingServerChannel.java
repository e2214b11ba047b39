package dev.weir.io.driver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A listener that can wait in a ring. It never blocks, and has no address before it is bound. */
final class RingServerChannel extends ServerSocketChannel implements RingChannel {
    private static final Set<SocketOption<?>> OPTIONS = Set.of(
            StandardSocketOptions.SO_RCVBUF, StandardSocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_REUSEPORT);

    private final RingSocket socket;
    private volatile boolean bound;

    RingServerChannel(NativeSocket socket) {
        super(SelectorProvider.provider());
        this.socket = new RingSocket(socket, false);
    }

    @Override
    public RingSocket ringSocket() {
        return socket;
    }

    @Override
    public ServerSocketChannel bind(@Nullable SocketAddress local, int backlog) throws IOException {
        socket.bind(NativeSocket.requireInet(local));
        socket.listen(backlog < 1 ? 50 : backlog); // as the JDK's do
        bound = true;
        return this;
    }

    @Override
    public @Nullable SocketChannel accept() throws IOException {
        NativeSocket.Accepted accepted = socket.accept();
        return accepted == null ? null : new RingStreamChannel(accepted.socket(), accepted.remote());
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> option, T value) throws IOException {
        socket.setOption(option, Objects.requireNonNull(value, "value"), true);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return socket.option(option, true);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return OPTIONS;
    }

    @Override
    public ServerSocket socket() {
        throw new UnsupportedOperationException("a listener on a ring has no ServerSocket");
    }

    @Override
    public @Nullable InetSocketAddress getLocalAddress() throws IOException {
        return bound ? socket.localAddress() : null;
    }

    @Override
    protected void implCloseSelectableChannel() {
        socket.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) {
        RingStreamChannel.requireNonBlocking(block);
    }

    @Override
    public String toString() {
        return "RingServerChannel[" + socket + "]";
    }
}
