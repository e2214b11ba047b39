package dev.weir.perf.contest;

import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/**
 * Drives a loop of iterations: {@code while (meter.getAsBoolean()) { one iteration }}. Those of the warm-up are thrown
 * away; after it the time of each is recorded, until the time is over or the number is reached. Confined to the driver.
 */
public final class Meter implements BooleanSupplier {
    private final WarmUp warming;
    private final long runNanos;
    private final long iterations;
    private final Histogram times = new Histogram(3);
    private boolean measuring;
    private long begun;
    private long start;
    private long last;
    private long count;
    private double seconds;

    /**
     * Creates a meter.
     *
     * @param warmup how many seconds the warm-up takes at most
     * @param run for how many seconds to measure
     * @param iterations how many to measure, or 0 for as many as the time allows
     */
    public Meter(double warmup, double run, long iterations) {
        this.warming = new WarmUp(warmup);
        this.runNanos = (long) (run * 1e9);
        this.iterations = iterations;
    }

    /** Ends the iteration before, if there is one, and tells whether there is to be another. */
    @Override
    public boolean getAsBoolean() {
        long now = System.nanoTime();
        if (!measuring) {
            if (warming.isOver(now, begun++)) {
                measuring = true;
                start = now;
                last = now;
            }
            return true;
        }
        times.recordValue(now - last);
        count++;
        if (iterations > 0 ? count >= iterations : now - start >= runNanos) {
            seconds = (now - start) / 1e9;
            return false;
        }
        last = System.nanoTime();
        return true;
    }

    /** Tells whether the current iteration counts. */
    public boolean isMeasuring() {
        return measuring;
    }

    /** Returns how many iterations were measured. */
    public long count() {
        return count;
    }

    /** Returns how long they took together, once the last is over. */
    public double seconds() {
        return seconds;
    }

    /** Returns their times in nanoseconds. */
    public Histogram times() {
        return times;
    }
}
