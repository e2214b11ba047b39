package dev.weir.io.testkit;

import dev.weir.task.Context;
import dev.weir.task.Sink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;

/** Where bytes leave from one side: holds less than a chunk of them and one item. */
final class SimulatedWriter implements Sink<ByteBuffer> {
    private final SimulatedStream stream;
    private final ArrayDeque<ByteBuffer> held = new ArrayDeque<>();
    private long heldBytes;
    private boolean blocked;
    private boolean ready;
    private boolean finished;

    SimulatedWriter(SimulatedStream stream) {
        this.stream = stream;
    }

    @Override
    public boolean pollReady(Context cx) throws IOException {
        stream.check();
        ready = (!blocked && heldBytes < stream.network().conditions().chunk()) || write(cx);
        return ready;
    }

    @Override
    public void send(ByteBuffer item) throws IOException {
        Objects.requireNonNull(item, "item");
        stream.check();
        if (!ready || finished) {
            throw new IllegalStateException(
                    finished ? "send after pollFinish" : "send needs a pollReady that has answered true");
        }
        ready = false;
        if (item.hasRemaining()) {
            held.add(item);
            heldBytes += item.remaining();
        }
    }

    @Override
    public boolean pollFlush(Context cx) throws IOException {
        stream.check();
        return write(cx);
    }

    @Override
    public boolean pollFinish(Context cx) throws IOException {
        stream.check();
        if (!finished) {
            if (!write(cx)) {
                return false;
            }
            finished = true;
            stream.sendEnd();
        }
        return true;
    }

    private boolean write(Context cx) {
        blocked = true;
        while (heldBytes > 0) {
            if (!cx.charge()) {
                return false;
            }
            ByteBuffer first = held.element();
            int offered = first.remaining();
            int n = stream.outbound().write(first);
            heldBytes -= n;
            if (n == offered) {
                held.remove();
            }
            if (n > 0 && stream.network().oneIn(stream.network().conditions().resetOneIn())) {
                stream.reset();
            }
            if (n < offered) {
                waitForRoom(cx, n);
                return false;
            }
        }
        blocked = false;
        return true;
    }

    /** A write that was cut short although there is room goes on a little later, as with a kernel. */
    private void waitForRoom(Context cx, int written) {
        if (written == 0) {
            cx.budget().refund();
        }
        stream.outbound().writer().register(cx.waker());
        if (stream.outbound().hasRoom()) {
            stream.network()
                    .later(
                            stream.localAddress() + " can write",
                            () -> stream.outbound().writer().wake());
        }
    }

    /** With nothing held the other side learns that no more will come; otherwise that the connection broke. */
    @Override
    public void close() {
        stream.outbound().writer().clear();
        if (stream.hasFailed()) {
            return;
        }
        if (heldBytes > 0) {
            held.clear();
            stream.abort(new IOException(
                    "the connection was reset: its writer was closed with " + heldBytes + " bytes unwritten"));
        } else {
            stream.sendEnd();
            stream.release();
        }
    }

    @Override
    public void abort() {
        if (finished) {
            close();
        } else if (!stream.hasFailed()) {
            stream.outbound().writer().clear();
            held.clear();
            stream.abort(new IOException("the connection was reset: its writer was aborted"));
        }
    }

    @Override
    public String toString() {
        return "the writer of " + stream;
    }
}
