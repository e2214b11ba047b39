package dev.weir.perf.io;

import dev.weir.perf.report.JsonLine;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one run has measured, or why it has not.
 *
 * @param round from 1
 * @param nanosApart the distance of the two CPUs before the run, NaN if not probed
 * @param failure why it came to no end, or null if it did
 */
record IoRun(
        Workload.Row row,
        String system,
        int round,
        double nanosApart,
        Map<Figure, Double> figures,
        @Nullable String failure) {
    IoRun(Workload.Row row, String system, int round, double nanosApart, Map<Figure, Double> figures) {
        this(row, system, round, nanosApart, figures, faultOf(row, figures));
    }

    /** A run of which there is nothing but why. */
    static IoRun failed(Workload.Row row, String system, int round, String why) {
        return new IoRun(row, system, round, Double.NaN, Map.of(), why);
    }

    /** What came to its end and yet says nothing: a server that answers nobody makes no errors. */
    private static @Nullable String faultOf(Workload.Row row, Map<Figure, Double> figures) {
        Figure told = row.workload() == Workload.IDLE ? Figure.BYTES : Figure.OPS_PER_S;
        Double value = figures.get(told);
        if (value == null) {
            return "no " + told + " was measured";
        }
        if (!(value > 0)) {
            return told + " is " + value;
        }
        double errors = figures.getOrDefault(Figure.ERRORS, 0.0);
        return errors == 0 ? null : String.format(Locale.ROOT, "there were %.0f errors", errors);
    }

    /** Returns what stands in the line that a load has printed. */
    static Map<Figure, Double> parse(String line) {
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        for (Figure each : Figure.values()) {
            Matcher found = Pattern.compile("\"" + each + "\":([-+.0-9eE]+)").matcher(line);
            if (found.find()) {
                figures.put(each, Double.parseDouble(found.group(1)));
            }
        }
        return figures;
    }

    double figure(Figure figure) {
        Double value = figures.get(figure);
        return value == null ? Double.NaN : value;
    }

    /** Processor time of an operation, user's and system's. */
    double cpu() {
        return figure(Figure.USER_US) + figure(Figure.SYSTEM_US);
    }

    boolean isGood() {
        return failure == null;
    }

    JsonLine toJson() {
        JsonLine line = new JsonLine()
                .put("workload", row.workload().toString())
                .put("conns", row.connections())
                .put("system", system)
                .put("round", round)
                .put("ns_apart", nanosApart);
        figures.forEach((figure, value) -> line.put(figure.toString(), value.doubleValue()));
        if (failure != null) {
            line.put("failure", failure);
        }
        return line;
    }
}
