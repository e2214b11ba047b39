package dev.weir.perf.hostile;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hostile}. */
@Command(
        name = "hostile",
        description = {
            "Starts servers in processes of their own and treats them badly: 3,000 resets with data in flight, 100"
                    + " clients that send and never read, 8,000 short connections, 200 clients for 96 descriptors,"
                    + " SIGTERM with 50 connections open, and for echo 48 MiB in random pieces.",
            "Exits with 0 only if none leaked descriptors, tasks or heap, none used the CPU without reason, none died."
        },
        mixinStandardHelpOptions = true)
public final class HostileCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", description = "echo, http, stream, sink; all of them unless given")
    private List<Victim> victims = List.of();

    @Option(names = "--scale", defaultValue = "1", description = "of the counts; ${DEFAULT-VALUE}")
    private double scale;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (scale <= 0 || scale > 1) {
            throw new ParameterException(spec.commandLine(), "--scale must be more than 0 and at most 1, was " + scale);
        }
        PrintWriter out = spec.commandLine().getOut();
        boolean good = true;
        for (Victim victim : victims.isEmpty() ? Arrays.asList(Victim.values()) : victims) {
            good &= new Siege(victim, scale, Duration.ofSeconds(1), line -> {
                        out.println(line);
                        out.flush();
                    })
                    .run();
        }
        return good ? 0 : 1;
    }
}
