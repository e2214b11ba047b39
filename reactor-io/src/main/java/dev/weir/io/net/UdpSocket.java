package dev.weir.io.net;

import dev.weir.io.ByteBudget;
import dev.weir.io.driver.Registration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A place that datagrams are sent from and received at. The network may lose, repeat and reorder them; the kernel loses
 * those for which its buffer has no room, so a receiver without demand loses datagrams and not memory.
 *
 * <p>The receiver and the sender are taken once each; when both are closed, so is the socket. Who does not take both
 * closes the socket. All methods may be called from any thread.
 *
 * <p>A socket that is <em>connected</em> receives from and sends to one address alone, and learns, if the network tells,
 * that nobody is there: both halves fail with a {@link java.net.PortUnreachableException} then.
 */
public final class UdpSocket implements AutoCloseable {
    private final DatagramChannel channel;
    private final Registration registration;
    private final int maxDatagram;
    private final ByteBudget byteBudget;
    private final InetSocketAddress local;
    private final @Nullable InetSocketAddress remote;
    private final AtomicBoolean receiverTaken = new AtomicBoolean();
    private final AtomicBoolean senderTaken = new AtomicBoolean();
    private int openHalves = 2;

    private UdpSocket(DatagramChannel channel, UdpOptions options) throws IOException {
        this.channel = channel;
        registration = new Registration(channel);
        maxDatagram = options.maxDatagram();
        byteBudget = options.byteBudget();
        local = (InetSocketAddress) channel.getLocalAddress();
        remote = (InetSocketAddress) channel.getRemoteAddress();
    }

    /** Opens a socket at an address, with {@link UdpOptions#DEFAULT}. */
    public static UdpSocket bind(InetSocketAddress address) throws IOException {
        return bind(address, UdpOptions.DEFAULT);
    }

    /**
     * Opens a socket at an address.
     *
     * @param address resolved; port 0 lets the system choose one
     * @throws IOException if the system refuses, for instance because the address is in use
     */
    public static UdpSocket bind(InetSocketAddress address, UdpOptions options) throws IOException {
        return open(address, options, channel -> channel.bind(address));
    }

    /** Opens a socket that is connected to an address, with {@link UdpOptions#DEFAULT}. */
    public static UdpSocket connect(InetSocketAddress address) throws IOException {
        return connect(address, UdpOptions.DEFAULT);
    }

    /**
     * Opens a socket, at a port that the system chooses, that is connected to an address. Nothing is sent by that.
     *
     * @param address resolved
     * @throws IOException if the system refuses, for instance because there is no route
     */
    public static UdpSocket connect(InetSocketAddress address, UdpOptions options) throws IOException {
        return open(address, options, channel -> channel.connect(address));
    }

    private static UdpSocket open(InetSocketAddress address, UdpOptions options, Placing placing) throws IOException {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("address must be resolved, was " + address);
        }
        DatagramChannel channel =
                TcpOptions.isIpv4(address) ? DatagramChannel.open(StandardProtocolFamily.INET) : DatagramChannel.open();
        try {
            options.applyTo(channel);
            placing.place(channel);
            return new UdpSocket(channel, options);
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Takes the receiver.
     *
     * @throws IllegalStateException if it was taken before
     */
    public UdpReceiver receiver() {
        take(receiverTaken, "receiver");
        return new UdpReceiver(this);
    }

    /**
     * Takes the sender.
     *
     * @throws IllegalStateException if it was taken before
     */
    public UdpSender sender() {
        take(senderTaken, "sender");
        return new UdpSender(this);
    }

    private void take(AtomicBoolean taken, String half) {
        if (!taken.compareAndSet(false, true)) {
            throw new IllegalStateException("the " + half + " of " + this + " was taken before, and has one owner");
        }
    }

    /**
     * Receives what is sent to a group from now on, until the key is {@linkplain MembershipKey#drop dropped} or the
     * socket closed.
     *
     * @param group a multicast address
     * @param via the interface on which to listen
     * @throws IllegalArgumentException if the group is no multicast address, or one of another family
     */
    public MembershipKey join(InetAddress group, NetworkInterface via) throws IOException {
        return channel.join(group, via);
    }

    /** Sends to groups through this interface from now on. */
    public void sendMulticastVia(NetworkInterface via) throws IOException {
        channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, via);
    }

    /** Returns the address of this socket. */
    public InetSocketAddress localAddress() {
        return local;
    }

    /** Returns the address that this socket is connected to, or null. */
    public @Nullable InetSocketAddress remoteAddress() {
        return remote;
    }

    /** Returns how many bytes a payload may have. */
    public int maxDatagram() {
        return maxDatagram;
    }

    ByteBudget byteBudget() {
        return byteBudget;
    }

    DatagramChannel channel() {
        return channel;
    }

    Registration registration() {
        return registration;
    }

    /** One half needs the socket no more. */
    void release() {
        boolean last;
        synchronized (this) {
            last = --openHalves == 0;
        }
        if (last) {
            close();
        }
    }

    /** Closes at once; the next poll of a half throws. Idempotent. */
    @Override
    public void close() {
        registration.close(new IOException("the socket at " + local + " was closed"));
    }

    @Override
    public String toString() {
        return "UdpSocket[" + local + (remote == null ? "]" : " to " + remote + "]");
    }

    @FunctionalInterface
    private interface Placing {
        void place(DatagramChannel channel) throws IOException;
    }

    /** Returns the address of a datagram; the channel says it in more general terms. */
    static InetSocketAddress inet(SocketAddress address) {
        return (InetSocketAddress) address;
    }
}
