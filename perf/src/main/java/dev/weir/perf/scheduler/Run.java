package dev.weir.perf.scheduler;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one child process has measured.
 *
 * @param system the column
 * @param line the JSON it printed
 * @param nanosApart the greater of the distances of the two CPUs before and after, in nanoseconds; NaN if not probed
 */
record Run(Case row, String system, int round, String line, double nanosApart) {
    /** CPUs whose round trip of a cache line takes longer are far apart: near ones take some 50 ns. */
    static final double FAR_NANOS = 150;

    boolean isFar() {
        return nanosApart > FAR_NANOS;
    }

    /** Returns the number of that name in the line, NaN if there is none. */
    double figure(String name) {
        Matcher found = Pattern.compile(String.format(Locale.ROOT, "\"%s\":([-+.0-9eE]+)", Pattern.quote(name)))
                .matcher(line);
        return found.find() ? Double.parseDouble(found.group(1)) : Double.NaN;
    }
}
