package dev.weir.perf.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The medians of runs, and their ratios to those of the first system. */
final class Comparison {
    private Comparison() {}

    /** Returns a table, a row for each system and number of connections, in the order in which they first ran. */
    static List<String> table(List<Run> runs) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "| conns | system | ops/s median (min .. max) | ratio | p50 us | p99 us median (min .. max) | ratio |");
        lines.add("|---|---|---|---|---|---|---|");
        for (int connections : runs.stream().map(Run::connections).distinct().toList()) {
            List<Run> alike = runs.stream()
                    .filter(run -> run.connections() == connections)
                    .toList();
            List<Run> baseline = of(alike, alike.get(0).system());
            for (String system : alike.stream().map(Run::system).distinct().toList()) {
                lines.add(row(connections, system, of(alike, system), baseline));
            }
        }
        return lines;
    }

    private static List<Run> of(List<Run> runs, String system) {
        return runs.stream().filter(run -> run.system().equals(system)).toList();
    }

    private static String row(int connections, String system, List<Run> runs, List<Run> baseline) {
        return String.format(
                Locale.ROOT,
                "| %d | %s | %s | %.2f | %.0f | %s | %.2f |",
                connections,
                system,
                spread(runs, Run::operations),
                median(runs, Run::operations) / median(baseline, Run::operations),
                median(runs, Run::p50),
                spread(runs, Run::p99),
                median(runs, Run::p99) / median(baseline, Run::p99));
    }

    private static String spread(List<Run> runs, ToDoubleFunction<Run> value) {
        double[] sorted = runs.stream().mapToDouble(value).sorted().toArray();
        return String.format(
                Locale.ROOT, "%.0f (%.0f .. %.0f)", median(runs, value), sorted[0], sorted[sorted.length - 1]);
    }

    static double median(List<Run> runs, ToDoubleFunction<Run> value) {
        double[] sorted = runs.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
