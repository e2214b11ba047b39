package dev.weir.io.net;

import dev.weir.io.ByteBudget;
import dev.weir.io.ByteStream;
import dev.weir.io.driver.Registration;
import dev.weir.task.Pollable;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;

/**
 * A connection to another process of this machine, through the file system. It behaves as a {@link TcpStream} but for
 * one thing: the system has no way to reset it. A writer that is closed with bytes unwritten closes the connection, and
 * the peer may take that for an end.
 */
public final class UnixStream implements ByteStream {
    private final Connection connection;
    private final Halves halves;
    private final UnixDomainSocketAddress local;
    private final UnixDomainSocketAddress remote;

    UnixStream(SocketChannel channel, Registration registration) throws IOException {
        connection = new Connection(channel, registration, ByteBudget.shared());
        halves = new Halves(connection);
        local = (UnixDomainSocketAddress) channel.getLocalAddress();
        remote = (UnixDomainSocketAddress) channel.getRemoteAddress();
    }

    /**
     * Returns the computation that connects to an address. It connects in its first poll or, when too many wait for the
     * listener already, fails: this system cannot wait for room in its backlog. Giving it up closes the socket.
     *
     * @param address a {@link UnixDomainSocketAddress}
     */
    public static Pollable<UnixStream> connect(SocketAddress address) {
        UnixDomainSocketAddress target = requireUnix(address);
        return new SocketAttempt<>(target, UnixStream::open, UnixStream::new);
    }

    static SocketChannel open() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.configureBlocking(false);
            return channel;
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    static UnixDomainSocketAddress requireUnix(SocketAddress address) {
        if (!(address instanceof UnixDomainSocketAddress unix)) {
            throw new IllegalArgumentException("address must be a UnixDomainSocketAddress, was " + address);
        }
        return unix;
    }

    /** Takes the reader, with chunks of {@link TcpStream#DEFAULT_CHUNK} and {@link OnCancel#CLOSE}. */
    @Override
    public SocketReader reader() {
        return reader(TcpStream.DEFAULT_CHUNK, OnCancel.CLOSE);
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

    /** Takes the writer, with a bound of {@link TcpStream#DEFAULT_CHUNK}. */
    @Override
    public SocketWriter writer() {
        return writer(TcpStream.DEFAULT_CHUNK);
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
     * Takes both halves back; see {@link TcpStream#reunite}.
     *
     * @throws ReuniteException if they are not both halves of this stream; nothing has happened to them then
     * @throws IllegalStateException if one is closed, or holds bytes that were peeked at or not flushed
     */
    public void reunite(SocketReader reader, SocketWriter writer) throws ReuniteException {
        halves.reunite(reader, writer);
    }

    /** Returns the address of this side; its path is empty on the side that connected. */
    @Override
    public UnixDomainSocketAddress localAddress() {
        return local;
    }

    /** Returns the address of the other side; its path is empty on the side that accepted. */
    @Override
    public UnixDomainSocketAddress remoteAddress() {
        return remote;
    }

    /** Closes the connection at once, whoever uses its halves: their next poll throws. Idempotent. */
    @Override
    public void close() {
        connection.close(new IOException("the connection was closed"));
    }

    @Override
    public String toString() {
        return "UnixStream[" + local + " to " + remote + "]";
    }
}
