package dev.weir.io.testkit;

import dev.weir.io.ByteListener;
import dev.weir.task.Context;
import dev.weir.task.WakerCell;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The connections that arrive at an address, in the order of their arrival. */
public final class SimulatedListener implements ByteListener<SimulatedStream> {
    private final SimulatedNetwork network;
    private final InetSocketAddress local;
    private final ArrayDeque<SimulatedStream> backlog = new ArrayDeque<>();
    private final WakerCell waiter = new WakerCell();
    private boolean closed;
    private boolean failed;

    SimulatedListener(SimulatedNetwork network, InetSocketAddress local) {
        this.network = network;
        this.local = local;
    }

    @Override
    public @Nullable SimulatedStream poll(Context cx) throws IOException {
        if (closed) {
            failed = true;
            throw new IOException("the listener on " + local + " was closed");
        }
        if (!cx.charge()) {
            return null;
        }
        SimulatedStream first = backlog.poll();
        if (first == null) {
            cx.budget().refund();
            waiter.register(cx.waker());
        }
        return first;
    }

    /** A connection arrives; false if there is no room for it. */
    boolean arrive(SimulatedStream stream) {
        if (closed || backlog.size() == network.conditions().backlog()) {
            return false;
        }
        backlog.add(stream);
        waiter.wake();
        return true;
    }

    /** True after a poll has thrown. */
    @Override
    public boolean isDone() {
        return failed;
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    /** Ends the listening; connections in the backlog are reset, accepted ones live on. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            network.unlisten(this);
            backlog.forEach(stream -> stream.breakUp("its listener was closed"));
            backlog.clear();
            waiter.wake();
        }
    }

    @Override
    public String toString() {
        return "SimulatedListener[" + local + "]";
    }
}
