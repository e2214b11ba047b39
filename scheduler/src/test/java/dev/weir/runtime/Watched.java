package dev.weir.runtime;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts polls and closes of another pollable, and those that break the laws T1 and T3. */
final class Watched<T> implements Pollable<T> {
    final AtomicInteger polls = new AtomicInteger();
    final AtomicInteger closes = new AtomicInteger();
    final AtomicInteger violations = new AtomicInteger();
    volatile Thread closer;
    private final AtomicInteger inside = new AtomicInteger();
    private final Pollable<T> watched;

    Watched(Pollable<T> watched) {
        this.watched = watched;
    }

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        if (inside.getAndIncrement() != 0 || closes.get() != 0) {
            violations.incrementAndGet();
        }
        polls.incrementAndGet();
        try {
            return watched.poll(cx);
        } finally {
            inside.decrementAndGet();
        }
    }

    @Override
    public void close() {
        if (closes.getAndIncrement() != 0 || inside.get() != 0) {
            violations.incrementAndGet();
        }
        closer = Thread.currentThread();
        watched.close();
    }
}
