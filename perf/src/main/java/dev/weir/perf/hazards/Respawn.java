package dev.weir.perf.hazards;

import dev.weir.perf.report.JsonLine;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hazards respawn}: each worker has a task that spawns its successor into the slot, for ever. */
@Command(
        name = "respawn",
        description = "As many tasks as workers respawn themselves: do spawns from outside run? All, with a p99 within"
                + " the bound, is good.",
        mixinStandardHelpOptions = true)
final class Respawn implements Callable<Integer> {
    /** Whoever has not run by then never will. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    @Mixin
    private Terms terms;

    @Option(names = "--rounds", defaultValue = "1000", description = "${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--workers", defaultValue = "2", description = "${DEFAULT-VALUE}")
    private int workers;

    @Option(names = "--bound-us", defaultValue = "20000", description = "of the p99; ${DEFAULT-VALUE}")
    private long boundMicros;

    @Override
    public Integer call() throws InterruptedException {
        terms.atLeastOne("--rounds", rounds);
        Histogram delays = new Histogram(3);
        AtomicBoolean over = new AtomicBoolean();
        boolean all = true;
        try (TaskRuntime runtime = terms.builder(workers, Mechanism.SLOT_LIMIT).build()) {
            CountDownLatch begun = new CountDownLatch(workers);
            for (int i = 0; i < workers; i++) {
                runtime.spawn(cx -> {
                    begun.countDown();
                    begun.await(); // so that each has a worker
                    respawn(runtime, over);
                    return Poll.done();
                });
            }
            begun.await();
            for (int i = 0; all && i < rounds; i++) {
                long spawned = System.nanoTime();
                JoinHandle<Long> outside = runtime.spawn(cx -> Poll.ready(System.nanoTime() - spawned));
                try {
                    delays.recordValue(outside.join(PATIENCE));
                } catch (TimeoutException never) {
                    all = false;
                }
            }
            over.set(true);
        }
        JsonLine line = terms.line("respawn", Mechanism.SLOT_LIMIT).put("workers", workers);
        Terms.put(line, "spawn", delays).put("all_ran", all);
        return terms.end(line, all && delays.getValueAtPercentile(99) < boundMicros * 1_000);
    }

    private static void respawn(TaskRuntime runtime, AtomicBoolean over) {
        if (!over.get()) {
            runtime.spawn(cx -> {
                respawn(runtime, over);
                return Poll.done();
            });
        }
    }
}
