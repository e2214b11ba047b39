package dev.weir.time;

import dev.weir.spin.SpinLock;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Timers that the driver has to look at, in the order of their coming: an array behind a lock of one word. There are
 * several of these, so that threads that set timers at the same time do not meet; whoever finds one locked goes to
 * another.
 *
 * <p>Most timers are cancelled before they expire. So when there is no room, those that were cancelled and have never
 * been in the wheel are dropped here, by whoever comes with the next, without the wheel. At least half of the array is
 * free after that, else it becomes twice as long: a timer costs constant time.
 *
 * <p>Each array is used once, so it does not grow old: the G1 collector charges a fence and a card for each young timer that is
 * stored into an old object (ADR 12).
 *
 * <p>Whoever sets a timer does nothing under the lock but the above, and so does the driver. A holder that was taken off
 * its core is waited for by the driver alone.
 */
final class Arrivals extends SpinLock {
    /** Of so many timers the nearest cache holds all. */
    private static final int MANY = 256;

    private static final int SMALLEST = 32;
    private static final @Nullable Alarm[] NONE = {};

    /** Keep neighbours apart: each is written by a core of its own. */
    @SuppressWarnings("unused")
    private long p0, p1, p2, p3, p4, p5, p6, p7;

    private int count;
    private @Nullable Alarm[] timers = NONE;
    private boolean closed;

    @SuppressWarnings("unused")
    private long p8, p9, p10, p11, p12, p13, p14, p15;

    /**
     * Tells whether nothing is here and nobody is about to add something. Who comes after this answer looks at the plan
     * after it.
     */
    boolean isEmpty() {
        return !isLocked() && count == 0; // in this order: a count is written before the lock is left
    }

    /** Takes all timers, behind which are nulls. */
    @Nullable Alarm[] takeAll() {
        return takeAll(false);
    }

    /** Takes all, and refuses any other for good. */
    @Nullable Alarm[] close() {
        return takeAll(true);
    }

    private @Nullable Alarm[] takeAll(boolean forGood) {
        lock();
        @Nullable Alarm[] taken = timers;
        timers = NONE;
        count = 0;
        closed |= forGood;
        unlock();
        return taken;
    }

    // ---- under the lock ----

    boolean isClosed() {
        return closed;
    }

    /** Adds a timer; true if there are so many now that the driver's looks are too rare. */
    boolean add(Alarm timer) {
        if (count == timers.length) {
            makeRoom();
        }
        timers[count++] = timer;
        return count > MANY;
    }

    private void makeRoom() {
        @Nullable Alarm[] kept = new @Nullable Alarm[Math.max(SMALLEST, timers.length)];
        int n = 0;
        for (Alarm timer : timers) {
            if (timer != null && !timer.isForgotten()) {
                kept[n++] = timer;
            }
        }
        timers = n <= kept.length / 2 ? kept : Arrays.copyOf(kept, 2 * kept.length);
        count = n;
    }
}
