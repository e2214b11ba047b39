package dev.weir.perf.scheduler;

import dev.weir.perf.contest.FamilyBench;
import dev.weir.perf.contest.Measurement;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench scheduler WORKLOAD}. */
@Command(name = "scheduler")
public final class SchedulerBench extends FamilyBench<Workload, Subject> {
    @Parameters(paramLabel = "WORKLOAD", description = "${COMPLETION-CANDIDATES}")
    private Workload workload;

    @Option(names = "--system", defaultValue = "WEIR", description = "${COMPLETION-CANDIDATES}; weir unless given")
    private Contender system;

    @Mixin
    private Sizes sizes;

    @Override
    protected String system() {
        return system.toString();
    }

    @Override
    protected Workload workload() {
        return workload;
    }

    @Override
    protected Subject open(int workers) {
        return system.open(workers);
    }

    @Override
    protected Map<String, Measurement> measure(Subject subject) throws Exception {
        Bench bench = new Bench(subject, extent().workers(), sizes, extent().meter());
        workload.run(bench);
        return Map.of(workload.toString(), bench);
    }
}
