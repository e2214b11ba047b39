package dev.weir.io.testkit;

import dev.weir.io.ByteStream;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One side of a simulated connection. */
public final class SimulatedStream implements ByteStream {
    private final SimulatedNetwork network;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    /** What this side reads; what it writes is the other side's. */
    private final Direction inbound;

    private @Nullable SimulatedStream peer;
    private @Nullable IOException failure;
    private int openHalves = 2;
    private boolean readerTaken;
    private boolean writerTaken;
    private boolean endSent;

    SimulatedStream(SimulatedNetwork network, InetSocketAddress local, InetSocketAddress remote) {
        this.network = network;
        this.local = local;
        this.remote = remote;
        this.inbound = new Direction(network, local.toString());
    }

    void join(SimulatedStream other) {
        peer = other;
        other.peer = this;
        inbound.onDeadLetter(this::answerDeadLetter);
        other.inbound.onDeadLetter(other::answerDeadLetter);
    }

    SimulatedStream peer() {
        if (peer == null) {
            throw new IllegalStateException("a stream without another side");
        }
        return peer;
    }

    @Override
    public Source<ByteBuffer> reader() {
        if (readerTaken) {
            throw new IllegalStateException("the reader of " + this + " was taken before");
        }
        readerTaken = true;
        return new SimulatedReader(this);
    }

    @Override
    public Sink<ByteBuffer> writer() {
        if (writerTaken) {
            throw new IllegalStateException("the writer of " + this + " was taken before");
        }
        writerTaken = true;
        return new SimulatedWriter(this);
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    /** Breaks the connection, as a router would that forgets it: both sides learn it, sooner or later. */
    public void reset() {
        network.later("a reset arrives at " + local, () -> breakHere("connection reset"));
        network.later("a reset arrives at " + remote, () -> peer().breakHere("connection reset"));
    }

    /** Breaks both sides at once. */
    void breakUp(String why) {
        breakHere(why);
        peer().breakHere(why);
    }

    /** As TCP does: an orderly end if everything that has come was read, a reset otherwise. */
    @Override
    public void close() {
        if (failure != null) {
            return;
        }
        boolean unread = inbound.hasUnread();
        fail(new IOException("the connection was closed"));
        if (unread) {
            network.later("a reset arrives at " + remote, () -> peer().breakHere("connection reset by peer"));
        } else {
            sendEnd();
        }
    }

    @Override
    public void abort() {
        if (failure == null) {
            abort(new IOException("the connection was aborted"));
        }
    }

    /** Resets the connection from this side. */
    void abort(IOException reason) {
        fail(reason);
        network.later("a reset arrives at " + remote, () -> peer().breakHere("connection reset by peer"));
    }

    private void breakHere(String why) {
        fail(new IOException(why + ": " + this));
        peer().inbound.breakOff(); // what this side had sent is lost with it
    }

    private void fail(IOException reason) {
        if (failure == null) {
            failure = reason;
            inbound.breakOff();
            outbound().writer().wake();
            network.closed(this);
        }
    }

    /** Nobody will ever read these bytes, and the sender has to know. */
    private void answerDeadLetter() {
        network.later("a reset arrives at " + remote, () -> peer().breakHere("connection reset by peer"));
    }

    /** The first error, for whoever polls a half. */
    void check() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    boolean hasFailed() {
        return failure != null;
    }

    void sendEnd() {
        if (!endSent) {
            endSent = true;
            outbound().end();
        }
    }

    /** One half needs the connection no more. */
    void release() {
        if (--openHalves == 0) {
            close();
        }
    }

    Direction inbound() {
        return inbound;
    }

    Direction outbound() {
        return peer().inbound;
    }

    SimulatedNetwork network() {
        return network;
    }

    @Override
    public String toString() {
        return "SimulatedStream[" + local + " to " + remote + "]";
    }
}
