package dev.weir.io.net;

import dev.weir.io.ByteStream;
import dev.weir.io.driver.Registration;
import dev.weir.task.Pollable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A connection to a peer: two directions that are used and ended independently of each other.
 *
 * <p>The halves are taken once each. When both are closed the connection is closed; who does not take both closes the
 * stream. All methods may be called from any thread.
 */
public final class TcpStream implements ByteStream {
    /** Bytes a reader reads at once, and a writer gathers, unless told otherwise. */
    public static final int DEFAULT_CHUNK = Scratch.SIZE;

    private final Connection connection;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final AtomicBoolean readerTaken = new AtomicBoolean();
    private final AtomicBoolean writerTaken = new AtomicBoolean();

    TcpStream(SocketChannel channel, Registration registration) throws IOException {
        connection = new Connection(channel, registration);
        local = (InetSocketAddress) channel.getLocalAddress();
        remote = (InetSocketAddress) channel.getRemoteAddress();
    }

    /** Returns the computation that connects to an address, with {@link TcpOptions#DEFAULT}. */
    public static Pollable<TcpStream> connect(SocketAddress address) {
        return connect(address, TcpOptions.DEFAULT);
    }

    /**
     * Returns the computation that connects to an address. Nothing happens before it is polled. A name that was not
     * resolved yet is looked up on a thread for blocking calls. Giving the computation up closes the socket. It fails
     * with the {@link IOException} of the system, such as {@link java.net.ConnectException}.
     *
     * @param address an {@link InetSocketAddress}
     */
    public static Pollable<TcpStream> connect(SocketAddress address, TcpOptions options) {
        return new TcpConnect(address, options);
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
        SocketReader reader = new SocketReader(connection, chunk, onCancel);
        take(readerTaken, "reader");
        return reader;
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
        SocketWriter writer = new SocketWriter(connection, bound);
        take(writerTaken, "writer");
        return writer;
    }

    private void take(AtomicBoolean taken, String half) {
        if (!taken.compareAndSet(false, true)) {
            throw new IllegalStateException("the " + half + " of " + this + " was taken before, and has one owner");
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
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
