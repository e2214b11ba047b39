package dev.weir.perf.contest;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/**
 * Tells when a system is warm: its rate has been steady for three windows in a row, and in none of them the compiler had
 * much to do; or the time for it is over. A steady rate alone is no sign: code that waits for the second compiler has
 * one too. Confined to one thread.
 */
public final class WarmUp {
    private static final long WINDOW_NANOS = 100_000_000;
    private static final int STEADY_WINDOWS = 3;

    /** The greatest of steady rates is at most so many times the least. */
    private static final double STEADY = 1.1;

    /** Milliseconds of compilation in a window that changed nothing worth waiting for. */
    private static final long QUIET_MILLIS = 5;

    private final long mostNanos;
    private final LongSupplier compiledMillis;
    private long startNanos;
    private boolean begun;
    private boolean over;

    private long windowStart;
    private long windowOperations;
    private long windowCompiled;
    private int steady;
    private double least;
    private double greatest;

    /**
     * Creates a warm-up that has not begun.
     *
     * @param seconds how long it takes at most; 0 for none
     */
    public WarmUp(double seconds) {
        this(seconds, seconds == 0 ? () -> 0 : compiler());
    }

    /** Creates one that learns from the supplier how long the compilers have worked. */
    WarmUp(double seconds, LongSupplier compiledMillis) {
        this.mostNanos = (long) (seconds * 1e9);
        this.compiledMillis = compiledMillis;
    }

    private static LongSupplier compiler() {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        return compiler == null ? () -> 0 : compiler::getTotalCompilationTime;
    }

    /**
     * Tells whether the system is warm. To be asked again and again; the first question begins the warm-up.
     *
     * @param now the present {@link System#nanoTime}
     * @param operations how many of them, of any equal kind, there have been so far
     */
    public boolean isOver(long now, long operations) {
        if (!begun) {
            begun = true;
            startNanos = now;
            begin(now, operations);
        }
        if (!over) {
            if (now - windowStart >= WINDOW_NANOS) {
                end(now, operations);
            }
            over = steady >= STEADY_WINDOWS || now - startNanos >= mostNanos;
        }
        return over;
    }

    private void begin(long now, long operations) {
        windowStart = now;
        windowOperations = operations;
        windowCompiled = compiledMillis.getAsLong();
    }

    private void end(long now, long operations) {
        double rate = (double) (operations - windowOperations) / (now - windowStart);
        long compiled = compiledMillis.getAsLong() - windowCompiled;
        least = steady == 0 ? rate : Math.min(least, rate);
        greatest = steady == 0 ? rate : Math.max(greatest, rate);
        if (compiled > QUIET_MILLIS || rate == 0) {
            steady = 0;
        } else if (greatest > least * STEADY) {
            steady = 1; // the first of a new row
            least = rate;
            greatest = rate;
        } else {
            steady++;
        }
        begin(now, operations);
    }
}
