package dev.weir.runtime;

/**
 * When a busy worker looks elsewhere, counted in its turns: at its drivers, and at the shared queue.
 *
 * <p>Where the intervals are not set the {@link Gauge} makes them last some 200 microseconds. A look at the drivers comes
 * after at least as many turns as tasks wait, so that work which has overflown keeps its place before what the driver
 * brings in; a fixed interval lets fresh events overtake it for ever. What is shared gets as many turns as what is the
 * worker's own, in proportion to their numbers, as tasks that are always woken again, or respawn, never let the worker's
 * queue run empty. A take from the shared queue is an exchange that all workers contend for, so one that has brought many
 * stands for as many.
 *
 * <p>Belongs to the worker's thread.
 */
final class Pace {
    /** The farthest apart two looks may be, however much is waiting. */
    private static final int MAX_INTERVAL = 4096;

    /** A look at a driver is a system call, which costs as much as some ten of the shortest polls. */
    private static final int MAX_DRIVER_INTERVAL = 256;

    private static final int MAX_SHARED_INTERVAL = 127;

    /** Looks at the drivers after which what holds tasks is made anew. */
    private static final int LOOKS_A_RENEWAL = 64;

    private final Gauge gauge;
    /** Turns between two looks; 0 for what the gauge says. */
    private final int driverInterval;

    private final int sharedInterval;
    private final boolean weighsBacklog;

    private int untilLook;
    private int untilShared;
    private int untilRenewal;

    Pace(Gauge gauge, WorkStealingRuntime.Builder settings) {
        this.gauge = gauge;
        this.driverInterval = settings.driverInterval;
        this.sharedInterval = settings.sharedInterval;
        this.weighsBacklog = settings.weighsBacklog;
        this.untilLook = driverInterval();
        this.untilShared = sharedInterval();
    }

    /** Counts a turn; true if it is time to look at the drivers. */
    boolean lookIsDue() {
        return --untilLook <= 0;
    }

    /** Counts a turn; true if the next task is to be the shared queue's oldest. */
    boolean sharedIsDue() {
        return --untilShared <= 0;
    }

    /** Counts a look; true if it is time to make anew what holds tasks. */
    boolean renewalIsDue() {
        return --untilRenewal <= 0;
    }

    void renewed() {
        untilRenewal = LOOKS_A_RENEWAL;
    }

    /**
     * The worker has looked at its drivers.
     *
     * @param queued tasks in its own queue
     * @param share its share of the tasks in the shared queue
     */
    void looked(int queued, int share) {
        int waiting = weighsBacklog ? Math.min(MAX_INTERVAL, queued + share) : 0;
        untilLook = Math.max(driverInterval(), waiting);
    }

    /** The worker has taken so many from the shared queue; then as in {@link #looked}. */
    void tookShared(int taken, int queued, int share) {
        boolean seldom = share == 0 || !weighsBacklog;
        untilShared = seldom ? sharedInterval() : Math.min(sharedInterval(), taken * turnsBetweenShared(queued, share));
    }

    /** A task has yielded: the worker looks no later than that is at the head of the queue again. */
    void yielding(int queued) {
        untilLook = Math.min(untilLook, queued + 1);
    }

    /** A task that has yielded goes to the worker's own queue although tasks are shared. */
    void turnStays(int queued, int share) {
        untilShared = Math.min(untilShared, turnsBetweenShared(queued, share));
    }

    private static int turnsBetweenShared(int queued, int share) {
        return Math.max(2, queued / share);
    }

    private int driverInterval() {
        return driverInterval > 0 ? driverInterval : gauge.turnsBetween(MAX_DRIVER_INTERVAL);
    }

    private int sharedInterval() {
        return sharedInterval > 0 ? sharedInterval : gauge.turnsBetween(MAX_SHARED_INTERVAL);
    }
}
