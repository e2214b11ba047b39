package dev.weir.io.tls;

import dev.weir.io.ByteStream;
import dev.weir.io.Network;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;
import javax.net.ssl.SSLSession;

/**
 * Another network, encrypted. A connect has made its handshake when it is ready; what is accepted makes it when it is
 * polled.
 *
 * @param below what carries the records
 * @param client options of the streams that are opened here
 * @param server options of the streams that are accepted here
 */
public record TlsNetwork(Network<?> below, TlsOptions client, TlsOptions server) implements Network<TlsStream> {
    /** Checks that all are there. */
    public TlsNetwork {
        Objects.requireNonNull(below, "below");
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(server, "server");
    }

    /** Returns a network with the same options for both sides. */
    public static TlsNetwork of(Network<?> below, TlsOptions options) {
        return new TlsNetwork(below, options, options);
    }

    @Override
    public TlsListener listen(SocketAddress address) throws IOException {
        return TlsListener.of(below.listen(address), server);
    }

    /**
     * {@inheritDoc} The server has to prove that it is the host of the address, or the name in the options: addresses
     * that have no host need the latter.
     */
    @Override
    public Pollable<TlsStream> connect(SocketAddress address) {
        Pollable<? extends ByteStream> connect = below.connect(address);
        return connect.then(stream -> opening(stream, address));
    }

    private Pollable<TlsStream> opening(ByteStream stream, SocketAddress address) {
        try {
            return new Opening(
                    address instanceof InetSocketAddress inet
                            ? TlsStream.client(stream, inet.getHostString(), inet.getPort(), client)
                            : TlsStream.client(stream, null, -1, client));
        } catch (Throwable e) {
            stream.close();
            throw e;
        }
    }

    /** Holds the stream until it hands it over. */
    private static final class Opening implements Pollable<TlsStream> {
        private final TlsStream stream;
        private final Pollable<SSLSession> handshake;
        private boolean handedOver;

        Opening(TlsStream stream) {
            this.stream = stream;
            handshake = stream.handshake();
        }

        @Override
        public Poll<TlsStream> poll(Context cx) throws Exception {
            if (handshake.poll(cx).isPending()) {
                return Poll.pending();
            }
            handedOver = true;
            return Poll.ready(stream);
        }

        @Override
        public void close() {
            handshake.close();
            if (!handedOver) {
                stream.close();
            }
        }
    }
}
