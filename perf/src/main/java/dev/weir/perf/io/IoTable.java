package dev.weir.perf.io;

import dev.weir.perf.io.Workload.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Medians of runs and their ratios, a table for each row of the comparison; runs that failed are no part of them. */
final class IoTable {
    private static final List<Contender> BASELINES = List.of(Contender.C, Contender.TOKIO, Contender.NETTY_NIO);

    private final List<IoRun> runs;

    IoTable(List<IoRun> runs) {
        this.runs = List.copyOf(runs);
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Row row : runs.stream().map(IoRun::row).distinct().toList()) {
            lines.add("### " + row.title());
            lines.add("");
            lines.addAll(row.workload() == Workload.IDLE ? memory(row) : speed(row));
            lines.add("");
        }
        lines.add(legend());
        return lines;
    }

    static String legend() {
        return "Medians of the rounds; ± is half the distance of the least and the greatest. Ratios are of medians. CPU is"
                + " the server's processor time for an operation, from /proc/PID/stat, as means; waits and preemptions"
                + " are its voluntary and involuntary context switches for an operation. A chunk of 64 KiB, an answer,"
                + " and a connection with its echo are operations. Memory is what 10,000 connections that were used once"
                + " add to the resident memory and to the live heap, for each. Runs that failed are counted after a name and"
                + " in no figure.";
    }

    private List<String> memory(Row row) {
        List<String> lines = new ArrayList<>(List.of("| system | bytes a connection |", "|---|---|"));
        for (String system : systems(row)) {
            lines.add("| " + name(row, system) + " | "
                    + number(median(of(row, system), run -> run.figure(Figure.BYTES))) + " |");
        }
        return lines;
    }

    private List<String> speed(Row row) {
        List<String> lines = new ArrayList<>(List.of(
                "| system | ops/s | ± | to C | to Tokio | to Netty NIO | CPU µs | user | system | p50 µs | p99 µs"
                        + " | p99 to C | p99.9 µs | waits | preemptions |",
                "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"));
        systems(row).forEach(system -> lines.add(line(row, system)));
        return lines;
    }

    private String line(Row row, String system) {
        List<IoRun> own = of(row, system);
        double rate = median(own, run -> run.figure(Figure.OPS_PER_S));
        List<String> cells = new ArrayList<>(List.of(name(row, system), number(rate), spread(own)));
        for (Contender baseline : BASELINES) {
            cells.add(ratio(rate, median(of(row, baseline.toString()), run -> run.figure(Figure.OPS_PER_S))));
        }
        cells.add(fine(mean(own, IoRun::cpu)));
        cells.add(fine(mean(own, run -> run.figure(Figure.USER_US))));
        cells.add(fine(mean(own, run -> run.figure(Figure.SYSTEM_US))));
        cells.add(number(median(own, run -> run.figure(Figure.P50_US))));
        double p99 = median(own, run -> run.figure(Figure.P99_US));
        cells.add(number(p99));
        cells.add(ratio(p99, median(of(row, Contender.C.toString()), run -> run.figure(Figure.P99_US))));
        cells.add(number(median(own, run -> run.figure(Figure.P999_US))));
        cells.add(fine(mean(own, run -> run.figure(Figure.WAITS))));
        cells.add(fine(mean(own, run -> run.figure(Figure.PREEMPTIONS))));
        return "| " + String.join(" | ", cells) + " |";
    }

    /** The system, and how many of its runs have failed. */
    private String name(Row row, String system) {
        long failed = runs(row, system).filter(run -> !run.isGood()).count();
        return failed == 0 ? system : system + " (" + failed + " FAILED)";
    }

    private List<String> systems(Row row) {
        List<String> measured = runs.stream()
                .filter(run -> run.row().equals(row))
                .map(IoRun::system)
                .toList();
        return List.of(Contender.values()).stream()
                .map(Contender::toString)
                .filter(measured::contains)
                .toList();
    }

    private List<IoRun> of(Row row, String system) {
        return runs(row, system).filter(IoRun::isGood).toList();
    }

    private Stream<IoRun> runs(Row row, String system) {
        return runs.stream().filter(run -> run.row().equals(row) && run.system().equals(system));
    }

    private static double[] sorted(List<IoRun> runs, ToDoubleFunction<IoRun> figure) {
        return runs.stream()
                .mapToDouble(figure)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
    }

    static double median(List<IoRun> runs, ToDoubleFunction<IoRun> figure) {
        double[] sorted = sorted(runs, figure);
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double mean(List<IoRun> runs, ToDoubleFunction<IoRun> figure) {
        double[] values = sorted(runs, figure);
        double sum = 0;
        for (double each : values) {
            sum += each;
        }
        return values.length == 0 ? Double.NaN : sum / values.length;
    }

    private static String spread(List<IoRun> runs) {
        double[] rates = sorted(runs, run -> run.figure(Figure.OPS_PER_S));
        double median = median(runs, run -> run.figure(Figure.OPS_PER_S));
        return rates.length < 2
                ? "-"
                : String.format(Locale.ROOT, "%.0f %%", (rates[rates.length - 1] - rates[0]) / 2 / median * 100);
    }

    private static String ratio(double value, double baseline) {
        double ratio = value / baseline;
        return Double.isFinite(ratio) ? String.format(Locale.ROOT, "%.2f", ratio) : "-";
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%,.0f", value);
    }

    private static String fine(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.2f", value);
    }
}
