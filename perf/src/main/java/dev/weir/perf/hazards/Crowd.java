package dev.weir.perf.hazards;

import dev.weir.perf.process.ServerProcess;
import dev.weir.perf.report.JsonLine;
import dev.weir.perf.wire.Loopback;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code hazards crowd}: more connections are ready than a worker's queue holds, so that those outside of it may be
 * overtaken by those inside for ever. Beside C, whose loop serves every connection once a round.
 */
@Command(
        name = "crowd",
        description =
                "An echo with 2,000 connections on one worker, beside one in C: a p99 of at most twice that of C is"
                        + " good. Servers and load are pinned to a processor each.",
        mixinStandardHelpOptions = true)
final class Crowd implements Callable<Integer> {
    private static final Pattern P99 = Pattern.compile("\"p99_us\":([0-9.]+)");

    @Mixin
    private Terms terms;

    @Option(
            names = "--c",
            defaultValue = "perf/peers/c/build/epoll_server echo {port}",
            description = "command of the server in C, {port} stands for its port; ${DEFAULT-VALUE}")
    private String peer;

    @Option(
            names = "--load",
            defaultValue =
                    "perf/peers/tokio/target/release/tokio-bench echo-load --port {port} --conns {conns} --size 128"
                            + " --secs {secs} --warmup 1",
            description = "command of the load, which prints JSON with p99_us; ${DEFAULT-VALUE}")
    private String load;

    @Option(names = "--conns", defaultValue = "2000", description = "${DEFAULT-VALUE}")
    private int connections;

    @Option(names = "--rounds", defaultValue = "5", description = "of both in turn; ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--secs", defaultValue = "3", description = "of a run; ${DEFAULT-VALUE}")
    private double seconds;

    @Option(names = "--bound", defaultValue = "2", description = "of p99 to that of C; ${DEFAULT-VALUE}")
    private double bound;

    @Override
    public Integer call() throws IOException, InterruptedException {
        terms.atLeastOne("--rounds", rounds);
        List<String> ours = ServerProcess.weir("hazards", "crowd-server");
        if (terms.isOff()) {
            ours.add("--off");
        }
        double[] c = new double[rounds];
        double[] weir = new double[rounds];
        try (ServerProcess first = ServerProcess.start(pinned(
                        0,
                        List.of(peer.replace("{port}", String.valueOf(Loopback.freePort()))
                                .split(" +", 0))));
                ServerProcess second = ServerProcess.start(pinned(0, ours))) {
            for (int i = 0; i < rounds; i++) {
                c[i] = p99(first);
                weir[i] = p99(second);
            }
        }
        double ratio = median(weir) / median(c);
        JsonLine line = terms.line("crowd", Mechanism.TURNS_IN_PROPORTION)
                .put("conns", connections)
                .put("rounds", rounds)
                .put("c_p99_us", median(c))
                .put("weir_p99_us", median(weir))
                .put("weir_p99_max_us", Arrays.stream(weir).max().orElse(0))
                .put("ratio", ratio);
        return terms.end(line, ratio <= bound);
    }

    private double p99(ServerProcess server) throws IOException, InterruptedException {
        String command = load.replace("{port}", String.valueOf(server.port()))
                .replace("{conns}", String.valueOf(connections))
                .replace("{secs}", String.valueOf(seconds));
        Process process = new ProcessBuilder(pinned(1, List.of(command.split(" +", 0))))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher matcher = P99.matcher(output);
        if (process.waitFor() != 0 || !matcher.find()) {
            throw new IOException("the load failed: " + output);
        }
        return Double.parseDouble(matcher.group(1));
    }

    private static List<String> pinned(int cpu, List<String> command) {
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", String.valueOf(cpu)));
        pinned.addAll(command);
        return pinned;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
