package dev.weir.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** The other end of a connection, made of nothing but the JDK: what it can and cannot send is the kernel's word. */
final class Peer implements AutoCloseable {
    private final SocketChannel channel;
    private final Selector selector;

    private Peer(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.configureBlocking(false);
        selector = Selector.open();
        channel.register(selector, SelectionKey.OP_WRITE);
    }

    /** Listens for peers that Weir connects to. */
    static ServerSocketChannel listen() throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    static Peer accept(ServerSocketChannel listener) throws IOException {
        return new Peer(listener.accept());
    }

    static Peer connect(InetSocketAddress address, int sendBuffer) throws IOException {
        SocketChannel channel = SocketChannel.open();
        if (sendBuffer > 0) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, sendBuffer);
        }
        channel.connect(address);
        return new Peer(channel);
    }

    /** Sends until the kernel takes no more, and has taken no more for so long. Returns the bytes it took. */
    long sendUntilBlocked(Duration quiet) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(64 * 1024);
        long sent = 0;
        while (true) {
            int n = channel.write(chunk.clear());
            sent += n;
            if (n == 0 && !canSendWithin(quiet)) {
                return sent;
            }
        }
    }

    /** Waits for the kernel to have room again. */
    boolean canSendWithin(Duration time) throws IOException {
        selector.selectedKeys().clear();
        return selector.select(time.toMillis()) > 0;
    }

    void send(byte[] bytes) throws IOException {
        for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
            if (channel.write(rest) == 0) {
                canSendWithin(Duration.ofSeconds(30));
            }
        }
    }

    /** Closes so that the other side gets a reset instead of an end. */
    void reset() throws IOException {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        close();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        selector.close(); // gives the descriptor of the channel back
    }
}
