package dev.weir.perf.demo;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How a run goes at one moment.
 *
 * @param elapsed since it began
 * @param rows one for each class of clients
 * @param inside bytes between the file and the sockets
 * @param most the most that ever were
 * @param bound the most that may be
 * @param heap bytes of the heap in use
 */
record Snapshot(Duration elapsed, List<Row> rows, long inside, long most, long bound, long heap) {
    /** The counters of one class. */
    record Row(
            String name,
            int clients,
            int finished,
            long wanted,
            long delivered,
            int inFlight,
            int demand,
            int stalled) {
        Row plus(Row other) {
            return new Row(
                    "all",
                    clients + other.clients,
                    finished + other.finished,
                    wanted + other.wanted,
                    delivered + other.delivered,
                    inFlight + other.inFlight,
                    demand + other.demand,
                    stalled + other.stalled);
        }
    }

    static Snapshot of(Duration elapsed, ClassCounters.All counters, Ledger ledger, long bound) {
        Runtime process = Runtime.getRuntime();
        return new Snapshot(
                elapsed,
                Stream.of(Pace.values())
                        .map(pace -> row(pace, counters.of(pace)))
                        .toList(),
                ledger.inside(),
                ledger.most(),
                bound,
                process.totalMemory() - process.freeMemory());
    }

    private static Row row(Pace pace, ClassCounters counters) {
        return new Row(
                pace.toString(),
                counters.clients.get(),
                counters.finished.get(),
                counters.wanted.sum(),
                counters.delivered.sum(),
                counters.chunksInFlight.get(),
                counters.demand.get(),
                counters.stalled.get());
    }

    Row all() {
        return rows.stream().reduce(Row::plus).orElseThrow();
    }

    /** Returns a number of bytes as people read it. */
    static String bytes(long count) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        double value = count;
        int unit = 0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
    }
}
