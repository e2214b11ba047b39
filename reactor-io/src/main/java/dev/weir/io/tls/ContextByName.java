package dev.weir.io.tls;

import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Chooses what a server proves itself with, by the name that its client asks for (SNI, RFC 6066). */
@FunctionalInterface
public interface ContextByName {
    /**
     * Returns the context for a name, or null for the one of the options. Called once a handshake, in a poll: it must
     * not block. What it throws fails the handshake.
     *
     * @param serverName in lower case, as the client sent it: not to be trusted
     */
    @Nullable SSLContext contextFor(String serverName);
}
