package dev.weir.runtime;

/**
 * What a worker's polls are worth: how often it should look elsewhere, and from which backlog on another worker is of
 * use. Measured between two looks at the drivers; written by the worker's thread, read by any.
 *
 * <p>Waking a sleeping core costs some 20 microseconds, and a task that changes cores brings its cache lines along, once
 * in its life. So a backlog is worth as many polls as it holds, each as often as tasks yield and are polled again, less
 * what it would cost to move the tasks; whatever is worth less stays where it is, and the watcher is its bound.
 */
final class Gauge {
    /** What a backlog must be worth to wake a sleeping core. */
    static final long WAKE_WORTH_NANOS = 50_000;

    /** What it costs that a task runs on another core than the one that made it. */
    private static final long MOVE_NANOS = 200;

    /** How long what waits outside may wait for a busy worker to look there, where the intervals are not set. */
    private static final long TARGET_NANOS = 200_000;

    /** One poll of a millisecond among many short ones says little of those that wait. */
    private static final double MOST_GROWTH = 4;

    private static final double WEIGHT = 0.25;

    /** A task that always yields is believed to go on doing so for so many polls. */
    private static final double MOST_POLLS = 64;

    private double meanNanos = 1_000;
    /** Of the polls, how many ended their task. */
    private double endings = 1;
    /** Of the polls, how many left their task ready for the next. */
    private double yields;

    private long startNanos = System.nanoTime();
    private long startPolls;
    private long startEnded;
    private long startYields;

    private final long wakeWorthNanos;
    private volatile int worthWaking;
    private volatile boolean worthMoving = true;

    /** Creates a gauge that believes in polls of a microsecond until it has measured some. */
    Gauge(long wakeWorthNanos) {
        this.wakeWorthNanos = wakeWorthNanos;
        this.worthWaking = backlogWorth(meanNanos);
    }

    private int backlogWorth(double gainNanos) {
        return gainNanos <= 0 ? Integer.MAX_VALUE : (int) Math.max(1, wakeWorthNanos / gainNanos); // saturates
    }

    /** Begins a measurement and returns the time. */
    long restart(long polls, long ended, long yielded) {
        startNanos = System.nanoTime();
        startPolls = polls;
        startEnded = ended;
        startYields = yielded;
        return startNanos;
    }

    /** Ends a measurement. */
    void measure(long polls, long ended, long yielded) {
        long count = polls - startPolls;
        if (count > 0) {
            note(
                    System.nanoTime() - startNanos,
                    count,
                    Math.min(count, ended - startEnded),
                    Math.min(count, yielded - startYields));
        }
    }

    void note(long nanos, long polls, long endedTasks, long yieldedTasks) {
        double sample = Math.min((double) nanos / polls, meanNanos * MOST_GROWTH);
        meanNanos = Math.max(1, meanNanos + (sample - meanNanos) * WEIGHT);
        endings += ((double) endedTasks / polls - endings) * WEIGHT;
        yields += ((double) yieldedTasks / polls - yields) * WEIGHT;
        double gain = meanNanos - MOVE_NANOS * endings;
        worthMoving = gain > meanNanos / 2;
        worthWaking = backlogWorth(gain * Math.min(MOST_POLLS, 1 / (1 - Math.min(yields, 0.999))));
    }

    /** Returns how long a turn takes, lately. */
    long meanNanos() {
        return (long) meanNanos;
    }

    /** Returns how many turns take about 200 microseconds, at least two. */
    int turnsBetween(int max) {
        return (int) Math.max(2, Math.min(max, TARGET_NANOS / meanNanos));
    }

    /** Returns how many waiting tasks justify that a sleeper is woken for them. */
    int worthWaking() {
        return worthWaking;
    }

    /** Tells whether tasks gain by being moved to a worker that is awake and has nothing to do. */
    boolean isWorthMoving() {
        return worthMoving;
    }
}
