package dev.weir.io.net;

import dev.weir.io.ByteBudget;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Settings of sockets. Immutable: each method returns a copy that differs in one setting.
 *
 * @param noDelay whether small writes leave at once (TCP_NODELAY)
 * @param keepAlive whether the kernel asks a silent peer now and then if it is still there (SO_KEEPALIVE)
 * @param resetOnClose whether closing throws away what was not sent yet and resets the connection (SO_LINGER of zero).
 *     There is no lingering for a while: it would block the thread that closes
 * @param receiveBuffer bytes the kernel may hold that were not read (SO_RCVBUF); 0 leaves the choice to the kernel
 * @param sendBuffer bytes the kernel may hold that were not sent (SO_SNDBUF); 0 leaves the choice to the kernel
 * @param reuseAddress of a listener: whether an address may be bound while old connections linger (SO_REUSEADDR)
 * @param backlog of a listener: how many connections may wait to be accepted, at least 1; the kernel may allow less
 * @param byteBudget what bounds the bytes that were read and not consumed, together with all who share it
 * @param others any other options, such as those of {@code jdk.net.ExtendedSocketOptions}: see {@link #with}
 */
public record TcpOptions(
        boolean noDelay,
        boolean keepAlive,
        boolean resetOnClose,
        int receiveBuffer,
        int sendBuffer,
        boolean reuseAddress,
        int backlog,
        ByteBudget byteBudget,
        Map<SocketOption<?>, Object> others) {
    /** No delay, buffers as the kernel likes them, addresses reused, a backlog of 4096, the shared byte budget. */
    public static final TcpOptions DEFAULT =
            new TcpOptions(true, false, false, 0, 0, true, 4096, ByteBudget.shared(), Map.of());

    /** Checks the ranges. */
    public TcpOptions {
        requireAtLeast(0, receiveBuffer, "receiveBuffer");
        requireAtLeast(0, sendBuffer, "sendBuffer");
        requireAtLeast(1, backlog, "backlog");
        Objects.requireNonNull(byteBudget, "byteBudget");
        others.forEach(TcpOptions::requireNoLinger);
        others = Map.copyOf(others);
    }

    public TcpOptions withNoDelay(boolean changed) {
        return with(draft -> draft.noDelay = changed);
    }

    public TcpOptions withKeepAlive(boolean changed) {
        return with(draft -> draft.keepAlive = changed);
    }

    public TcpOptions withResetOnClose(boolean changed) {
        return with(draft -> draft.resetOnClose = changed);
    }

    public TcpOptions withReceiveBuffer(int changed) {
        return with(draft -> draft.receiveBuffer = changed);
    }

    public TcpOptions withSendBuffer(int changed) {
        return with(draft -> draft.sendBuffer = changed);
    }

    public TcpOptions withReuseAddress(boolean changed) {
        return with(draft -> draft.reuseAddress = changed);
    }

    public TcpOptions withBacklog(int changed) {
        return with(draft -> draft.backlog = changed);
    }

    public TcpOptions withByteBudget(ByteBudget changed) {
        return with(draft -> draft.byteBudget = changed);
    }

    /**
     * Sets any option that the sockets of this platform have. One that they have not is an {@link
     * UnsupportedOperationException} when the socket is made.
     *
     * @throws IllegalArgumentException for an SO_LINGER, in whose place stands {@link #withResetOnClose}
     */
    public <T> TcpOptions with(SocketOption<T> option, T value) {
        return with(draft -> draft.others.put(option, value));
    }

    private TcpOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /** Options that are being changed. */
    private static final class Draft {
        private final Map<SocketOption<?>, Object> others;
        private boolean noDelay;
        private boolean keepAlive;
        private boolean resetOnClose;
        private int receiveBuffer;
        private int sendBuffer;
        private boolean reuseAddress;
        private int backlog;
        private ByteBudget byteBudget;

        Draft(TcpOptions from) {
            others = new HashMap<>(from.others);
            noDelay = from.noDelay;
            keepAlive = from.keepAlive;
            resetOnClose = from.resetOnClose;
            receiveBuffer = from.receiveBuffer;
            sendBuffer = from.sendBuffer;
            reuseAddress = from.reuseAddress;
            backlog = from.backlog;
            byteBudget = from.byteBudget;
        }

        TcpOptions options() {
            return new TcpOptions(
                    noDelay,
                    keepAlive,
                    resetOnClose,
                    receiveBuffer,
                    sendBuffer,
                    reuseAddress,
                    backlog,
                    byteBudget,
                    others);
        }
    }

    /** Before connecting, as the window is agreed upon then. */
    void applyTo(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, noDelay);
        if (keepAlive) {
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        }
        if (resetOnClose) {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
        if (receiveBuffer > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
        }
        if (sendBuffer > 0) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, sendBuffer);
        }
        for (Map.Entry<SocketOption<?>, Object> each : others.entrySet()) {
            set(channel, each.getKey(), each.getValue());
        }
    }

    /** Before binding; accepted sockets inherit the receive buffer, and with it the window. */
    void applyTo(ServerSocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, reuseAddress);
        if (receiveBuffer > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
        }
        for (Map.Entry<SocketOption<?>, Object> each : others.entrySet()) {
            if (channel.supportedOptions().contains(each.getKey())) {
                set(channel, each.getKey(), each.getValue());
            }
        }
    }

    @SuppressWarnings("unchecked") // the pair came in through with()
    private static <T> void set(NetworkChannel channel, SocketOption<T> option, Object value) throws IOException {
        channel.setOption(option, (T) value);
    }

    /** A close that lingers blocks its thread, also that of a non-blocking socket. */
    static void requireNoLinger(SocketOption<?> option, Object value) {
        Objects.requireNonNull(value, "value");
        if (option.equals(StandardSocketOptions.SO_LINGER)) {
            throw new IllegalArgumentException(
                    "SO_LINGER must not be set, was " + value + ": it would block whoever closes; see resetOnClose");
        }
    }

    /** A socket of IPv4 alone for an IPv4 address spares the kernel the mapping of every packet. */
    static boolean isIpv4(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                && inet.getAddress() instanceof Inet4Address host
                && !host.isAnyLocalAddress(); // which for the JDK stands for both families
    }

    static void requireAtLeast(int least, int value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", was " + value);
        }
    }
}
