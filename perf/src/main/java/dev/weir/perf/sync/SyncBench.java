package dev.weir.perf.sync;

import dev.weir.perf.contest.FamilyBench;
import dev.weir.perf.contest.Measurement;
import dev.weir.perf.contest.Unsupported;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench sync WORKLOAD}. */
@Command(name = "sync")
public final class SyncBench extends FamilyBench {
    @Parameters(paramLabel = "WORKLOAD", description = "${COMPLETION-CANDIDATES}")
    private SyncWorkload workload;

    @Option(names = "--system", defaultValue = "WEIR", description = "${COMPLETION-CANDIDATES}; weir unless given")
    private SyncContender system;

    @Mixin
    SyncSizes sizes;

    @Override
    protected String system() {
        return system.toString();
    }

    @Override
    protected String workload() {
        return workload.toString();
    }

    @Override
    protected Map<String, Measurement> measure() throws InterruptedException {
        try (SyncSubject subject = system.open(extent().workers())) {
            if (!subject.has(workload)) {
                throw new Unsupported("there is no natural form of it");
            }
            Measurement measurement = new Measurement(extent().workers(), extent().meter());
            workload.run(this, subject, measurement);
            return Map.of(workload(), measurement);
        }
    }

    void observe(Steady steady, Measurement into, String of) throws InterruptedException {
        steady.observe(extent().warmup(), extent().seconds(), into, of);
    }

    boolean yields() {
        return sizes.hold == SyncSizes.Hold.YIELD;
    }
}
