package dev.weir.runtime;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many are inside something that is over once the last has left, and stays so.
 *
 * <pre>
 * event \ word   0 (over)   1                n
 * enter          refused    2                n + 1
 * leave          -          0; "the last"    n - 1
 * </pre>
 *
 * <p>Nobody enters after the last has left, so what was true then is true for ever. Whoever opens it is inside.
 */
final class Occupancy {
    private final AtomicInteger inside = new AtomicInteger(1);

    /** False if it is over. */
    boolean enter() {
        for (; ; ) {
            int count = inside.get();
            if (count == 0) {
                return false;
            }
            if (inside.compareAndSet(count, count + 1)) {
                return true;
            }
        }
    }

    /** True for the last one, who tells those that wait. What he did before is seen by all who find it over. */
    boolean leave() {
        return inside.decrementAndGet() == 0;
    }

    boolean isOver() {
        return inside.get() == 0;
    }

    @Override
    public String toString() {
        return inside.get() + " inside";
    }
}
