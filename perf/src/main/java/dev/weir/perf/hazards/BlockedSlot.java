package dev.weir.perf.hazards;

import dev.weir.perf.report.JsonLine;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hazards slot}: tokio#4941. A task spawns another, which lands in its worker's slot, and blocks. */
@Command(
        name = "slot",
        description = "A task blocks that has just spawned another: when does that run? p99 below 2 ms is good.",
        mixinStandardHelpOptions = true)
final class BlockedSlot implements Callable<Integer> {
    @Mixin
    private Terms terms;

    @Option(names = "--rounds", defaultValue = "1000", description = "${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--poll-ms", defaultValue = "100", description = "how long it blocks at most; ${DEFAULT-VALUE}")
    private long pollMillis;

    @Option(names = "--bound-us", defaultValue = "2000", description = "of the p99; ${DEFAULT-VALUE}")
    private long boundMicros;

    @Override
    public Integer call() {
        terms.atLeastOne("--rounds", rounds);
        Histogram delays = new Histogram(3);
        try (TaskRuntime runtime = terms.builder(2, Mechanism.WATCHER).build()) {
            for (int i = 0; i < rounds; i++) {
                delays.recordValue(runtime.spawn(cx -> Poll.ready(blockBehind(runtime)))
                        .join()
                        .join());
            }
        }
        JsonLine line = Terms.put(terms.line("slot", Mechanism.WATCHER), "slot", delays);
        return terms.end(line, delays.getValueAtPercentile(99) < boundMicros * 1_000);
    }

    private JoinHandle<Long> blockBehind(TaskRuntime runtime) throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        long spawned = System.nanoTime();
        JoinHandle<Long> other = runtime.spawn(cx -> {
            long delay = System.nanoTime() - spawned;
            ran.countDown();
            return Poll.ready(delay);
        });
        ran.await(pollMillis, TimeUnit.MILLISECONDS);
        return other;
    }
}
