package dev.weir.perf.scheduler;

/**
 * A known amount of CPU work: steps of xorshift64, each a chain of six dependent operations of one cycle, so that the
 * time of a step hardly depends on the compiler.
 */
final class Burn {
    private static final int CALIBRATION_STEPS = 4_000_000;

    private static volatile long sink;

    private Burn() {}

    static long steps(long seed, long count) {
        long x = seed | 1;
        for (long i = 0; i < count; i++) {
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
        }
        return x;
    }

    /** Makes the compiler believe that the value is needed. */
    static void consume(long value) {
        if (value == 0) { // never, for a xorshift that began with another value
            sink = value;
        }
    }

    /** Returns the nanoseconds of a step: the best of five trials. */
    static double nanosPerStep() {
        double best = Double.MAX_VALUE;
        for (int trial = 1; trial <= 5; trial++) {
            long start = System.nanoTime();
            consume(steps(trial, CALIBRATION_STEPS));
            best = Math.min(best, (double) (System.nanoTime() - start) / CALIBRATION_STEPS);
        }
        return best;
    }

    static long sink() {
        return sink;
    }
}
