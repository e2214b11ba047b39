package dev.weir.perf.time;

import dev.weir.perf.contest.FamilyBench;
import dev.weir.perf.contest.Measurement;
import dev.weir.perf.contest.Unsupported;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench time WORKLOAD}. */
@Command(name = "time")
public final class TimerBench extends FamilyBench {
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
    protected String workload() {
        return workload.toString();
    }

    @Override
    protected Map<String, Measurement> measure() throws InterruptedException {
        try (Subject subject = system.open(extent().workers())) {
            String reason = subject.lacks(workload);
            if (reason != null) {
                throw new Unsupported(reason);
            }
            TimeBench bench = new TimeBench(subject, extent().workers(), sizes, extent()::meter);
            workload.run(bench);
            return bench.lines();
        }
    }
}
