package dev.weir.perf.upload;

import dev.weir.perf.process.ServerProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code compare upload}. */
@Command(
        name = "upload",
        description = {
            "Lets many clients upload as fast as they can to servers with a small heap, behind which one consumer takes so"
                    + " many bytes a second from all of them together.",
            "A server stands it if it has memory enough to the end, gives up no client, and serves the slowest at least"
                    + " half as well as the mean. Exits with 0 if Weir does, and keeps its budget of bytes.",
            "Needs perf/peers/c, built."
        },
        mixinStandardHelpOptions = true)
public final class UploadComparison implements Callable<Integer> {
    private static final String WEIR = "weir";
    private static final List<String> PEERS = List.of("reactor_netty", "vertx", "netty_epoll");

    @Spec
    private CommandSpec spec;

    @Option(names = "--clients", defaultValue = "1000", description = "${DEFAULT-VALUE}")
    private int clients;

    @Option(
            names = "--bytes",
            defaultValue = "1073741824",
            description = "that each client wants to send; ${DEFAULT-VALUE}")
    private long bytes;

    @Option(names = "--rate", defaultValue = "10485760", description = "bytes a second consumed; ${DEFAULT-VALUE}")
    private long rate;

    @Option(names = "--secs", defaultValue = "30", description = "after which clients are cut off; ${DEFAULT-VALUE}")
    private double seconds;

    @Option(names = "--jvm", split = ",", defaultValue = "-Xmx64m", description = "of each JVM; ${DEFAULT-VALUE}")
    private List<String> jvm;

    @Option(names = "--systems", split = ",", description = "weir, reactor_netty, vertx, netty_epoll; all unless given")
    private @Nullable Set<String> systems;

    @Option(names = "--peers", defaultValue = "perf/peers", description = "folder of the peers; ${DEFAULT-VALUE}")
    private Path peers;

    @Option(names = "--out", description = "file that gets the table, as Markdown")
    private @Nullable Path out;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (clients < 1 || bytes < 1 || rate < 1 || seconds <= 0) {
            throw new ParameterException(
                    spec.commandLine(), "--clients, --bytes and --rate must be at least 1, --secs more than 0");
        }
        List<String> lines = new ArrayList<>(UploadOutcome.header());
        boolean good = true;
        for (Map.Entry<String, List<String>> each : commands().entrySet()) {
            if (systems == null || systems.contains(each.getKey())) {
                UploadOutcome outcome = run(each.getKey(), each.getValue());
                lines.add(outcome.row());
                good &= !each.getKey().equals(WEIR) || outcome.isGood();
                say(outcome.row());
                write(lines);
            }
        }
        return good ? 0 : 1;
    }

    private Map<String, List<String>> commands() {
        Map<String, List<String>> commands = new LinkedHashMap<>();
        String speed = String.valueOf(rate);
        Path java = Path.of(System.getProperty("java.home"));
        commands.put(
                WEIR,
                ServerProcess.weir(
                        java, jvm, "serve", "upload", "--port", "0", "--rate", speed, "--workers", "1", "--vitals"));
        for (String peer : PEERS) {
            commands.put(
                    peer,
                    ServerProcess.weir(
                            java, jvm, "peer", peer, "upload", "--rate", speed, "--threads", "1", "--vitals"));
        }
        return commands;
    }

    private UploadOutcome run(String system, List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("weir-perf-upload", ".err");
        try (ServerProcess server = ServerProcess.start(command, ProcessBuilder.Redirect.to(errors.toFile()))) {
            Process load = new ProcessBuilder(
                            peers.resolve("c/build/upload").toString(),
                            String.valueOf(server.port()),
                            String.valueOf(clients),
                            String.valueOf(bytes),
                            String.valueOf(seconds))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try {
                UploadOutcome.Watch watch = UploadOutcome.watch(system, clients, seconds, server);
                watch.until(load, Duration.ofMillis((long) (seconds * 1000)));
                return watch.outcome(Files.readString(errors));
            } finally {
                load.destroyForcibly();
            }
        } finally {
            Files.delete(errors);
        }
    }

    private void write(List<String> lines) throws IOException {
        if (out != null) {
            Files.write(out, lines);
        }
    }

    private void say(String line) {
        PrintWriter screen = spec.commandLine().getOut();
        screen.println(line);
        screen.flush();
    }
}
