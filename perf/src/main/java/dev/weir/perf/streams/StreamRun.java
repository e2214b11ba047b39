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
