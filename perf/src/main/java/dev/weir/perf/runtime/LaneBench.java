package dev.weir.perf.runtime;

import dev.weir.perf.process.ServerProcess;
import dev.weir.perf.report.JsonLine;
import dev.weir.perf.serve.EchoService;
import dev.weir.perf.serve.Server;
import dev.weir.runtime.TaskBuilder;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench lane}. */
@Command(
        name = "lane",
        description = {
            "Measures an echo beside tasks that compute, with these in the background lane and without, in turn, and"
                    + " prints a line of JSON for each run: operations and latencies of the echo, and polls of the rest.",
            "The load is a process of its own."
        },
        mixinStandardHelpOptions = true)
public final class LaneBench implements Callable<Integer> {
    private static final Pattern RESULT =
            Pattern.compile("\"ops_per_s\":([0-9.]+).*\"p50_us\":([0-9.]+).*\"p99_us\":([0-9.]+)");

    @Spec
    private CommandSpec spec;

    @Option(names = "--workers", defaultValue = "1", description = "${DEFAULT-VALUE}")
    private int workers;

    @Option(names = "--conns", defaultValue = "16", description = "of the echo; ${DEFAULT-VALUE}")
    private int connections;

    @Option(names = "--tasks", defaultValue = "16", description = "that compute; ${DEFAULT-VALUE}")
    private int tasks;

    @Option(names = "--poll-us", defaultValue = "200", description = "how long each computes; ${DEFAULT-VALUE}")
    private long pollMicros;

    @Option(names = "--rounds", defaultValue = "3", description = "${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--secs", defaultValue = "2", description = "of a run; ${DEFAULT-VALUE}")
    private double seconds;

    @Option(names = "--warmup", defaultValue = "1", description = "seconds before each run; ${DEFAULT-VALUE}")
    private double warmup;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (workers < 1 || connections < 1 || tasks < 0 || pollMicros < 1 || rounds < 1 || seconds <= 0 || warmup < 0) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--workers, --conns, --poll-us and --rounds must be at least 1, --tasks and --warmup at least 0, --secs more");
        }
        for (int round = 1; round <= rounds; round++) {
            measure(round, true);
            measure(round, false);
        }
        return 0;
    }

    private void measure(int round, boolean lane) throws IOException, InterruptedException {
        TaskRuntime runtime = TaskRuntime.builder().workers(workers).build();
        try (Server server = new Server(new EchoService(), 0, runtime, Server.MAX_CONNECTIONS)) {
            LongAdder polls = new LongAdder();
            for (int i = 0; i < tasks; i++) {
                TaskBuilder task = runtime.task();
                (lane ? task.background() : task).spawn(computing(polls));
            }
            long begun = System.nanoTime();
            Matcher echo = load(server.address().getPort());
            double secs = (System.nanoTime() - begun) / 1e9;
            spec.commandLine()
                    .getOut()
                    .println(new JsonLine()
                            .put("bench", "lane")
                            .put("lane", lane)
                            .put("round", round)
                            .put("workers", workers)
                            .put("tasks", tasks)
                            .put("poll_us", pollMicros)
                            .put("echo_ops_per_s", Double.parseDouble(echo.group(1)))
                            .put("echo_p50_us", Double.parseDouble(echo.group(2)))
                            .put("echo_p99_us", Double.parseDouble(echo.group(3)))
                            .put("computed_ms_per_s", polls.sum() * pollMicros / 1e3 / secs));
            spec.commandLine().getOut().flush();
        }
    }

    /** Computes for a while in each poll, for ever. */
    private Pollable<Void> computing(LongAdder polls) {
        return cx -> {
            long end = System.nanoTime() + pollMicros * 1_000;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            polls.increment();
            cx.waker().wake();
            return Poll.pending();
        };
    }

    private Matcher load(int port) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(ServerProcess.weir(
                        "load",
                        "echo",
                        "--port",
                        String.valueOf(port),
                        "--conns",
                        String.valueOf(connections),
                        "--secs",
                        String.valueOf(seconds),
                        "--warmup",
                        String.valueOf(warmup)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher result = RESULT.matcher(output);
        if (process.waitFor() != 0 || !result.find()) {
            throw new IOException("the load failed: " + output);
        }
        return result;
    }
}
