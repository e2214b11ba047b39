package dev.weir.task;

/**
 * How much a task may still do before it must let its peers run. The worker refills it before each turn; leaves and
 * operators that drop items charge it (law S5). A task that is out of budget wakes itself and reports pending, and
 * is queued again behind its peers.
 *
 * <p>Without it a task whose inputs are always ready would hold its thread for ever, as drain loops do
 * (reactor-core#3954). Tokio calls it cooperative budgeting. Confined to the polling thread.
 */
public final class Budget {
    /** Operations a turn unless configured otherwise. */
    public static final int DEFAULT = 128;

    private final int limit;
    private int remaining;
    private boolean refused;
    private long exhaustions;

    /**
     * Creates a full budget.
     *
     * @param limit operations a turn, at least 1
     */
    public Budget(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, was " + limit);
        }
        this.limit = limit;
        this.remaining = limit;
    }

    /** Takes one unit; false if none is left. */
    public boolean tryCharge() {
        if (remaining == 0) {
            if (!refused) {
                refused = true;
                exhaustions++;
            }
            return false;
        }
        remaining--;
        return true;
    }

    /** Gives back the unit just charged, because the operation made no progress. */
    public void refund() {
        if (remaining < limit) {
            remaining++;
        }
    }

    /** Starts a new turn. */
    public void refill() {
        remaining = limit;
        refused = false;
    }

    public boolean isExhausted() {
        return remaining == 0;
    }

    /** Returns how many turns were cut short: those in which a charge was refused, once or more often. */
    public long exhaustions() {
        return exhaustions;
    }
}
