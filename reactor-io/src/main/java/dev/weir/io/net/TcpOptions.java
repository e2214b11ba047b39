package dev.weir.io.net;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Settings of sockets. Immutable: each method returns a copy that differs in one setting.
 *
 * @param noDelay whether small writes leave at once (TCP_NODELAY)
 * @param receiveBuffer bytes the kernel may hold that were not read (SO_RCVBUF); 0 leaves the choice to the kernel
 * @param sendBuffer bytes the kernel may hold that were not sent (SO_SNDBUF); 0 leaves the choice to the kernel
 * @param reuseAddress of a listener: whether an address may be bound while old connections linger (SO_REUSEADDR)
 * @param backlog of a listener: how many connections may wait to be accepted, at least 1; the kernel may allow less
 */
public record TcpOptions(boolean noDelay, int receiveBuffer, int sendBuffer, boolean reuseAddress, int backlog) {
    /** No delay, buffers as the kernel likes them, addresses reused, a backlog of 4096. */
    public static final TcpOptions DEFAULT = new TcpOptions(true, 0, 0, true, 4096);

    /** Checks the ranges. */
    public TcpOptions {
        requireAtLeast(0, receiveBuffer, "receiveBuffer");
        requireAtLeast(0, sendBuffer, "sendBuffer");
        requireAtLeast(1, backlog, "backlog");
    }

    public TcpOptions withNoDelay(boolean noDelay) {
        return new TcpOptions(noDelay, receiveBuffer, sendBuffer, reuseAddress, backlog);
    }

    public TcpOptions withReceiveBuffer(int bytes) {
        return new TcpOptions(noDelay, bytes, sendBuffer, reuseAddress, backlog);
    }

    public TcpOptions withSendBuffer(int bytes) {
        return new TcpOptions(noDelay, receiveBuffer, bytes, reuseAddress, backlog);
    }

    public TcpOptions withReuseAddress(boolean reuse) {
        return new TcpOptions(noDelay, receiveBuffer, sendBuffer, reuse, backlog);
    }

    public TcpOptions withBacklog(int connections) {
        return new TcpOptions(noDelay, receiveBuffer, sendBuffer, reuseAddress, connections);
    }

    /** Before connecting, as the window is agreed upon then. */
    void applyTo(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, noDelay);
        if (receiveBuffer > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
        }
        if (sendBuffer > 0) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, sendBuffer);
        }
    }

    /** Before binding; accepted sockets inherit the receive buffer, and with it the window. */
    void applyTo(ServerSocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, reuseAddress);
        if (receiveBuffer > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
        }
    }

    /** A socket of IPv4 alone for an IPv4 address spares the kernel the mapping of every packet. */
    static boolean isIpv4(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                && inet.getAddress() instanceof Inet4Address host
                && !host.isAnyLocalAddress(); // which for the JDK stands for both families
    }

    private static void requireAtLeast(int least, int value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", was " + value);
        }
    }
}
