package dev.weir.perf.hazards;

import dev.weir.perf.serve.EchoService;
import dev.weir.perf.serve.Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hazards crowd-server}: the process that {@link Crowd} starts. */
@Command(name = "crowd-server", hidden = true, description = "An echo server with one worker.")
final class CrowdServer implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private Terms terms;

    @Option(names = "--max-conns", defaultValue = "10000", description = "${DEFAULT-VALUE}")
    private int maxConnections;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        try (Server server = new Server(
                new EchoService(),
                0,
                terms.builder(1, Mechanism.TURNS_IN_PROPORTION).build(),
                maxConnections)) {
            out.println("listening on 127.0.0.1:" + server.address().getPort());
            out.flush();
            server.await();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
