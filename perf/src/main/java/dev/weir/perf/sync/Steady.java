package dev.weir.perf.sync;

import dev.weir.perf.contest.Measurement;
import dev.weir.perf.contest.WarmUp;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;

/**
 * A measurement of tasks that run freely until they are told to stop: each counts for itself, and a thread outside reads
 * the sum twice. Now and then a task times one operation.
 */
final class Steady {
    /** A prime, so that the timed ones do not always fall on the forced yield of a budget of 128. */
    private static final int SAMPLE = 61;

    /** Longs from one counter to the next, two lines apart. */
    private static final int STRIDE = 16;

    private final AtomicLongArray counters;
    private final int tasks;
    private final Histogram nanos = new Histogram(3);
    private volatile boolean stop;
    private volatile boolean measuring;

    Steady(int tasks) {
        this.tasks = tasks;
        counters = new AtomicLongArray((tasks + 1) * STRIDE);
    }

    /** Counts one operation of a task. */
    void bump(int task) {
        int at = (task + 1) * STRIDE;
        counters.lazySet(at, counters.getPlain(at) + 1);
    }

    boolean isOver() {
        return stop;
    }

    /** Tells whether the operation with this number is to be timed. */
    static boolean isSample(long number) {
        return number % SAMPLE == 0;
    }

    /** Records the time of an operation, if it counts. */
    void record(long nanosTaken) {
        if (measuring) {
            synchronized (nanos) {
                nanos.recordValue(Math.max(0, nanosTaken));
            }
        }
    }

    /**
     * Blocks the thread outside for the time of the measurement, then tells the tasks to stop.
     *
     * @param warmup how many seconds pass before at most
     */
    void observe(double warmup, double seconds, Measurement into, String of) throws InterruptedException {
        WarmUp warmUp = new WarmUp(warmup);
        while (!warmUp.isOver(System.nanoTime(), sum())) {
            Thread.sleep(10);
        }
        measuring = true;
        long before = sum();
        long start = System.nanoTime();
        Thread.sleep((long) (seconds * 1_000));
        long operations = sum() - before;
        double took = (System.nanoTime() - start) / 1e9;
        measuring = false;
        stop = true;
        synchronized (nanos) {
            into.rate(operations, took).latency(of, nanos);
        }
    }

    private long sum() {
        long sum = 0;
        for (int task = 0; task < tasks; task++) {
            sum += counters.get((task + 1) * STRIDE);
        }
        return sum;
    }
}
