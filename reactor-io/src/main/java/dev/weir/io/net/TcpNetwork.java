package dev.weir.io.net;

import dev.weir.io.Network;
import dev.weir.task.Pollable;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Objects;

/**
 * The network of the operating system.
 *
 * @param options of all its listeners and streams
 */
public record TcpNetwork(TcpOptions options) implements Network<TcpStream> {
    /** Checks that there are options. */
    public TcpNetwork {
        Objects.requireNonNull(options, "options");
    }

    @Override
    public TcpListener listen(SocketAddress address) throws IOException {
        return TcpListener.bind(address, options);
    }

    @Override
    public Pollable<TcpStream> connect(SocketAddress address) {
        return TcpStream.connect(address, options);
    }
}
