package dev.weir.spin;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * A lock for a few instructions, under which nobody is woken and no code of others runs: one word, taken by an exchange and
 * left by a plain release, where a monitor pays an exchange for each and a {@code ReentrantLock} notes its owner as well.
 * May be extended by what it guards, to lie beside it. Not fair, and not for one who holds it already.
 *
 * @see Spin#pause how a holder that was taken off its core is waited for
 */
public class SpinLock {
    private static final AtomicIntegerFieldUpdater<SpinLock> LOCKED =
            AtomicIntegerFieldUpdater.newUpdater(SpinLock.class, "locked");

    private volatile int locked;

    /** Takes the lock, and waits for it if somebody holds it. */
    public final void lock() {
        if (!LOCKED.compareAndSet(this, 0, 1)) {
            lockContended();
        }
    }

    private void lockContended() {
        for (int i = 0; !tryLock(); i++) {
            Spin.pause(this, i);
        }
    }

    /** Takes the lock unless somebody holds it. */
    public final boolean tryLock() {
        return locked == 0 && LOCKED.compareAndSet(this, 0, 1);
    }

    /** Whoever finds it free sees what was written by the last who held it. */
    public final boolean isLocked() {
        return locked != 0;
    }

    /** Lets the lock go. Only for who holds it. */
    public final void unlock() {
        LOCKED.lazySet(this, 0); // partner of the exchange in lock() and tryLock()
    }
}
