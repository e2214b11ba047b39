package dev.weir.io.driver;

import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/**
 * Who is interested in which operations of a socket that has its place in a ring. An event ends the interest in it; who
 * waits again arms it again, and is told at once of what is there already. Interest that is withdrawn leaves an
 * operation in the ring, at most one for each direction.
 */
final class RingKey extends SelectionKey {
    private final RingSelector selector;
    private final SelectableChannel channel;
    private final RingSocket socket;
    private volatile boolean valid = true;

    // Written under the monitor of this key.
    private volatile int interest;
    private volatile int ready;

    RingKey(RingSelector selector, SelectableChannel channel, RingSocket socket) {
        this.selector = selector;
        this.channel = channel;
        this.socket = socket;
    }

    RingSocket socket() {
        return socket;
    }

    @Override
    public SelectableChannel channel() {
        return channel;
    }

    @Override
    public Selector selector() {
        throw new UnsupportedOperationException("a ring is no selector of the JDK");
    }

    @Override
    public boolean isValid() {
        return valid;
    }

    @Override
    public void cancel() {
        valid = false;
    }

    private void requireValid() {
        if (!valid) {
            throw new CancelledKeyException();
        }
    }

    @Override
    public int interestOps() {
        requireValid();
        return interest;
    }

    @Override
    public SelectionKey interestOps(int ops) {
        interestOpsAnd(ops);
        interestOpsOr(ops);
        return this;
    }

    @Override
    public int interestOpsOr(int ops) {
        requireValid();
        int before;
        synchronized (this) {
            before = interest;
            interest = before | ops;
        }
        // After the interest: what completes from now on finds it.
        if (socket.await(ops & ~before) != 0) {
            selector.again(this);
        }
        return before;
    }

    @Override
    public synchronized int interestOpsAnd(int ops) {
        requireValid();
        int before = interest;
        interest = before & ops;
        return before;
    }

    @Override
    public int readyOps() {
        requireValid();
        return ready;
    }

    /** Sitter: tells whether somebody is interested in one of the operations, and is no more. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the monitor
    synchronized boolean isEvent(int ops) {
        ready = interest & ops;
        interest &= ~ops;
        return valid && ready != 0;
    }
}
