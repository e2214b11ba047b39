package dev.weir.perf.time;

import dev.weir.perf.contest.FamilyBench;
import dev.weir.perf.contest.Measurement;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench time WORKLOAD}. */
@Command(name = "time")
public final class TimeBench extends FamilyBench<Workload, Subject> {
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
    protected Map<String, Measurement> measure(Subject subject) throws InterruptedException {
        Bench bench = new Bench(subject, extent().workers(), sizes, extent()::meter);
        workload.run(bench);
        return bench.lines();
    }
}
