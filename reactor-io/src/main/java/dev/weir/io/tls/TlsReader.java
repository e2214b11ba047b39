package dev.weir.io.tls;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the peer sends, decrypted: an item for each record that has text, which belongs to the caller. Completes when the
 * peer has said that it ends its direction (close-notify); an end of the connection without that is a failure.
 *
 * <p>Each poll decrypts at most one record with text, and asks the stream below for a chunk only when it has no whole
 * record. So without demand nothing is decrypted, and nothing read but the rest of the last chunk. Charges what the stream
 * below charges for a chunk; a record without text, such as a key update, costs one operation unless the stream below has
 * charged for it. A record with text that is in hand already costs nothing: who pulls in a loop asks
 * {@link Context#mayGoOn}.
 */
final class TlsReader implements Source<ByteBuffer> {
    private final TlsConnection connection;
    private boolean ended;
    private boolean failed;
    /** The last poll said "not now": a failure that comes meanwhile is told by the next, or it would look like the end. */
    private boolean waiting;

    private boolean over;

    TlsReader(TlsConnection connection) {
        this.connection = connection;
    }

    @Override
    public @Nullable ByteBuffer poll(Context cx) throws IOException {
        if (ended) {
            return null;
        }
        if (over) {
            throw new IllegalStateException(this + " is closed");
        }
        try {
            ByteBuffer text = connection.read(cx);
            ended = text == null && connection.hasEnded();
            waiting = text == null;
            return text;
        } catch (IOException e) {
            failed = true;
            throw e;
        }
    }

    @Override
    public boolean isDone() {
        return ended || failed || (!waiting && connection.hasFailed());
    }

    @Override
    public void close() {
        if (!over) {
            over = true;
            connection.closeReader();
        }
    }

    @Override
    public String toString() {
        return "TlsReader[" + connection + "]";
    }
}
