package dev.weir.perf;

import dev.weir.perf.demo.DemoCommand;
import dev.weir.perf.hazards.HazardsCommand;
import dev.weir.perf.hostile.HostileCommand;
import dev.weir.perf.load.LoadCommand;
import dev.weir.perf.peer.PeerCommand;
import dev.weir.perf.serve.ServeCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of {@code weir-perf.jar}. */
@Command(
        name = "weir-perf",
        description = "Servers, load generators, benchmarks and the demo of Weir.",
        mixinStandardHelpOptions = true,
        subcommands = {
            DemoCommand.class,
            ServeCommand.class,
            PeerCommand.class,
            LoadCommand.class,
            HostileCommand.class,
            HazardsCommand.class,
            BenchCommand.class,
            CompareCommand.class
        },
        versionProvider = Main.Version.class)
public final class Main implements Runnable {

    @Spec
    private CommandSpec spec;

    private Main() {}

    /** Runs one command and exits with its code: 0 done, 1 failed, 2 misused. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    /** The version in the manifest of the jar and the Java runtime it found. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {
                "weir-perf " + (version == null ? "(not in a jar)" : version), "Java " + Runtime.version()
            };
        }
    }
}
