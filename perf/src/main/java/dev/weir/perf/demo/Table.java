package dev.weir.perf.demo;

import dev.weir.perf.demo.Snapshot.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Draws snapshots as text. Remembers the last, to tell rates. Confined to its owner. */
final class Table {
    private static final int BAR = 20;
    private static final String HEAD =
            " class     clients  done     MB/s  progress                     chunks in flight" + "  demand  stalled";

    private @Nullable Snapshot last;

    /** Returns the lines of a table for a terminal. */
    List<String> draw(Snapshot now) {
        List<String> lines = new ArrayList<>();
        lines.add(HEAD);
        for (int i = 0; i < now.rows().size(); i++) {
            lines.add(line(
                    now.rows().get(i),
                    rate(
                            now,
                            last == null ? null : last.rows().get(i),
                            now.rows().get(i))));
        }
        lines.add(line(now.all(), rate(now, last == null ? null : last.all(), now.all())));
        lines.add(String.format(
                Locale.ROOT,
                " %5.1f s   between file and sockets: %s now, %s at most, %s promised   heap: %s",
                seconds(now),
                Snapshot.bytes(now.inside()),
                Snapshot.bytes(now.most()),
                Snapshot.bytes(now.bound()),
                Snapshot.bytes(now.heap())));
        last = now;
        return lines;
    }

    /** Returns the same in one line. */
    String drawLine(Snapshot now) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%5.1f s", seconds(now)));
        for (int i = 0; i < now.rows().size(); i++) {
            Row row = now.rows().get(i);
            double rate = rate(now, last == null ? null : last.rows().get(i), row);
            line.append(String.format(Locale.ROOT, " | %s %.1f MB/s %.0f %%", row.name(), rate, 100 * share(row)));
        }
        Row all = now.all();
        last = now;
        return line.append(String.format(
                        Locale.ROOT,
                        " | %d chunks in flight, demand %d, %d stalled | inside %s, at most %s of %s | heap %s",
                        all.inFlight(),
                        all.demand(),
                        all.stalled(),
                        Snapshot.bytes(now.inside()),
                        Snapshot.bytes(now.most()),
                        Snapshot.bytes(now.bound()),
                        Snapshot.bytes(now.heap())))
                .toString();
    }

    private static String line(Row row, double rate) {
        double share = share(row);
        int full = (int) (BAR * share);
        return String.format(
                Locale.ROOT,
                " %-9s %7d %5d %8.1f  [%s%s] %3.0f %% %17d %7d %8d",
                row.name(),
                row.clients(),
                row.finished(),
                rate,
                "#".repeat(full),
                ".".repeat(BAR - full),
                100 * share,
                row.inFlight(),
                row.demand(),
                row.stalled());
    }

    private static double share(Row row) {
        return row.wanted() == 0 ? 1 : Math.min(1, (double) row.delivered() / row.wanted());
    }

    private double rate(Snapshot now, @Nullable Row before, Row row) {
        double span = seconds(now) - (last == null ? 0 : seconds(last));
        long bytes = row.delivered() - (before == null ? 0 : before.delivered());
        return span <= 0 ? 0 : bytes / span / 1e6;
    }

    private static double seconds(Snapshot snapshot) {
        return snapshot.elapsed().toMillis() / 1e3;
    }
}
