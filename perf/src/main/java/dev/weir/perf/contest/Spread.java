package dev.weir.perf.contest;

import java.util.Arrays;

/**
 * The middle of several measurements and how far they lie apart.
 *
 * @param median the middle one, or the mean of the two in the middle; NaN for none
 * @param spread half the distance of the least and the greatest, as a part of the median
 */
public record Spread(double median, double spread) {
    /** Returns the spread of these values. */
    public static Spread of(double... values) {
        if (values.length == 0) {
            return new Spread(Double.NaN, Double.NaN);
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, (sorted[sorted.length - 1] - sorted[0]) / 2 / median);
    }

    /** Tells whether there was any value. */
    public boolean isKnown() {
        return !Double.isNaN(median);
    }
}
