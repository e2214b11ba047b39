package dev.weir.perf.streams;

import dev.weir.perf.report.JsonLine;
import dev.weir.perf.streams.StreamBenchmark.Profile;
import java.util.Locale;

/**
 * What one JVM has measured.
 *
 * @param java the feature release that it ran on
 * @param nanos nanoseconds an item
 * @param bytes bytes allocated an item, by all threads
 */
record StreamRun(int java, Profile profile, Shape shape, Contender library, int round, double nanos, double bytes) {
    /** A run of which there is no figure. */
    static StreamRun failed(int java, Profile profile, Shape shape, Contender library, int round) {
        return new StreamRun(java, profile, shape, library, round, Double.NaN, Double.NaN);
    }

    /** Whether an item took any time: none, or an endless one, is what comes of no operation. */
    boolean isGood() {
        return nanos > 0 && Double.isFinite(nanos);
    }

    /** What was run, as it is named where it has failed. */
    String title() {
        return shape + " of " + library + ", " + profile.name().toLowerCase(Locale.ROOT) + ", JDK " + java + ", round "
                + round;
    }

    JsonLine toJson() {
        return new JsonLine()
                .put("java", java)
                .put("profile", profile.name().toLowerCase(Locale.ROOT))
                .put("shape", shape.toString())
                .put("library", library.toString())
                .put("round", round)
                .put("ns_per_item", nanos)
                .put("bytes_per_item", bytes);
    }
}
