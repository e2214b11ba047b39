package dev.weir.perf.streams;

import dev.weir.perf.contest.Spread;
import dev.weir.perf.streams.StreamBenchmark.Profile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** What was measured on one release of Java in one profile, as a table of Markdown. */
final class StreamTable {
    private static final String DASH = "-";
    private static final String FAILED = "FAILED";
    /** Less than this is what the harness itself allocates now and then. */
    private static final double NO_BYTES = 0.05;

    private final int java;
    private final Profile profile;
    private final List<StreamRun> runs;

    StreamTable(int java, Profile profile, List<StreamRun> all) {
        this.java = java;
        this.profile = profile;
        this.runs = all.stream()
                .filter(run -> run.java() == java && run.profile() == profile)
                .toList();
    }

    /** Returns a title, a heading, a rule and a line for each shape; nothing if nothing was measured. */
    List<String> lines() {
        List<Contender> columns = Arrays.stream(Contender.values())
                .filter(library -> runs.stream().anyMatch(run -> run.library() == library))
                .toList();
        List<String> lines = new ArrayList<>();
        if (columns.isEmpty()) {
            return lines;
        }
        lines.add("**JDK " + java + ", " + profile.name().toLowerCase(Locale.ROOT) + "**");
        lines.add("");
        List<String> heading = new ArrayList<>(List.of("ns an item (bytes)"));
        columns.forEach(library -> heading.add(library.toString()));
        heading.add("Weir to the best peer");
        lines.add(line(heading));
        lines.add("|" + ":--|" + "--:|".repeat(columns.size() + 1));
        for (Shape shape : Shape.values()) {
            if (runs.stream().anyMatch(run -> run.shape() == shape)) {
                lines.add(line(cells(shape, columns)));
            }
        }
        lines.add("");
        return lines;
    }

    static String legend() {
        return "Median of the rounds and half of their range in percent; in brackets what is allocated an item. The last"
                + " column says how many times as fast as the fastest of Reactor, RxJava, Mutiny, Pekko and Kotlin Weir"
                + " is; streams of the JDK and the loop are floors. -: no natural form; failed runs are no part of a median.";
    }

    private List<String> cells(Shape shape, List<Contender> columns) {
        List<String> cells = new ArrayList<>(List.of(shape.toString()));
        for (Contender library : columns) {
            Spread nanos = of(shape, library, StreamRun::nanos);
            long failed = runs(shape, library).filter(run -> !run.isGood()).count();
            String known = nanos.isKnown() ? cell(nanos, of(shape, library, StreamRun::bytes)) : DASH;
            cells.add(failed == 0 ? known : nanos.isKnown() ? known + ", " + failed + " " + FAILED : FAILED);
        }
        double ratio = toBestPeer(shape);
        cells.add(Double.isNaN(ratio) ? DASH : String.format(Locale.ROOT, "%.2f", ratio));
        return cells;
    }

    private static String cell(Spread nanos, Spread bytes) {
        String time = String.format(Locale.ROOT, nanos.median() < 100 ? "%.1f" : "%.0f", nanos.median());
        String allocated = bytes.median() < NO_BYTES ? "0" : String.format(Locale.ROOT, "%.0f", bytes.median());
        return String.format(Locale.ROOT, "%s ±%.0f%% (%s)", time, nanos.spread() * 100, allocated);
    }

    /** Returns how many times as fast as the fastest peer Weir is; NaN if either is unknown. */
    double toBestPeer(Shape shape) {
        double best = Arrays.stream(Contender.values())
                .filter(Contender::isPeer)
                .mapToDouble(library -> of(shape, library, StreamRun::nanos).median())
                .filter(nanos -> !Double.isNaN(nanos))
                .min()
                .orElse(Double.NaN);
        return best / of(shape, Contender.WEIR, StreamRun::nanos).median();
    }

    private Spread of(Shape shape, Contender library, ToDoubleFunction<StreamRun> figure) {
        return Spread.of(runs(shape, library)
                .filter(StreamRun::isGood)
                .mapToDouble(figure)
                .toArray());
    }

    private Stream<StreamRun> runs(Shape shape, Contender library) {
        return runs.stream().filter(run -> run.shape() == shape && run.library() == library);
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }
}
