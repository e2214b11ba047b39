package dev.weir.io.net;

import dev.weir.io.ByteBudget;
import dev.weir.io.ByteStream;
import dev.weir.io.driver.Registration;
import dev.weir.task.Pollable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;

/**
 * A connection to a peer: two directions that are used and ended independently of each other.
 *
 * <p>The halves are taken once each. When both are closed the connection is closed; who does not take both closes the
 * stream. All methods may be called from any thread.
 */
public final class TcpStream implements ByteStream {
    /** Bytes a reader reads at once, and a writer gathers, unless told otherwise. */
    public static final int DEFAULT_CHUNK = Scratch.SIZE;

    private final SocketChannel channel;
    private final Connection connection;
    private final Halves halves;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;

    TcpStream(SocketChannel channel, Registration registration, ByteBudget byteBudget) throws IOException {
        this.channel = channel;
        connection = new Connection(channel, registration, byteBudget);
        halves = new Halves(connection);
        local = (InetSocketAddress) channel.getLocalAddress();
        remote = (InetSocketAddress) channel.getRemoteAddress();
    }

    /** Returns the computation that connects to an address, with {@link TcpOptions#DEFAULT}. */
    public static Pollable<TcpStream> connect(SocketAddress address) {
        return connect(address, TcpOptions.DEFAULT);
    }

    /**
     * Returns the computation that connects to an address. Nothing happens before it is polled. A name that was not
     * resolved yet is looked up on a thread for blocking calls; if it has several addresses they are tried by turns of
     * their families, the next one as soon as one fails or after 250 ms (RFC 8305), and the first connection wins.
     * Giving the computation up closes the sockets. It fails with the {@link IOException} of the system, such as {@link
     * java.net.ConnectException}, to which those of further addresses are suppressed.
     *
     * @param address an {@link InetSocketAddress}
     */
    public static Pollable<TcpStream> connect(SocketAddress address, TcpOptions options) {
        return new TcpConnect(address, options, InetAddress::getAllByName);
    }

    /** Takes the reader, with chunks of {@link #DEFAULT_CHUNK} and {@link OnCancel#CLOSE}. */
    @Override
    public SocketReader reader() {
        return reader(DEFAULT_CHUNK);
    }

    /** Takes the reader, with {@link OnCancel#CLOSE}. */
    public SocketReader reader(int chunk) {
        return reader(chunk, OnCancel.CLOSE);
    }

    /**
     * Takes the reader.
     *
     * @param chunk bytes of an item at most, at least 1
     * @param onCancel what becomes of the connection when the reader is closed before the end
     * @throws IllegalStateException if it was taken before
     */
    public SocketReader reader(int chunk, OnCancel onCancel) {
        return halves.takeReader(chunk, onCancel);
    }

    /**
     * Takes the reader, which reads on this budget in place of that of the options.
     *
     * @param chunk bytes of an item at most, at least 1
     * @param onCancel what becomes of the connection when the reader is closed before the end
     * @throws IllegalStateException if it was taken before
     */
    public SocketReader reader(int chunk, OnCancel onCancel, ByteBudget byteBudget) {
        return halves.takeReader(chunk, onCancel, byteBudget);
    }

    /** Takes the writer, with a bound of {@link #DEFAULT_CHUNK}. */
    @Override
    public SocketWriter writer() {
        return writer(DEFAULT_CHUNK);
    }

    /**
     * Takes the writer.
     *
     * @param bound bytes it gathers before it writes, and accepts beyond what the kernel took, up to one item more; at
     *     least 1
     * @throws IllegalStateException if it was taken before
     */
    public SocketWriter writer(int bound) {
        return halves.takeWriter(bound);
    }

    /**
     * Takes both halves back, so that they can be taken again, with other sizes or by others. They are not used any
     * more. For who owns both.
     *
     * @throws ReuniteException if they are not both halves of this stream; nothing has happened to them then
     * @throws IllegalStateException if one is closed, or holds bytes that were peeked at or not flushed
     */
    public void reunite(SocketReader reader, SocketWriter writer) throws ReuniteException {
        halves.reunite(reader, writer);
    }

    /**
     * Sets an option of the socket, such as {@link java.net.StandardSocketOptions#IP_TOS}.
     *
     * @throws IllegalArgumentException for an SO_LINGER, see {@link TcpOptions#resetOnClose}
     * @throws UnsupportedOperationException if the sockets of this platform have no such option
     */
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        TcpOptions.requireNoLinger(option, value);
        channel.setOption(option, value);
    }

    /** Returns an option of the socket. */
    public <T> T option(SocketOption<T> option) throws IOException {
        return channel.getOption(option);
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    /**
     * Closes the connection at once and resets it. Idempotent. If it has waited the peer is told at the driver's next look,
     * as a rule soon after the return; on a current-thread runtime nobody looks while nobody drives it.
     */
    @Override
    public void abort() {
        connection.reset(new IOException("the connection was aborted"));
    }

    /** Closes the connection at once, whoever uses its halves: their next poll throws. Idempotent. */
    @Override
    public void close() {
        connection.close(new IOException("the connection was closed"));
    }

    @Override
    public String toString() {
        return "TcpStream[" + local + " to " + remote + "]";
    }
}
