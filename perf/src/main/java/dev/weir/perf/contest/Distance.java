package dev.weir.perf.contest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How far apart the host keeps the two CPUs, as {@code perf/peers/c/build/c2c} sees it. It changes within seconds. */
public final class Distance {
    private static final Pattern ROUND_TRIP = Pattern.compile("\"c2c_round_trip_ns\":([.0-9]+)");

    private final @Nullable Path probe;

    /** Creates a distance that is read by that program, or not at all. */
    public Distance(@Nullable Path probe) {
        this.probe = probe;
    }

    /** Returns the nanoseconds of a round trip, NaN if there is no probe or it fails. */
    public double nanos() throws IOException, InterruptedException {
        if (probe == null) {
            return Double.NaN;
        }
        Child.Result result = Child.run(List.of(probe.toString()), Duration.ofSeconds(10));
        return parse(String.join("", result.lines()));
    }

    static double parse(String line) {
        Matcher found = ROUND_TRIP.matcher(line);
        return found.find() ? Double.parseDouble(found.group(1)) : Double.NaN;
    }
}
