package dev.weir.perf;

import dev.weir.perf.runtime.IdleTasksBench;
import dev.weir.perf.runtime.LaneBench;
import dev.weir.perf.scheduler.SchedulerBench;
import dev.weir.perf.sync.SyncBench;
import dev.weir.perf.time.TimeBench;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}. */
@Command(
        name = "bench",
        description = "Measures something in this process and prints one line of JSON.",
        mixinStandardHelpOptions = true,
        subcommands = {SchedulerBench.class, SyncBench.class, TimeBench.class, IdleTasksBench.class, LaneBench.class})
final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Missing kind of benchmark: scheduler, sync, time, idle-tasks or lane");
    }
}
