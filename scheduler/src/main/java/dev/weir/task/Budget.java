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
    /** What remained at the end of the last step: less of it now means that the step under way has been charged for. */
    private int settled;

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
        this.settled = limit;
    }

    /** Takes one unit; false if none is left. */
    public boolean tryCharge() {
        if (remaining == 0) {
            return refuse();
        }
        remaining--;
        return true;
    }

    /**
     * Ends a step of a loop: takes one unit, unless one was taken within the step. So an item for which its leaf has
     * charged costs nothing more, through however many loops it passes or in whichever it is dropped, and a leaf that
     * never charges is bounded all the same.
     *
     * @return false if none is left for another step
     */
    public boolean tryStep() {
        if (remaining >= settled && !tryCharge()) {
            return false;
        }
        settled = remaining;
        return remaining > 0 || refuse();
    }

    private boolean refuse() {
        if (!refused) {
            refused = true;
            exhaustions++;
        }
        return false;
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
        settled = limit;
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
