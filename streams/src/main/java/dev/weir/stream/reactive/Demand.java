package dev.weir.stream.reactive;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How many items a subscriber has asked for and not yet received. {@link Long#MAX_VALUE} means without bound and is
 * never left again (§3.17).
 *
 * <pre>
 * event \ value   0 .. MAX-1                 MAX
 * add(n)          min(value + n, MAX)        MAX
 * produced(n)     value - n, n &lt;= value      MAX
 * </pre>
 *
 * <p>{@link #add} may be called from any thread, {@link #produced} by the owner only.
 */
final class Demand {
    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(Demand.class, "value", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile long value;

    /**
     * Adds demand.
     *
     * @param n at least 1
     */
    void add(long n) {
        for (; ; ) {
            long seen = value;
            long sum = seen + n;
            if (VALUE.compareAndSet(this, seen, sum < 0 ? Long.MAX_VALUE : sum)) {
                return;
            }
        }
    }

    /**
     * Takes off what has been delivered.
     *
     * @param n at least 0 and at most what this method returned last; 0 only looks
     * @return the demand that remains
     */
    long produced(long n) {
        for (; ; ) {
            long seen = value;
            if (n == 0 || seen == Long.MAX_VALUE) {
                return seen;
            }
            if (VALUE.compareAndSet(this, seen, seen - n)) {
                return seen - n;
            }
        }
    }

    @Override
    public String toString() {
        long seen = value;
        return seen == Long.MAX_VALUE ? "Demand[unbounded]" : "Demand[" + seen + "]";
    }
}
