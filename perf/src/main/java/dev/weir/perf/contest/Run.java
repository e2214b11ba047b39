package dev.weir.perf.contest;

import dev.weir.perf.report.JsonLine;
import java.util.ArrayList;
import java.util.List;
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
public record Run(Case row, String system, int round, String line, double nanosApart) {
    /** CPUs whose round trip of a cache line takes longer are far apart: near ones take some 50 ns. */
    static final double FAR_NANOS = 150;

    private static final Pattern BENCH = Pattern.compile("^\\{\"system\":\"[^\"]*\",\"bench\":\"([^\"]*)\"");

    /** Reads what a child printed: a run for each line of JSON, under the name that the line gives itself. */
    static List<Run> of(Case row, String system, int round, List<String> lines, double nanosApart) {
        List<Run> runs = new ArrayList<>();
        for (String line : lines) {
            Matcher bench = BENCH.matcher(line);
            if (bench.find()) {
                runs.add(new Run(row.named(bench.group(1)), system, round, line, nanosApart));
            }
        }
        return runs;
    }

    boolean isFar() {
        return nanosApart > FAR_NANOS;
    }

    /** Returns the number of that name in the line, NaN if there is none. */
    public double figure(String name) {
        Matcher found = Pattern.compile(String.format(Locale.ROOT, "\"%s\":([-+.0-9eE]+)", Pattern.quote(name)))
                .matcher(line);
        return found.find() ? Double.parseDouble(found.group(1)) : Double.NaN;
    }

    /** Returns the run as a line of JSON, with what the child printed as it was. */
    String toJson() {
        return new JsonLine()
                .put("round", round)
                .put("system", system)
                .put("case", row.label())
                .put("workers", row.workers())
                .put("cpu_distance_ns", nanosApart)
                .put("far", isFar())
                .putJson("result", line)
                .toString();
    }
}
