package dev.weir.stream.split;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock for a few instructions: one word, taken by an exchange and left by a plain release, where a {@code ReentrantLock}
 * pays a fence as well, and notes its owner. A holder that was taken off its core is waited for by yielding, then by short
 * sleeps. Not fair, and not for one who holds it already.
 */
final class SpinLock {
    private static final int SPINS = 64;
    private static final int YIELDS = 64;
    private static final long NAP_NANOS = 20_000;

    private final AtomicBoolean taken = new AtomicBoolean();

    void lock() {
        if (!taken.compareAndSet(false, true)) {
            lockContended();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // the holder is in the middle of a few instructions, or off its core
    private void lockContended() {
        for (int i = 0; ; i++) {
            if (!taken.get() && taken.compareAndSet(false, true)) {
                return;
            }
            if (i < SPINS) {
                Thread.onSpinWait();
            } else if (i < SPINS + YIELDS) {
                Thread.yield();
            } else {
                LockSupport.parkNanos(this, NAP_NANOS);
            }
        }
    }

    void unlock() {
        taken.setRelease(false); // partner of the exchange in lock()
    }
}
