package dev.weir.io.tls;

import dev.weir.io.ByteStream;
import dev.weir.task.Context;
import dev.weir.task.Sink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Encrypts what is sent. Items are held until {@link #pollFlush} or until they fill a record or are as many as a
 * record is worth ({@link ByteStream#LEAST_WEIGHT}), so it holds less than 16 KiB and one item; a record is made when the stream below has room for it.
 *
 * <p>Charges one operation for each record, and what the stream below charges.
 */
final class TlsWriter implements Sink<ByteBuffer> {
    private final TlsConnection connection;
    private final Held held = new Held();
    private boolean ready;
    private boolean finishing;
    private boolean finished;
    private boolean over;

    TlsWriter(TlsConnection connection) {
        this.connection = connection;
    }

    @Override
    public boolean pollReady(Context cx) throws IOException {
        connection.check();
        ready = !held.isFull() || connection.write(held, cx);
        return ready;
    }

    @Override
    public void send(ByteBuffer item) throws IOException {
        Objects.requireNonNull(item, "item");
        connection.check();
        if (!ready || finishing || over) {
            throw new IllegalStateException(
                    finishing ? "send after pollFinish" : "send needs a pollReady that has answered true");
        }
        ready = false;
        held.add(item);
    }

    @Override
    public boolean pollFlush(Context cx) throws IOException {
        return connection.flush(held, cx);
    }

    /** Sends what is held, then a close-notify, and ends the direction of the stream below; the reader goes on. */
    @Override
    public boolean pollFinish(Context cx) throws IOException {
        finishing = true;
        finished = finished || connection.finish(held, cx);
        return finished;
    }

    @Override
    public void close() {
        end(held.bytes() > 0);
    }

    @Override
    public void abort() {
        end(!finished);
    }

    private void end(boolean broken) {
        if (!over) {
            over = true;
            connection.closeWriter(broken);
            held.clear();
        }
    }

    @Override
    public String toString() {
        return "TlsWriter[" + held.bytes() + " bytes held, " + connection + "]";
    }
}
