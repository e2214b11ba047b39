package dev.weir.io.driver;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A selector without an operating system: it waits until it is woken, or not at all, and counts. */
final class FakeSelector implements IoSelector {
    final AtomicInteger wakeups = new AtomicInteger();
    final Semaphore woken = new Semaphore(0);
    final Queue<Runnable> duringSelect = new ArrayDeque<>();
    Runnable duringRegister = () -> {};
    private final Set<SelectionKey> keys = ConcurrentHashMap.newKeySet();

    /** Returns at once for no reason, whatever the time to wait. */
    volatile boolean spinning;

    volatile boolean broken;
    volatile boolean refusesKeys;
    volatile boolean hasNoMemory;
    volatile boolean closed;
    volatile int waits;
    volatile long lastMillis = -1;

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one selecting thread
    public int select(Consumer<SelectionKey> action, long millis) throws IOException {
        if (broken) {
            throw new IOException("broken on purpose");
        }
        keys.removeIf(key -> !key.isValid());
        waits++;
        lastMillis = millis;
        Runnable meanwhile = duringSelect.poll();
        if (meanwhile != null) {
            meanwhile.run();
        }
        if (!spinning) {
            woken.acquireUninterruptibly();
        }
        woken.drainPermits();
        return 0;
    }

    @Override
    public int selectNow(Consumer<SelectionKey> action) {
        keys.removeIf(key -> !key.isValid());
        woken.drainPermits();
        return 0;
    }

    @Override
    public void wakeup() {
        if (hasNoMemory) {
            throw new OutOfMemoryError("planned");
        }
        wakeups.incrementAndGet();
        woken.release();
    }

    @Override
    public SelectionKey register(SelectableChannel channel, Registration registration) throws ClosedChannelException {
        if (refusesKeys) {
            throw new ClosedChannelException();
        }
        if (keys.stream().anyMatch(key -> key.channel() == channel && !key.isValid())) {
            throw new CancelledKeyException(); // until the next select, as the JDK does
        }
        duringRegister.run();
        FakeKey key = new FakeKey(channel);
        key.attach(registration);
        keys.add(key);
        return key;
    }

    @Override
    public Set<SelectionKey> keys() {
        return keys;
    }

    @Override
    public void close() {
        closed = true;
        keys.forEach(SelectionKey::cancel);
    }
}
