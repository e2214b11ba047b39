package dev.weir.perf.sync;

import dev.weir.perf.contest.FamilyBench;
import dev.weir.perf.contest.Measurement;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench sync WORKLOAD}. */
@Command(name = "sync")
public final class SyncBench extends FamilyBench<Workload, Subject> {
    @Parameters(paramLabel = "WORKLOAD", description = "${COMPLETION-CANDIDATES}")
    private Workload workload;

    @Option(names = "--system", defaultValue = "WEIR", description = "${COMPLETION-CANDIDATES}; weir unless given")
    private Contender system;

    @Mixin
    Sizes sizes;

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
        Measurement measurement = new Measurement(extent().workers(), extent().meter());
        workload.run(this, subject, measurement);
        return Map.of(workload.toString(), measurement);
    }

    void observe(Steady steady, Measurement into, String of) throws InterruptedException {
        steady.observe(extent().warmup(), extent().seconds(), into, of);
    }

    boolean yields() {
        return sizes.hold == Sizes.Hold.YIELD;
    }
}
