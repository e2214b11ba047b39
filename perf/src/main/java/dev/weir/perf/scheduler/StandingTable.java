package dev.weir.perf.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A standing as a table: million operations a second with their spread, then Weir's ratios. Valid Markdown. */
final class StandingTable {
    private static final String DASH = "-";

    private final Standing standing;
    private final List<String> systems;
    private final List<String> weirs;

    /**
     * Creates a table.
     *
     * @param systems the columns; those whose names begin with weir get ratios
     */
    StandingTable(Standing standing, List<String> systems) {
        this.standing = standing;
        this.systems = List.copyOf(systems);
        this.weirs =
                systems.stream().filter(name -> name.startsWith(Standing.WEIR)).toList();
    }

    /** Returns the lines: a heading, a rule, a line for each case, and one more where there is an efficiency. */
    List<String> lines() {
        List<List<String>> cells = new ArrayList<>();
        cells.add(heading());
        for (Case row : standing.rows()) {
            cells.add(rates(row));
            if (standing.of(row, Standing.WEIR, Standing.EFFICIENCY).isKnown()) {
                cells.add(efficiencies(row));
            }
        }
        return aligned(cells);
    }

    /** Returns what the table means. */
    static String legend() {
        return "Million operations a second, median, and half the range in percent; *n: n runs were made while the CPUs"
                + " were far apart. /tokio: to Tokio with as many workers; /best: to the better of Tokio with as many"
                + " and with one; /jvm: to the best JVM peer. -: the system has no natural form of it.";
    }

    private List<String> heading() {
        List<String> heading = new ArrayList<>(List.of("workload", "workers"));
        heading.addAll(systems);
        for (String weir : weirs) {
            heading.addAll(List.of(weir + "/tokio", weir + "/best", weir + "/jvm"));
        }
        return heading;
    }

    private List<String> rates(Case row) {
        List<String> line = begin(row.label(), row);
        for (String system : systems) {
            Spread rate = standing.of(row, system, Standing.RATE);
            long far = standing.far(row, system);
            line.add(
                    rate.isKnown()
                            ? String.format(
                                    Locale.ROOT,
                                    "%.3f ±%.0f%%%s",
                                    rate.median() / 1e6,
                                    rate.spread() * 100,
                                    far > 0 ? " *" + far : "")
                            : DASH);
        }
        for (String weir : weirs) {
            line.add(ratio(standing.toTokio(row, weir)));
            line.add(ratio(standing.toBestTokio(row, weir)));
            line.add(ratio(standing.toBestJvm(row, weir)));
        }
        return line;
    }

    private List<String> efficiencies(Case row) {
        List<String> line = begin(row.label() + ", efficiency", row);
        for (String system : systems) {
            line.add(ratio(standing.of(row, system, Standing.EFFICIENCY).median()));
        }
        for (int i = 0; i < weirs.size() * 3; i++) {
            line.add("");
        }
        return line;
    }

    private static List<String> begin(String label, Case row) {
        return new ArrayList<>(List.of(label, Integer.toString(row.workers())));
    }

    private static String ratio(double value) {
        return Double.isNaN(value) ? DASH : String.format(Locale.ROOT, "%.2f", value);
    }

    private static List<String> aligned(List<List<String>> cells) {
        int columns = cells.get(0).size();
        int[] widths = new int[columns];
        for (List<String> line : cells) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> line : cells) {
            StringBuilder text = new StringBuilder("|");
            for (int i = 0; i < columns; i++) {
                String padding = " ".repeat(widths[i] - line.get(i).length());
                text.append(' ')
                        .append(i == 0 ? line.get(i) + padding : padding + line.get(i))
                        .append(" |");
            }
            lines.add(text.toString());
        }
        StringBuilder rule = new StringBuilder("|");
        for (int i = 0; i < columns; i++) {
            rule.append(i == 0 ? ":" : "-").append("-".repeat(widths[i])).append(i == 0 ? "-|" : ":|");
        }
        lines.add(1, rule.toString());
        return lines;
    }
}
