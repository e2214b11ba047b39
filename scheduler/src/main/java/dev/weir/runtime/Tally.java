package dev.weir.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts lengths of time. Written by one thread, read by any; a count may be read a little late.
 *
 * <p>Buckets are log-linear: four for each power of two, so a bucket's bounds lie at most a quarter apart.
 */
final class Tally {
    private static final int SUB_BITS = 2;
    private static final int SUBS = 1 << SUB_BITS;
    private static final int BUCKETS = (Long.SIZE - SUB_BITS) * SUBS;

    private final long[] counts = new long[BUCKETS];

    void record(long nanos) {
        counts[bucket(Math.max(0, nanos))]++;
    }

    void addTo(Tally sum) {
        for (int i = 0; i < BUCKETS; i++) {
            sum.counts[i] += counts[i];
        }
    }

    Histogram snapshot() {
        List<Histogram.Bucket> buckets = new ArrayList<>();
        for (int i = 0; i < BUCKETS; i++) {
            if (counts[i] > 0) {
                long end = i + 1 < BUCKETS ? floor(i + 1) : Long.MAX_VALUE;
                buckets.add(new Histogram.Bucket(Duration.ofNanos(floor(i)), Duration.ofNanos(end), counts[i]));
            }
        }
        return new Histogram(buckets);
    }

    private static int bucket(long nanos) {
        if (nanos < SUBS) {
            return (int) nanos;
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos) - SUB_BITS;
        return (shift + 1) * SUBS + (int) (nanos >>> shift) - SUBS;
    }

    /** Returns the least length that falls into a bucket. */
    private static long floor(int bucket) {
        int shift = bucket / SUBS - 1;
        return shift < 0 ? bucket : (long) (bucket % SUBS + SUBS) << shift;
    }
}
