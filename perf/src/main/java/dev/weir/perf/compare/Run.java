package dev.weir.perf.compare;

import dev.weir.perf.report.JsonLine;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one run of a load has measured.
 *
 * @param system the server
 * @param connections of the load
 * @param round from 1
 * @param operations a second
 * @param p50 microseconds
 * @param p99 microseconds
 */
record Run(String system, int connections, int round, double operations, double p50, double p99) {
    /**
     * Reads the line a load prints.
     *
     * @throws IllegalArgumentException if a member is missing, or if there were errors
     */
    static Run parse(String system, int connections, int round, String line) {
        if (number(line, "errors") > 0) {
            throw new IllegalArgumentException("errors at " + system + ": " + line);
        }
        return new Run(
                system, connections, round, number(line, "ops_per_s"), number(line, "p50_us"), number(line, "p99_us"));
    }

    private static double number(String line, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":(-?[0-9.]+)").matcher(line);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no number " + name + " in: " + line);
        }
        return Double.parseDouble(matcher.group(1));
    }

    JsonLine toJson() {
        return new JsonLine()
                .put("system", system)
                .put("conns", connections)
                .put("round", round)
                .put("ops_per_s", operations)
                .put("p50_us", p50)
                .put("p99_us", p99);
    }
}
