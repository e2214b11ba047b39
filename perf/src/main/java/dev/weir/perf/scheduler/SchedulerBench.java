package dev.weir.perf.scheduler;

import dev.weir.perf.report.JsonLine;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
    /** The exit code that says: a dash in the table. */
    static final int UNSUPPORTED = 3;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "WORKLOAD", description = "${COMPLETION-CANDIDATES}")
    private Workload workload;

    @Option(names = "--system", defaultValue = "WEIR", description = "${COMPLETION-CANDIDATES}; weir unless given")
    private Contender system;

    @Option(names = "--workers", defaultValue = "2", description = "worker threads; ${DEFAULT-VALUE}")
    private int workers;

    @Option(names = "--secs", defaultValue = "2", description = "seconds that are measured; ${DEFAULT-VALUE}")
    private double seconds;

    @Option(names = "--warmup", defaultValue = "0.5", description = "seconds before; ${DEFAULT-VALUE}")
    private double warmup;

    @Option(names = "--iters", defaultValue = "0", description = "measure so many iterations instead of a time")
    private long iterations;

    @Mixin
    private Sizes sizes;

    @Override
    public Integer call() throws Exception {
        if (workers < 1 || seconds <= 0 || warmup < 0 || iterations < 0) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--workers must be at least 1, --secs more than 0, --warmup and --iters at least 0; were "
                            + Arrays.asList(workers, seconds, warmup, iterations));
        }
        try (Subject subject = system.open(workers)) {
            String reason = subject.lacks(workload);
            if (reason != null) {
                return refuse(reason);
            }
            Bench bench = new Bench(subject, workers, sizes, new Meter(warmup, seconds, iterations));
            workload.run(bench);
            JsonLine line = bench.line(system.toString(), workload.toString());
            spec.commandLine().getOut().println(line);
            spec.commandLine().getOut().flush();
            return 0;
        } catch (Subject.Unsupported e) {
            return refuse(String.valueOf(e.getMessage()));
        }
    }

    private int refuse(String reason) {
        spec.commandLine().getErr().println(system + " has no " + workload + ": " + reason);
        return UNSUPPORTED;
    }
}
