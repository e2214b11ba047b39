package dev.weir.perf.time;

import dev.weir.perf.contest.Measurement;
import dev.weir.perf.contest.Meter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What a workload works with: the system, the sizes, meters, and the lines that come out. */
final class Bench {
    final Subject subject;
    final Sizes sizes;
    private final int workers;
    private final Supplier<Meter> meters;
    private final Map<String, Measurement> lines = new LinkedHashMap<>();

    Bench(Subject subject, int workers, Sizes sizes, Supplier<Meter> meters) {
        this.subject = subject;
        this.workers = workers;
        this.sizes = sizes;
        this.meters = meters;
    }

    /** Returns a meter that has not begun. */
    Meter newMeter() {
        return meters.get();
    }

    /** Begins a line of output. */
    Measurement line(String name) {
        Measurement line = new Measurement(workers, newMeter());
        lines.put(name, line);
        return line;
    }

    /** Returns the lines with their names, in the order in which they were begun. */
    Map<String, Measurement> lines() {
        return lines;
    }
}
