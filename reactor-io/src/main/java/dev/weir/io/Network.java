package dev.weir.io;

import dev.weir.task.Pollable;
import java.io.IOException;
import java.net.SocketAddress;

/**
 * Where streams come from: a program that is handed its network runs on sockets and, unchanged, on whatever else can
 * listen and connect. All methods may be called from any thread.
 *
 * @param <S> the type of the streams
 */
public interface Network<S extends ByteStream> {
    /**
     * Listens on an address. Streams can be opened towards it from now on.
     *
     * @throws IOException if that is refused, for instance because the address is in use
     * @throws IllegalArgumentException if this network has no such addresses
     */
    ByteListener<S> listen(SocketAddress address) throws IOException;

    /**
     * Returns the computation that opens a stream to an address. Nothing happens before it is polled; giving it up
     * leaves nothing behind. It fails with an {@link IOException}.
     *
     * @throws IllegalArgumentException if this network has no such addresses
     */
    Pollable<S> connect(SocketAddress address);
}
