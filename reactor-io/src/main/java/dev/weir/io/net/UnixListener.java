package dev.weir.io.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The connections that other processes of this machine open through the file system; otherwise a {@link TcpListener}.
 * The file that stands for the address is made here, and deleted by {@link #close()}. One that is left over from a
 * process that died has to be deleted before.
 */
public final class UnixListener extends SocketListener<UnixStream> {
    private static final System.Logger LOG = System.getLogger("dev.weir.io");

    private final UnixDomainSocketAddress local;
    private final AtomicBoolean closed = new AtomicBoolean();

    private UnixListener(ServerSocketChannel channel, UnixDomainSocketAddress local) throws IOException {
        super(channel, (accepted, place) -> {
            accepted.configureBlocking(false);
            return new UnixStream(accepted, place);
        });
        this.local = local;
        openSpare();
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
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    /** Returns the address that others connect to. Any thread. */
    @Override
    public UnixDomainSocketAddress localAddress() {
        return local;
    }

    /** Ends the listening and deletes the file; accepted connections live on. Any thread. Idempotent. */
    @Override
    public void close() {
        super.close();
        if (closed.compareAndSet(false, true)) { // who comes later may find the file of another listener
            try {
                Files.deleteIfExists(local.getPath());
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "the file of a closed listener was not deleted", e);
            }
        }
    }
}
