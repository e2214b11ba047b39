package dev.weir.perf.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code demo}. */
@Command(
        name = "demo",
        description = {
            "Streams a file to many clients over loopback sockets, a third of them fast, a third slow, a third stalling"
                    + " and coming back, and shows that no more than a frame for each lies between the file and the"
                    + " sockets.",
            "Exits with 0 only if every client got the end, every digest was right, the bound held and nothing failed."
        },
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    private static final long MADE = 1L << 30;

    @Spec
    private CommandSpec spec;

    @Option(names = "--file", description = "file to stream; a sparse one of 1 GiB is made and deleted unless given")
    private @Nullable Path path;

    @Option(names = "--secs", defaultValue = "20", description = "seconds it may take, about; ${DEFAULT-VALUE}")
    private int seconds;

    @Option(names = "--clients", defaultValue = "64", description = "clients; ${DEFAULT-VALUE}")
    private int clients;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (seconds < 1 || clients < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--secs and --clients must be at least 1, were " + seconds + " and " + clients);
        }
        PrintWriter out = spec.commandLine().getOut();
        try (SharedFile file = path == null ? SharedFile.make(MADE, FileServer.CHUNK) : SharedFile.open(path);
                Demo demo = new Demo(file, clients, Duration.ofSeconds(seconds), UnaryOperator.identity())) {
            out.printf("%s, %s, to %d clients over loopback sockets%n", file, Snapshot.bytes(file.size()), clients);
            Screen screen = new Screen(out, Screen.isTerminal());
            Outcome outcome = demo.run(screen.period(), screen);
            out.println();
            outcome.lines().forEach(out::println);
            outcome.errors().stream().limit(10).forEach(error -> out.println("error                " + error));
            out.println(outcome.isGood() ? "all of it held" : "NOT ALL OF IT HELD");
            out.flush();
            return outcome.isGood() ? 0 : 1;
        }
    }
}
