package dev.weir.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * The other end of the connections under test: a server on the loopback interface that knows nothing of Weir. Each
 * connection has a thread that blocks. Servers live as long as the process; those of equal behaviour are the same.
 */
final class Peer {
    /** What is done with a connection, which is closed afterwards. */
    interface Service {
        void serve(Socket socket) throws IOException, InterruptedException;
    }

    /** Bound and not listening: who connects is refused, and nobody else is given the port meanwhile. */
    private static final Socket NOBODY = new Socket();

    static {
        try {
            NOBODY.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final InetSocketAddress address;

    /**
     * Starts a server.
     *
     * @param receiveBuffer bytes the kernel may hold that the peer has not read; 0 leaves the choice to the kernel
     */
    Peer(String name, int receiveBuffer, Service service) {
        try {
            ServerSocket server = new ServerSocket();
            if (receiveBuffer > 0) {
                server.setReceiveBufferSize(receiveBuffer);
            }
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
            address = (InetSocketAddress) server.getLocalSocketAddress();
            daemon(name, () -> accept(name, server, service));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes so many bytes, 0, 1, 2 and so on, and then closes. */
    static Peer feeding(long bytes) {
        return new Peer("feeding-peer", 0, socket -> {
            byte[] block = new byte[1 << 16];
            for (int i = 0; i < block.length; i++) {
                block[i] = (byte) i;
            }
            OutputStream out = socket.getOutputStream();
            for (long left = bytes; left > 0; left -= block.length) {
                out.write(block, 0, (int) Math.min(left, block.length));
            }
        });
    }

    /** Resets every connection at once. */
    static Peer resetting() {
        return new Peer("resetting-peer", 0, socket -> socket.setSoLinger(true, 0));
    }

    /** Reads as fast as it can until the end. */
    static Peer reading() {
        return new Peer("reading-peer", 0, socket -> {
            InputStream in = socket.getInputStream();
            byte[] block = new byte[1 << 16];
            while (in.read(block) >= 0) {
                // only read
            }
        });
    }

    /** Reads a few kilobytes each millisecond, through a small window. */
    static Peer readingSlowly() {
        return new Peer("slow-peer", 4096, socket -> {
            InputStream in = socket.getInputStream();
            byte[] block = new byte[1 << 13];
            while (in.read(block) >= 0) {
                Thread.sleep(1);
            }
        });
    }

    InetSocketAddress address() {
        return address;
    }

    /** Returns an address where nobody listens. */
    static InetSocketAddress nobody() {
        return (InetSocketAddress) NOBODY.getLocalSocketAddress();
    }

    private static void accept(String name, ServerSocket server, Service service) {
        try {
            for (; ; ) {
                Socket socket = server.accept();
                daemon(name + "-connection", () -> serve(socket, service));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a peer cannot accept any more", e);
        }
    }

    private static void serve(Socket socket, Service service) {
        try (socket) {
            service.serve(socket);
        } catch (IOException | InterruptedException e) {
            // the other end was cancelled, which is what is tested
        }
    }

    private static void daemon(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
    }
}
