package dev.weir.perf.io;

import dev.weir.perf.report.JsonLine;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one run has measured.
 *
 * @param round from 1
 * @param nanosApart the distance of the two CPUs before the run, NaN if not probed
 */
record IoRun(Workload.Row row, String system, int round, double nanosApart, Map<Figure, Double> figures) {
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
        return !figures.isEmpty() && !(figure(Figure.ERRORS) > 0);
    }

    JsonLine toJson() {
        JsonLine line = new JsonLine()
                .put("workload", row.workload().toString())
                .put("conns", row.connections())
                .put("system", system)
                .put("round", round)
                .put("ns_apart", nanosApart);
        figures.forEach((figure, value) -> line.put(figure.toString(), value.doubleValue()));
        return line;
    }
}
