package dev.weir.io.tls;

import dev.weir.io.ByteListener;
import dev.weir.io.ByteStream;
import dev.weir.task.Context;
import java.net.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Accepts as the listener below does. The handshakes are made by those who poll the streams: one that is slow, or fails,
 * holds up no other.
 */
public final class TlsListener implements ByteListener<TlsStream> {
    private final ByteListener<?> below;
    private final TlsOptions options;
    private boolean failed;

    private TlsListener(ByteListener<?> below, TlsOptions options) {
        this.below = Objects.requireNonNull(below, "below");
        this.options = Objects.requireNonNull(options, "options");
    }

    /** Returns a listener on top of another, which belongs to it. */
    public static TlsListener of(ByteListener<?> below, TlsOptions options) {
        return new TlsListener(below, options);
    }

    @Override
    public @Nullable TlsStream poll(Context cx) throws Exception {
        ByteStream accepted = below.poll(cx);
        return accepted == null ? null : secured(accepted);
    }

    private TlsStream secured(ByteStream accepted) {
        try {
            return TlsStream.server(accepted, options);
        } catch (Throwable e) { // options that make no engine, say: the next will fare no better
            failed = true;
            accepted.close();
            throw e;
        }
    }

    @Override
    public boolean isDone() {
        return failed || below.isDone();
    }

    @Override
    public SocketAddress localAddress() {
        return below.localAddress();
    }

    @Override
    public void close() {
        below.close();
    }

    @Override
    public String toString() {
        return "TlsListener[" + below + "]";
    }
}
