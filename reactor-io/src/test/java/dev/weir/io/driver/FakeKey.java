package dev.weir.io.driver;

import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicInteger;

/** A key whose events are made by the test. */
final class FakeKey extends SelectionKey {
    private final SelectableChannel channel;
    private final AtomicInteger interest = new AtomicInteger();
    private volatile boolean cancelled;
    volatile int ready;
    volatile boolean hasNoMemory;

    FakeKey(SelectableChannel channel) {
        this.channel = channel;
    }

    @Override
    public SelectableChannel channel() {
        return channel;
    }

    @Override
    public Selector selector() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isValid() {
        return !cancelled;
    }

    @Override
    public void cancel() {
        if (hasNoMemory) {
            throw new OutOfMemoryError("planned");
        }
        cancelled = true;
    }

    @Override
    public int interestOps() {
        requireValid();
        return interest.get();
    }

    @Override
    public SelectionKey interestOps(int ops) {
        requireValid();
        interest.set(ops);
        return this;
    }

    @Override
    public int interestOpsOr(int ops) {
        requireValid();
        return interest.getAndUpdate(now -> now | ops);
    }

    @Override
    public int interestOpsAnd(int ops) {
        requireValid();
        return interest.getAndUpdate(now -> now & ops);
    }

    @Override
    public int readyOps() {
        requireValid();
        return ready;
    }

    private void requireValid() {
        if (cancelled) {
            throw new CancelledKeyException();
        }
    }
}
