package dev.weir.perf.scheduler;

import dev.weir.perf.contest.Extent;
import dev.weir.perf.contest.Meter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench scheduler WORKLOAD}. */
@Command(
        name = "scheduler",
        description = {
            "Measures one workload on one system in this process and prints one line of JSON.",
            "Exits with 3 if the system has no natural form of the workload."
        },
        mixinStandardHelpOptions = true)
public final class SchedulerBench implements Callable<Integer> {
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
    public Integer call() throws Exception {
        Meter meter = extent.meter();
        try (Subject subject = system.open(extent.workers())) {
            String reason = subject.lacks(workload);
            if (reason != null) {
                return refuse(reason);
            }
            Bench bench = new Bench(subject, extent.workers(), sizes, meter);
            workload.run(bench);
            spec.commandLine().getOut().println(bench.line(system.toString(), workload.toString()));
            spec.commandLine().getOut().flush();
            return 0;
        } catch (Subject.Unsupported e) {
            return refuse(String.valueOf(e.getMessage()));
        }
    }

    private int refuse(String reason) {
        spec.commandLine().getErr().println(system + " has no " + workload + ": " + reason);
        return Extent.UNSUPPORTED;
    }
}
