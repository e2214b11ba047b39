package dev.weir.perf.runtime;

import dev.weir.perf.report.JsonLine;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench idle-tasks}. */
@Command(
        name = "idle-tasks",
        description = {
            "Starts tasks that wait for ever, all polled once and all alive, and prints what one of them holds of the"
                    + " heap beside what it polls. Then ends them all.",
            "Run it with -Xmx1g to see ten million of them fit."
        },
        mixinStandardHelpOptions = true)
public final class IdleTasksBench implements Callable<Integer> {
    /** One for all: what users poll is their own. */
    private static final Pollable<Void> NEVER = cx -> Poll.pending();

    /** The queue between the threads is not to be measured, so it is kept short. */
    private static final int AHEAD = 100_000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--count", defaultValue = "10000000", description = "${DEFAULT-VALUE}")
    private int count;

    @Override
    public Integer call() {
        if (count < 1) {
            throw new ParameterException(spec.commandLine(), "--count must be at least 1, was " + count);
        }
        JsonLine line = new JsonLine().put("bench", "idle-tasks").put("tasks", count);
        long before = usedAfterCollection();
        boolean allAlive;
        long begun = System.nanoTime();
        JoinHandle<Void> last;
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            last = start(runtime);
            line.put("start_secs", secondsSince(begun));
            long used = usedAfterCollection() - before;
            allAlive = runtime.metrics().liveTasks() == count && !last.isDone();
            line.put("alive", runtime.metrics().liveTasks())
                    .put("heap_mib", used / 1048576.0)
                    .put("bytes_a_task", (double) used / count)
                    .put("max_heap_mib", Runtime.getRuntime().maxMemory() / 1048576.0);
            begun = System.nanoTime();
        }
        boolean good = allAlive && last.isDone();
        spec.commandLine()
                .getOut()
                .println(line.put("end_secs", secondsSince(begun)).put("good", good));
        spec.commandLine().getOut().flush();
        return good ? 0 : 1;
    }

    private JoinHandle<Void> start(TaskRuntime runtime) {
        JoinHandle<Void> last = runtime.spawn(NEVER);
        for (int i = 1; i < count; i++) {
            last = runtime.spawn(NEVER);
            if (i % AHEAD == 0) {
                awaitPolls(runtime, i - AHEAD);
            }
        }
        awaitPolls(runtime, count);
        return last;
    }

    private static void awaitPolls(TaskRuntime runtime, long polls) {
        while (runtime.metrics().polls() < polls) {
            Thread.onSpinWait();
        }
    }

    private static long usedAfterCollection() {
        Runtime process = Runtime.getRuntime();
        System.gc();
        return process.totalMemory() - process.freeMemory();
    }

    private static double secondsSince(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }
}
