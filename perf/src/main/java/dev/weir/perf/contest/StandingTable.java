package dev.weir.perf.contest;

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

    /** Returns the lines: a heading, a rule, and for each case a line for each of its figures that is known. */
    List<String> lines() {
        List<List<String>> cells = new ArrayList<>();
        cells.add(heading());
        for (Case row : standing.rows()) {
            for (Figure figure : row.figures()) {
                if (systems.stream()
                        .anyMatch(system -> standing.of(row, system, figure).isKnown())) {
                    cells.add(line(row, figure));
                }
            }
        }
        return aligned(cells);
    }

    /** Returns what the table means. */
    static String legend() {
        return "Million operations a second, or what the line says: median, and half the range in percent; *n: n runs"
                + " were made while the CPUs were far apart. How many times as good as others Weir is: /tokio: as Tokio"
                + " with as many workers; /best: as the better of Tokio with as many and with one; /jvm: as the best JVM"
                + " peer. -: the system has no natural form of it.";
    }

    private List<String> heading() {
        List<String> heading = new ArrayList<>(List.of("workload", "workers"));
        heading.addAll(systems);
        for (String weir : weirs) {
            heading.addAll(List.of(weir + "/tokio", weir + "/best", weir + "/jvm"));
        }
        return heading;
    }

    private List<String> line(Case row, Figure figure) {
        String label = figure.label().isEmpty() ? row.label() : row.label() + ", " + figure.label();
        List<String> line = new ArrayList<>(List.of(label, Integer.toString(row.workers())));
        for (String system : systems) {
            line.add(value(row, system, figure));
        }
        for (String weir : weirs) {
            line.add(ratio(standing.toTokio(row, weir, figure)));
            line.add(ratio(standing.toBestTokio(row, weir, figure)));
            line.add(ratio(standing.toBestJvm(row, weir, figure)));
        }
        return line;
    }

    private String value(Case row, String system, Figure figure) {
        Spread spread = standing.of(row, system, figure);
        if (!spread.isKnown()) {
            return DASH;
        }
        long far = standing.far(row, system);
        return String.format(
                Locale.ROOT,
                "%.3f ±%.0f%%%s",
                spread.median() / figure.unit(),
                spread.spread() * 100,
                far > 0 ? " *" + far : "");
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
