package dev.weir.runtime;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Parks the thread that calls {@link #park}. The permit is a word of its own, because user code on the same thread may
 * use up the permit of {@link LockSupport}.
 *
 * <pre>
 * event \ state   EMPTY               PARKED             NOTIFIED
 * park            PARKED, then wait   -                  EMPTY, return
 * woken, timeout  -                   EMPTY, return      EMPTY, return
 * unpark          NOTIFIED            NOTIFIED, signal   same
 * </pre>
 */
class ThreadParker implements Parker {
    private static final int EMPTY = 0;
    private static final int PARKED = 1;
    private static final int NOTIFIED = 2;

    private final AtomicInteger state = new AtomicInteger(EMPTY);
    private volatile @Nullable Thread thread;
    /** Of the owner: a park has cleared its interrupt flag. */
    private boolean interrupted;

    @Override
    public void park(long nanos) {
        thread = Thread.currentThread();
        if (state.compareAndSet(EMPTY, PARKED)) {
            await(nanos);
            interrupted |= Thread.interrupted(); // a set flag would turn the next park into a spin
        }
        state.set(EMPTY);
    }

    /** For an owner whose thread is not the runtime's: sets the flag again that its parks have cleared. */
    void restoreInterrupt() {
        if (interrupted) {
            interrupted = false;
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void unpark() {
        if (state.getAndSet(NOTIFIED) == PARKED) {
            signal();
        }
    }

    // The two that a model checker replaces: it takes no thread that blocks here for one that hangs.

    void await(long nanos) {
        if (nanos == Long.MAX_VALUE) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, nanos);
        }
    }

    void signal() {
        LockSupport.unpark(thread);
    }
}
