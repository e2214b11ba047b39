package dev.weir.perf.compare;

import dev.weir.perf.io.IoComparison;
import dev.weir.perf.process.ServerProcess;
import dev.weir.perf.scheduler.SchedulerComparison;
import dev.weir.perf.streams.StreamComparison;
import dev.weir.perf.sync.SyncComparison;
import dev.weir.perf.time.TimeComparison;
import dev.weir.perf.upload.UploadComparison;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code compare echo|http}, and {@code compare scheduler|streams|sync|time}, which have options of their own. */
@Command(
        name = "compare",
        description = {
            "Measures Weir's server and others in turn, round after round, each pinned to one processor and the load to"
                    + " another, and prints medians and ratios. The first peer is the baseline.",
            "For example:",
            "  compare echo --peer 'c=perf/peers/c/build/epoll_server echo {port}' --load"
                    + " 'perf/peers/tokio/target/release/tokio-bench echo-load --port {port} --conns {conns} --size"
                    + " {size} --secs {secs} --warmup {warmup}'"
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            SchedulerComparison.class,
            StreamComparison.class,
            SyncComparison.class,
            TimeComparison.class,
            IoComparison.class,
            UploadComparison.class
        })
public final class CompareCommand implements Callable<Integer> {
    private enum Kind {
        ECHO,
        HTTP
    }

    @Spec
    private CommandSpec spec;

    /** Null only if a subcommand follows instead: picocli would miss a required parameter there as well. */
    @Parameters(arity = "0..1", description = "echo or http")
    private @Nullable Kind kind;

    @Option(
            names = "--peer",
            description = "NAME=COMMAND of another server, {port} stands for its port; it must print"
                    + " 'listening ... 127.0.0.1:PORT'")
    private Map<String, String> peers = new LinkedHashMap<>();

    @Option(
            names = "--load",
            description = "command of the load; {port}, {conns}, {size}, {secs} and {warmup} are filled in, and it must"
                    + " print JSON with ops_per_s, p50_us, p99_us and errors; ours unless given")
    private @Nullable String load;

    @Option(names = "--conns", split = ",", defaultValue = "16,256,1000", description = "${DEFAULT-VALUE}")
    private List<Integer> connections;

    @Option(names = "--size", defaultValue = "128", description = "bytes of an echo; ${DEFAULT-VALUE}")
    private int size;

    @Option(names = "--rounds", defaultValue = "5", description = "runs of each server; ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--secs", defaultValue = "2", description = "seconds of a run; ${DEFAULT-VALUE}")
    private double seconds;

    @Option(names = "--warmup", defaultValue = "1", description = "seconds before each run; ${DEFAULT-VALUE}")
    private double warmup;

    @Option(names = "--workers", defaultValue = "1", description = "of Weir's server; ${DEFAULT-VALUE}")
    private int workers;

    @Option(names = "--server-cpu", defaultValue = "0", description = "processor of the servers; ${DEFAULT-VALUE}")
    private String serverCpu;

    @Option(names = "--load-cpu", defaultValue = "1", description = "processor of the load; ${DEFAULT-VALUE}")
    private String loadCpu;

    @Option(names = "--json", description = "file that gets a line for each run")
    private @Nullable Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (kind == null) {
            throw new ParameterException(
                    spec.commandLine(), "Missing kind of comparison: echo, http, scheduler, streams, sync or time");
        }
        if (rounds < 1 || size < 1 || workers < 1 || seconds <= 0 || warmup < 0) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--rounds, --size and --workers must be at least 1, --secs more and --warmup not less than 0");
        }
        PrintWriter out = spec.commandLine().getOut();
        List<Run> runs = new ArrayList<>();
        Map<String, ServerProcess> servers = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, String> peer : peers.entrySet()) {
                servers.put(peer.getKey(), startPeer(peer.getValue()));
            }
            servers.put(
                    "weir",
                    start(ServerProcess.weir("serve", name(), "--port", "0", "--workers", String.valueOf(workers))));
            for (int round = 1; round <= rounds; round++) {
                for (int count : connections) {
                    measure(servers, count, round, runs);
                }
                out.printf("round %d of %d%n", round, rounds);
                out.flush();
            }
        } finally {
            servers.values().forEach(ServerProcess::close);
        }
        runs.sort((a, b) -> order(a) - order(b));
        Comparison.table(runs).forEach(out::println);
        if (json != null) {
            Files.write(json, runs.stream().map(run -> run.toJson().toString()).toList());
        }
        return 0;
    }

    /** Every other round backwards, so that none always comes after the same one. */
    private void measure(Map<String, ServerProcess> servers, int count, int round, List<Run> runs)
            throws IOException, InterruptedException {
        List<String> names = new ArrayList<>(servers.keySet());
        if (round % 2 == 0) {
            Collections.reverse(names);
        }
        for (String name : names) {
            ServerProcess server = servers.get(name);
            if (server == null || !server.isAlive()) {
                throw new IOException(name + " has ended");
            }
            runs.add(Run.parse(name, count, round, load(server.port(), count)));
        }
    }

    private int order(Run run) {
        int place = new ArrayList<>(peers.keySet()).indexOf(run.system());
        int system = place < 0 ? peers.size() : place;
        return (connections.indexOf(run.connections()) * (peers.size() + 1) + system) * rounds + run.round();
    }

    private ServerProcess startPeer(String command) throws IOException {
        return start(
                List.of(command.replace("{port}", String.valueOf(freePort())).split(" +", 0)));
    }

    private ServerProcess start(List<String> command) throws IOException {
        return ServerProcess.start(pinned(serverCpu, command));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private String load(int port, int count) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(pinned(loadCpu, loadCommand(port, count)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("the load ended with " + process.exitValue() + ": " + output);
        }
        return output;
    }

    private List<String> loadCommand(int port, int count) {
        if (load != null) {
            return List.of(load.replace("{port}", String.valueOf(port))
                    .replace("{conns}", String.valueOf(count))
                    .replace("{size}", String.valueOf(size))
                    .replace("{secs}", String.valueOf(seconds))
                    .replace("{warmup}", String.valueOf(warmup))
                    .split(" +", 0));
        }
        List<String> ours = ServerProcess.weir(
                "load",
                name(),
                "--port",
                String.valueOf(port),
                "--conns",
                String.valueOf(count),
                "--secs",
                String.valueOf(seconds),
                "--warmup",
                String.valueOf(warmup));
        if (kind == Kind.ECHO) {
            ours.addAll(List.of("--size", String.valueOf(size)));
        }
        return ours;
    }

    private String name() {
        return kind == Kind.ECHO ? "echo" : "http";
    }

    private static List<String> pinned(String cpu, List<String> command) {
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", cpu));
        pinned.addAll(command);
        return pinned;
    }
}
