package dev.weir.io.net;

import dev.weir.io.driver.NioDriver;
import dev.weir.io.driver.Transport;
import dev.weir.runtime.TaskRuntime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Objects;

/**
 * The connections that peers open. One is accepted for each that is asked for; without demand they wait in the kernel's
 * backlog.
 *
 * <p>A connection that cannot be accepted does not end the sequence. When descriptors run out the listener keeps still
 * for half a second, then a second, and so on up to five, and says so once in the log; a connection that broke before it
 * was accepted is passed over. It holds two descriptors: its own, and one in reserve for the logger. Charges one
 * operation for each attempt.
 */
public final class TcpListener extends SocketListener<TcpStream> {
    TcpListener(ServerSocketChannel channel, TcpOptions options) throws IOException {
        super(channel, (accepted, place) -> {
            options.applyTo(accepted);
            return new TcpStream(accepted, place, options.byteBudget());
        });
        openSpare();
    }

    /**
     * Listens on an address for tasks of a runtime, with {@link TcpOptions#DEFAULT}.
     *
     * @throws IllegalStateException if the runtime has no I/O driver
     * @throws IOException if the system refuses, for instance because the address is in use
     */
    public static TcpListener bind(TaskRuntime runtime, SocketAddress address) throws IOException {
        if (runtime.service(NioDriver.class) == null) {
            throw new IllegalStateException(runtime + " has no I/O driver, so nothing could wait for connections");
        }
        return bind(address);
    }

    /** Listens on an address, with {@link TcpOptions#DEFAULT}. */
    public static TcpListener bind(SocketAddress address) throws IOException {
        return bind(address, TcpOptions.DEFAULT);
    }

    /**
     * Listens on an address. Connections can be made from now on; which runtime serves them is decided by who polls.
     *
     * @param address an {@link InetSocketAddress}; port 0 lets the system choose one
     * @param options of the listener and of the connections that it accepts
     * @throws IOException if the system refuses, for instance because the address is in use
     */
    public static TcpListener bind(SocketAddress address, TcpOptions options) throws IOException {
        Objects.requireNonNull(address, "address");
        ServerSocketChannel channel = Transport.chosen().openListener(TcpOptions.isIpv4(address));
        try {
            options.applyTo(channel);
            channel.bind(address, options.backlog());
            return new TcpListener(channel, options);
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    /** Returns the address that peers connect to. Any thread. */
    @Override
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) super.localAddress();
    }
}
