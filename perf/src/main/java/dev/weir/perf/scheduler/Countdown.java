package dev.weir.perf.scheduler;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the tasks of one iteration that are still to end, and tells the driver of the last one. */
final class Countdown {
    private final AtomicInteger left = new AtomicInteger();
    private final Runnable zero;

    /** Creates a countdown whose last step runs {@code zero}, on the thread of that step. */
    Countdown(Runnable zero) {
        this.zero = zero;
    }

    /** Before the tasks begin: expects so many, at least 1. */
    void arm(int count) {
        left.setPlain(count); // the tasks are submitted after it
    }

    void down() {
        if (left.decrementAndGet() == 0) {
            zero.run();
        }
    }

    boolean isZero() {
        return left.get() == 0;
    }
}
