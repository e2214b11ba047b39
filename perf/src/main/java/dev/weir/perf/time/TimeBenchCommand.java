package dev.weir.perf.time;

import dev.weir.perf.contest.Extent;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench time WORKLOAD}. */
@Command(
        name = "time",
        description = {
            "Measures timers of one system in this process and prints lines of JSON.",
            "Exits with 3 if the system has no natural form of the workload."
        },
        mixinStandardHelpOptions = true)
public final class TimeBenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "WORKLOAD", description = "${COMPLETION-CANDIDATES}")
    private Workload workload;

    @Option(names = "--system", defaultValue = "WEIR", description = "${COMPLETION-CANDIDATES}; weir unless given")
    private Contender system;

    @Mixin
    private Extent extent;

    @Mixin
    private Sizes sizes;

    @Override
    public Integer call() throws InterruptedException {
        extent.meter(); // refuses what is out of range before anything is started
        try (Subject subject = system.open(extent.workers())) {
            String reason = subject.lacks(workload);
            if (reason != null) {
                spec.commandLine().getErr().println(system + " has no " + workload + ": " + reason);
                return Extent.UNSUPPORTED;
            }
            TimeBench bench = new TimeBench(subject, extent.workers(), sizes, extent::meter);
            workload.run(bench);
            bench.lines()
                    .forEach((name, line) -> spec.commandLine().getOut().println(line.line(system.toString(), name)));
            spec.commandLine().getOut().flush();
            return 0;
        }
    }
}
