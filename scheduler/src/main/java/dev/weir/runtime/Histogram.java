package dev.weir.runtime;

import java.time.Duration;
import java.util.List;

/**
 * How long something took each time, as counts in buckets whose bounds lie at most a quarter apart.
 *
 * @param buckets those that are not empty, shortest first
 */
public record Histogram(List<Bucket> buckets) {
    /** Copies the list. */
    public Histogram {
        buckets = List.copyOf(buckets);
    }

    /** Returns how many were counted. */
    public long count() {
        return buckets.stream().mapToLong(Bucket::count).sum();
    }

    /**
     * Returns a length that so many of them did not exceed, rounded up to the end of a bucket; zero if there were none.
     *
     * @param quantile from 0 to 1, such as 0.99
     */
    public Duration quantile(double quantile) {
        if (!(quantile >= 0 && quantile <= 1)) {
            throw new IllegalArgumentException("quantile must be from 0 to 1, was " + quantile);
        }
        long rank = Math.max(1, (long) Math.ceil(quantile * count()));
        for (Bucket bucket : buckets) {
            rank -= bucket.count();
            if (rank <= 0) {
                return bucket.end();
            }
        }
        return Duration.ZERO;
    }

    /**
     * Those of about one length.
     *
     * @param start the least length
     * @param end what all are shorter than
     * @param count how many
     */
    public record Bucket(Duration start, Duration end, long count) {}
}
