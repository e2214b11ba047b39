package dev.weir.perf.sync;

import dev.weir.perf.contest.Extent;
import dev.weir.perf.contest.Measurement;
import dev.weir.perf.contest.Meter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench sync WORKLOAD}. */
@Command(
        name = "sync",
        description = {
            "Measures channels, locks or fan-out on one system in this process and prints one line of JSON.",
            "Exits with 3 if the system has no natural form of the workload."
        },
        mixinStandardHelpOptions = true)
public final class SyncBench implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "WORKLOAD", description = "${COMPLETION-CANDIDATES}")
    private SyncWorkload workload;

    @Option(names = "--system", defaultValue = "WEIR", description = "${COMPLETION-CANDIDATES}; weir unless given")
    private SyncContender system;

    @Mixin
    private Extent extent;

    @Mixin
    SyncSizes sizes;

    @Override
    public Integer call() throws InterruptedException {
        Meter meter = extent.meter();
        try (SyncSubject subject = system.open(extent.workers())) {
            if (!subject.has(workload)) {
                return refuse("there is no natural form of it");
            }
            Measurement measurement = new Measurement(extent.workers(), meter);
            workload.run(this, subject, measurement);
            spec.commandLine().getOut().println(measurement.line(system.toString(), workload.toString()));
            spec.commandLine().getOut().flush();
            return 0;
        } catch (UnsupportedOperationException e) {
            return refuse(String.valueOf(e.getMessage()));
        }
    }

    void observe(Steady steady, Measurement into, String of) throws InterruptedException {
        steady.observe(extent.warmup(), extent.seconds(), into, of);
    }

    boolean yields() {
        return sizes.hold == SyncSizes.Hold.YIELD;
    }

    private int refuse(String reason) {
        spec.commandLine().getErr().println(system + " has no " + workload + ": " + reason);
        return Extent.UNSUPPORTED;
    }
}
