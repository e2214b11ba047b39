package dev.weir.perf;

import dev.weir.perf.io.IoComparison;
import dev.weir.perf.scheduler.SchedulerComparison;
import dev.weir.perf.streams.StreamComparison;
import dev.weir.perf.sync.SyncComparison;
import dev.weir.perf.time.TimeComparison;
import dev.weir.perf.upload.UploadComparison;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code compare}. */
@Command(
        name = "compare",
        description = "Measures Weir and its peers in turn and prints a table.",
        mixinStandardHelpOptions = true,
        subcommands = {
            SchedulerComparison.class,
            StreamComparison.class,
            SyncComparison.class,
            TimeComparison.class,
            IoComparison.class,
            UploadComparison.class
        })
final class CompareCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Missing kind of comparison: scheduler, streams, sync, time, io or upload");
    }
}
