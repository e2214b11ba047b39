package dev.weir.spin;

import java.util.concurrent.locks.LockSupport;

/** How to wait for another thread that is in the middle of a few instructions, or was taken off its core there. */
public final class Spin {
    private static final int SPINS = 64;
    private static final int YIELDS = 64;
    private static final long NAP_NANOS = 20_000;

    private Spin() {}

    /**
     * Waits a little before another look: by spinning, then by yielding, then by short sleeps.
     *
     * @param awaited what is waited for, shown by thread dumps
     * @param looks how many looks were in vain before
     */
    @SuppressWarnings("ThreadPriorityCheck") // the other may need this core
    public static void pause(Object awaited, int looks) {
        if (looks < SPINS) {
            Thread.onSpinWait();
        } else if (looks < SPINS + YIELDS) {
            Thread.yield();
        } else {
            LockSupport.parkNanos(awaited, NAP_NANOS);
        }
    }
}
