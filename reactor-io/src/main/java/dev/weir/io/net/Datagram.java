package dev.weir.io.net;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A packet of bytes and the other side of it.
 *
 * @param payload what is sent or was received, from position to limit; may be empty
 * @param peer where it goes or came from
 */
public record Datagram(ByteBuffer payload, InetSocketAddress peer) {
    /** Checks that both are there. */
    public Datagram {
        Objects.requireNonNull(payload, "payload");
        Objects.requireNonNull(peer, "peer");
    }
}
