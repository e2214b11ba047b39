package dev.weir.perf.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How far apart the host keeps the two CPUs, which changes within seconds. */
final class Distance {
    private static final Pattern ROUND_TRIP = Pattern.compile("\"c2c_round_trip_ns\":([.0-9]+)");

    private Distance() {}

    /** Returns the nanoseconds of a round trip of a cache line, NaN if the probe fails. */
    static double nanos(Site site) throws IOException {
        Process probe = new ProcessBuilder(site.c("c2c")).start();
        String line = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher found = ROUND_TRIP.matcher(line);
        return found.find() ? Double.parseDouble(found.group(1)) : Double.NaN;
    }
}
