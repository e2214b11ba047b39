package dev.weir.perf.scheduler;

import dev.weir.perf.report.JsonLine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The arithmetic of a comparison: medians of runs, and ratios of medians. Immutable. */
final class Standing {
    static final String WEIR = "weir";
    static final String TOKIO = "tokio";
    static final String RATE = "ops_per_s";
    static final String EFFICIENCY = "efficiency";

    private final List<Run> runs;

    Standing(Collection<Run> runs) {
        this.runs = List.copyOf(runs);
    }

    /** Returns the cases, in the order in which they were first run. */
    Set<Case> rows() {
        Set<Case> rows = new LinkedHashSet<>();
        runs.forEach(run -> rows.add(run.row()));
        return rows;
    }

    Spread of(Case row, String system, String figure) {
        return Spread.of(runs.stream()
                .filter(run -> run.row().equals(row) && run.system().equals(system))
                .mapToDouble(run -> run.figure(figure))
                .filter(value -> !Double.isNaN(value))
                .toArray());
    }

    /** Returns how many of the runs were made while the CPUs were far apart. */
    long far(Case row, String system) {
        return runs.stream()
                .filter(run -> run.row().equals(row) && run.system().equals(system) && run.isFar())
                .count();
    }

    /** Returns the system's median over Tokio's on as many workers; NaN if either is not known. */
    double toTokio(Case row, String system) {
        return median(row, system) / median(row, TOKIO);
    }

    /** Returns the system's median over the better of Tokio's on as many workers and on one. */
    double toBestTokio(Case row, String system) {
        double same = median(row, TOKIO);
        double one = median(new Case(row.workload(), row.arguments(), 1), TOKIO);
        return median(row, system) / (one > same || Double.isNaN(same) ? one : same);
    }

    /** Returns the system's median over the best of the peers' on the JVM; NaN if none is known. */
    double toBestJvm(Case row, String system) {
        double best = runs.stream()
                .filter(run -> run.row().equals(row) && isJvmPeer(run.system()))
                .map(Run::system)
                .distinct()
                .mapToDouble(peer -> median(row, peer))
                .filter(value -> !Double.isNaN(value))
                .max()
                .orElse(Double.NaN);
        return median(row, system) / best;
    }

    private static boolean isJvmPeer(String system) {
        return !system.startsWith(WEIR) && !system.equals(TOKIO);
    }

    private double median(Case row, String system) {
        return of(row, system, RATE).median();
    }

    /** Returns a JSON document: every run as it was printed, and the medians. */
    String toJson(List<String> systems) {
        List<String> lines = new ArrayList<>();
        for (Run run : runs) {
            lines.add(new JsonLine()
                    .put("round", run.round())
                    .put("system", run.system())
                    .put("case", run.row().label())
                    .put("workers", run.row().workers())
                    .put("cpu_distance_ns", run.nanosApart())
                    .put("far", run.isFar())
                    .putJson("result", run.line())
                    .toString());
        }
        List<String> medians = new ArrayList<>();
        for (Case row : rows()) {
            for (String system : systems) {
                Spread rate = of(row, system, RATE);
                if (rate.isKnown()) {
                    medians.add(new JsonLine()
                            .put("case", row.label())
                            .put("workers", row.workers())
                            .put("system", system)
                            .put(RATE, rate.median())
                            .put("spread", rate.spread())
                            .put(EFFICIENCY, of(row, system, EFFICIENCY).median())
                            .put("far_runs", far(row, system))
                            .put("to_tokio", toTokio(row, system))
                            .put("to_best_tokio", toBestTokio(row, system))
                            .put("to_best_jvm_peer", toBestJvm(row, system))
                            .toString());
                }
            }
        }
        return String.format(
                Locale.ROOT,
                "{\"java\":\"%s\",%n\"medians\":[%n%s%n],%n\"runs\":[%n%s%n]}%n",
                Runtime.version(),
                String.join(",\n", medians),
                String.join(",\n", lines));
    }
}
