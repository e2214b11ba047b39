package dev.weir.perf.time;

import java.util.Locale;
import picocli.CommandLine.Option;

/** The sizes of the workloads; each takes the ones it knows. The defaults are those of {@code perf/peers/tokio}. */
final class Sizes {
    @Option(names = "--tasks", defaultValue = "1", description = "tasks of timer_insert_cancel; ${DEFAULT-VALUE}")
    int tasks = 1;

    @Option(names = "--anchor", defaultValue = "0", description = "1: keep an earlier timer pending; ${DEFAULT-VALUE}")
    int anchor;

    @Option(names = "--timers", description = "of timer_hold and timer_fire; depends on the workload")
    int timers;

    @Option(names = "--max-ms", defaultValue = "1000", description = "longest sleep of timer_fire; ${DEFAULT-VALUE}")
    int maxMillis = 1_000;

    @Option(
            names = "--inner",
            defaultValue = "READY",
            description = "what has a timeout: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE}")
    Inner inner = Inner.READY;

    /** What is given a timeout: a result that is there, or one that comes after the task has yielded once. */
    enum Inner {
        READY,
        YIELD;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    int timers(int usual) {
        return timers == 0 ? usual : timers;
    }
}
