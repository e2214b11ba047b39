package dev.weir.runtime;

import dev.weir.task.Waker;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A driver whose events are made by the test; checks that one thread at a time drives it. */
class FakeDriver implements Driver {
    final AtomicInteger parks = new AtomicInteger();
    final AtomicInteger polls = new AtomicInteger();
    final AtomicInteger unparks = new AtomicInteger();
    final AtomicInteger closes = new AtomicInteger();
    final AtomicInteger violations = new AtomicInteger();
    volatile @Nullable Thread sitter;
    /** Given by a task, and not yet with the system. */
    final AtomicInteger collected = new AtomicInteger();

    private final Parker parker = new ThreadParker();
    private final ConcurrentLinkedQueue<Waker> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger inside = new AtomicInteger();

    /** Something becomes ready: whoever drives will wake this waker. Unlike an unpark, it ends a park by itself. */
    void happen(Waker waker) {
        events.add(waker);
        parker.unpark();
    }

    @Override
    public int park(long nanos) {
        enter();
        try {
            parks.incrementAndGet();
            sitter = Thread.currentThread();
            if (events.isEmpty()) {
                parker.park(nanos);
            }
            sitter = null;
            return dispatch();
        } finally {
            inside.decrementAndGet();
        }
    }

    @Override
    public int poll() {
        enter();
        try {
            polls.incrementAndGet();
            return dispatch();
        } finally {
            inside.decrementAndGet();
        }
    }

    private void enter() {
        if (inside.getAndIncrement() != 0 || closes.get() != 0) {
            violations.incrementAndGet();
        }
    }

    private int dispatch() {
        handOver();
        int count = 0;
        for (Waker waker = events.poll(); waker != null; waker = events.poll()) {
            waker.wake();
            count++;
        }
        return count;
    }

    @Override
    public void handOver() {
        collected.set(0);
    }

    @Override
    public void unpark() {
        unparks.incrementAndGet();
        parker.unpark();
    }

    @Override
    public <S> @Nullable S service(Class<S> type) {
        return type == FakeDriver.class ? type.cast(this) : null;
    }

    @Override
    public void close() {
        if (closes.getAndIncrement() != 0 || inside.get() != 0) {
            violations.incrementAndGet();
        }
    }
}
