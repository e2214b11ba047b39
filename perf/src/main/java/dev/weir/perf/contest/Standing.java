package dev.weir.perf.contest;

import dev.weir.perf.report.JsonLine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The arithmetic of a comparison: medians of runs, and ratios of medians. Immutable. */
final class Standing {
    static final String WEIR = "weir";
    static final String TOKIO = "tokio";

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

    Spread of(Case row, String system, Figure figure) {
        return Spread.of(runs.stream()
                .filter(run -> run.row().equals(row) && run.system().equals(system))
                .mapToDouble(run -> run.figure(figure.name()))
                .filter(value -> !Double.isNaN(value))
                .toArray());
    }

    /** Returns how many of the runs were made while the CPUs were far apart. */
    long far(Case row, String system) {
        return runs.stream()
                .filter(run -> run.row().equals(row) && run.system().equals(system) && run.isFar())
                .count();
    }

    /** Returns how many times as good as Tokio's on as many workers the system's median is; NaN if either is unknown. */
    double toTokio(Case row, String system, Figure figure) {
        return figure.ratio(median(row, system, figure), median(row, TOKIO, figure));
    }

    /** Returns the same to the better of Tokio's on as many workers and on one. */
    double toBestTokio(Case row, String system, Figure figure) {
        double same = median(row, TOKIO, figure);
        double one = median(row.on(1), TOKIO, figure);
        double best = figure.isBetter(one, same) || Double.isNaN(same) ? one : same;
        return figure.ratio(median(row, system, figure), best);
    }

    /** Returns the same to the best of the peers on the JVM; NaN if none is known. */
    double toBestJvm(Case row, String system, Figure figure) {
        double best = Double.NaN;
        for (Run run : runs) {
            if (run.row().equals(row) && isJvmPeer(run.system())) {
                double peer = median(row, run.system(), figure);
                best = figure.isBetter(peer, best) || Double.isNaN(best) ? peer : best;
            }
        }
        return figure.ratio(median(row, system, figure), best);
    }

    static boolean isJvmPeer(String system) {
        return !system.startsWith(WEIR) && !system.equals(TOKIO);
    }

    private double median(Case row, String system, Figure figure) {
        return of(row, system, figure).median();
    }

    /** Returns a line of JSON for each figure of each case and system that is known. */
    List<String> toJson(List<String> systems) {
        List<String> medians = new ArrayList<>();
        for (Case row : rows()) {
            for (String system : systems) {
                for (Figure figure : row.figures()) {
                    if (of(row, system, figure).isKnown()) {
                        medians.add(medians(row, system, figure).toString());
                    }
                }
            }
        }
        return medians;
    }

    private JsonLine medians(Case row, String system, Figure figure) {
        Spread spread = of(row, system, figure);
        return new JsonLine()
                .put("median", figure.name())
                .put("case", row.label())
                .put("workers", row.workers())
                .put("system", system)
                .put(figure.name(), spread.median())
                .put("spread", spread.spread())
                .put("far_runs", far(row, system))
                .put("to_tokio", toTokio(row, system, figure))
                .put("to_best_tokio", toBestTokio(row, system, figure))
                .put("to_best_jvm_peer", toBestJvm(row, system, figure));
    }
}
