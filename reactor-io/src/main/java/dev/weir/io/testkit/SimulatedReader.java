package dev.weir.io.testkit;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What arrives at one side. */
final class SimulatedReader implements Source<ByteBuffer> {
    private final SimulatedStream stream;
    private boolean ended;
    private boolean failed;
    /** The last poll said "not now": a failure that comes meanwhile is told by the next. */
    private boolean waiting;

    SimulatedReader(SimulatedStream stream) {
        this.stream = stream;
    }

    @Override
    public @Nullable ByteBuffer poll(Context cx) throws IOException {
        if (ended) {
            return null;
        }
        failed = stream.hasFailed();
        stream.check();
        waiting = true;
        if (!cx.charge()) {
            return null;
        }
        ByteBuffer bytes = stream.inbound().read(stream.network().conditions().chunk());
        if (bytes != null) {
            waiting = false;
            return bytes;
        }
        cx.budget().refund();
        if (stream.inbound().hasEnded()) {
            ended = true;
        } else {
            stream.inbound().reader().register(cx.waker());
        }
        return null;
    }

    /** As of a socket. */
    @Override
    public boolean isDone() {
        return ended || failed || (!waiting && stream.hasFailed());
    }

    /** After the end without effect on the writer; before it, as nobody reads any more, the end of the connection. */
    @Override
    public void close() {
        stream.inbound().reader().clear();
        if (ended) {
            stream.release();
        } else {
            stream.close();
        }
    }

    @Override
    public String toString() {
        return "the reader of " + stream;
    }
}
