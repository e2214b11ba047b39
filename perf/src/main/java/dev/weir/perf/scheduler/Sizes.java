package dev.weir.perf.scheduler;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The sizes of the workloads; each takes the ones it knows. The defaults are those of Tokio's own benchmarks. */
final class Sizes {
    @Option(names = "--tasks", description = "tasks of an iteration; depends on the workload")
    @Nullable Integer tasks;

    @Option(names = "--yields", defaultValue = "1000", description = "yields of a task; ${DEFAULT-VALUE}")
    int yields = 1000;

    @Option(names = "--pairs", defaultValue = "1000", description = "pairs of ping_pong; ${DEFAULT-VALUE}")
    int pairs = 1000;

    @Option(names = "--depth", defaultValue = "1000", description = "links of chained_spawn; ${DEFAULT-VALUE}")
    int depth = 1000;

    @Option(names = "--batches", defaultValue = "25", description = "batches of spawn_blocking; ${DEFAULT-VALUE}")
    int batches = 25;

    @Option(names = "--threads", defaultValue = "4", description = "threads of remote_spawn; ${DEFAULT-VALUE}")
    int threads = 4;

    @Option(
            names = "--how",
            defaultValue = "YIELD",
            description = "what the busy tasks do: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE}")
    Busy how = Busy.YIELD;

    @Option(names = "--busy", description = "busy tasks; two a worker, or one less than workers with respawn")
    @Nullable Integer busy;

    @Option(names = "--stall-us", defaultValue = "10", description = "microseconds between yields; ${DEFAULT-VALUE}")
    int stallMicros = 10;

    @Option(names = "--work-ns", defaultValue = "1000", description = "work of fan_out_skewed; ${DEFAULT-VALUE}")
    double workNanos = 1000;

    @Option(names = "--work-steps", description = "the same as a number of steps, instead of calibrating")
    @Nullable Integer workSteps;

    /** What busy tasks do: yield for ever, or end by spawning a successor. */
    enum Busy {
        YIELD,
        RESPAWN
    }

    int tasks(int usual) {
        return tasks == null ? usual : tasks;
    }
}
