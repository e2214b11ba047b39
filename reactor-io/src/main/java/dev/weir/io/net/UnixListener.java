package dev.weir.io.net;

import dev.weir.io.ByteListener;
import dev.weir.task.Context;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The connections that other processes of this machine open through the file system; otherwise a {@link TcpListener}.
 * The file that stands for the address is made here, and deleted by {@link #close()}. One that is left over from a
 * process that died has to be deleted before.
 */
public final class UnixListener implements ByteListener<UnixStream> {
    private static final System.Logger LOG = System.getLogger("dev.weir.io");

    private final Acceptor<UnixStream> acceptor;
    private final UnixDomainSocketAddress local;
    private final AtomicBoolean closed = new AtomicBoolean();

    private UnixListener(ServerSocketChannel channel, UnixDomainSocketAddress local) throws IOException {
        acceptor = new Acceptor<>(channel, (accepted, place) -> {
            accepted.configureBlocking(false);
            return new UnixStream(accepted, place);
        });
        this.local = local;
    }

    /** Listens on an address, with the backlog of {@link TcpOptions#DEFAULT}. */
    public static UnixListener bind(SocketAddress address) throws IOException {
        return bind(address, TcpOptions.DEFAULT.backlog());
    }

    /**
     * Listens on an address.
     *
     * @param address a {@link UnixDomainSocketAddress} whose path does not exist
     * @param backlog how many connections may wait to be accepted, at least 1; the kernel may allow less
     * @throws IOException if the system refuses, for instance because the path exists
     */
    public static UnixListener bind(SocketAddress address, int backlog) throws IOException {
        UnixDomainSocketAddress local = UnixStream.requireUnix(address);
        TcpOptions.requireAtLeast(1, backlog, "backlog");
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.configureBlocking(false);
            channel.bind(local, backlog);
            return new UnixListener(channel, local);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public @Nullable UnixStream poll(Context cx) throws IOException {
        return acceptor.poll(cx);
    }

    /** True after a poll has thrown: the listener was closed, by whomever, or its runtime was shut down. */
    @Override
    public boolean isDone() {
        return acceptor.isDone();
    }

    /** Returns the address that others connect to. Any thread. */
    @Override
    public UnixDomainSocketAddress localAddress() {
        return local;
    }

    /** Returns the number of connections that could not be accepted. Any thread. */
    public long failedAccepts() {
        return acceptor.failedAccepts();
    }

    /** Ends the listening and deletes the file; accepted connections live on. Any thread. Idempotent. */
    @Override
    public void close() {
        acceptor.close();
        if (closed.compareAndSet(false, true)) { // who comes later may find the file of another listener
            try {
                Files.deleteIfExists(local.getPath());
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "the file of a closed listener was not deleted", e);
            }
        }
    }

    @Override
    public String toString() {
        return "UnixListener[" + local + "]";
    }
}
