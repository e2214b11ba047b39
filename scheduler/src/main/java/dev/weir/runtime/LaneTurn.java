package dev.weir.runtime;

/**
 * When a worker takes a task from the lane of those that give way: when it has nothing else, and while it has, so seldom
 * that the lane gets a small part of its time. Counted in its polls; the pause after a turn grows with the turn.
 *
 * <p>Belongs to the worker's thread.
 */
final class LaneTurn {
    /** While there is other work, background tasks get one part of a worker's time and the others so many. */
    private static final int SHARE = 15;

    private static final int MAX_PAUSE = 1 << 16;

    private final Gauge gauge;
    /** Counted in polls. */
    private long dueAt;

    private boolean due;
    private boolean running;
    private long start;

    LaneTurn(Gauge gauge) {
        this.gauge = gauge;
    }

    /** The worker looks around after so many polls: if tasks wait and have waited long enough, they are due. */
    void look(long polls, boolean waiting) {
        due = waiting && polls >= dueAt;
    }

    boolean isDue() {
        return due;
    }

    /** The lane has been asked for a task, whether there was one or not. */
    void asked() {
        due = false;
    }

    /** Tells whether the task that the worker runs is of the lane. */
    boolean isRunning() {
        return running;
    }

    void begin() {
        running = true;
        start = System.nanoTime();
    }

    /** The worker's time belongs to others again, as the poll has ended or goes on without the worker. */
    void leave() {
        running = false;
    }

    /** The turn is over, after so many polls of the worker. */
    void end(long polls) {
        dueAt = polls + pause(System.nanoTime() - start);
    }

    private long pause(long nanos) {
        return Math.min(MAX_PAUSE, 1 + SHARE * nanos / Math.max(1, gauge.meanNanos()));
    }
}
