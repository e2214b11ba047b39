package dev.weir.runtime;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A worker on its way from a thread that blocks to one that is free. Whoever claims it first runs the worker: the free
 * thread as it begins, or the other as it comes back sooner.
 */
final class Handover {
    final Worker worker;
    private final AtomicBoolean claimed = new AtomicBoolean();

    Handover(Worker worker) {
        this.worker = worker;
    }

    /** Any thread, once: true for the first, which must now run the worker. */
    boolean claim() {
        return claimed.compareAndSet(false, true);
    }
}
