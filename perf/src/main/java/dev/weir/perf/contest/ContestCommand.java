package dev.weir.perf.contest;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code compare FAMILY}: what the commands of all families share. A family gives its name, its systems and its cases,
 * and is found under {@code bench} by the same name.
 */
@Command(
        description = {
            "Runs every workload on every system, each in a process of its own, in turn and round after round, and"
                    + " prints medians and ratios.",
            "Exits with 0 if every run that was to give a figure gave one."
        },
        mixinStandardHelpOptions = true)
public abstract class ContestCommand implements Callable<Integer> {
    private final String family;
    private final List<Peer> peers;
    private final IntFunction<List<Case>> cases;

    @Spec
    private CommandSpec spec;

    @Option(names = "--tokio", description = "path of tokio-bench, see perf/peers; without it there is no such column")
    private @Nullable Path tokio;

    @Option(
            names = "--java25",
            description = "home of a newer JDK: adds a column for Weir on it, and systems that need it")
    private @Nullable Path newJava;

    @Option(names = "--c2c", description = "path of c2c, see perf/peers; marks runs made while the CPUs were far apart")
    private @Nullable Path probe;

    @Option(names = "--rounds", defaultValue = "7", description = "runs of each; ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--secs", defaultValue = "1", description = "seconds that a run measures; ${DEFAULT-VALUE}")
    private double seconds;

    @Option(names = "--warmup", defaultValue = "1", description = "seconds before; ${DEFAULT-VALUE}")
    private double warmup;

    @Option(names = "--iters", defaultValue = "0", description = "measure so many iterations instead of a time")
    private int iterations;

    @Option(names = "--workers", split = ",", defaultValue = "1,2", description = "worker threads; ${DEFAULT-VALUE}")
    private List<Integer> workers;

    @Option(names = "--only", split = ",", description = "workloads; all unless given")
    private @Nullable Set<String> only;

    @Option(names = "--systems", split = ",", description = "JVM systems; all unless given")
    private @Nullable Set<String> systems;

    @Option(
            names = "--jvm",
            split = ",",
            defaultValue = "-Xms1g,-Xmx1g,-XX:+AlwaysPreTouch",
            description = "options of each JVM; ${DEFAULT-VALUE}")
    private List<String> jvmOptions;

    @Option(names = "--out", description = "file for every run as JSON; the table goes beside it, as .md")
    private @Nullable Path out;

    private final List<Run> runs = new ArrayList<>();
    private int failures;

    /**
     * Creates the command of a family.
     *
     * @param family its name, under {@code bench} as well
     * @param peers what Weir is compared with on the JVM
     * @param cases the rows for a number of workers
     */
    protected ContestCommand(String family, List<Peer> peers, IntFunction<List<Case>> cases) {
        this.family = family;
        this.peers = List.copyOf(peers);
        this.cases = cases;
    }

    @Override
    public final Integer call() throws IOException, InterruptedException {
        if (rounds < 1
                || seconds <= 0
                || warmup < 0
                || iterations < 0
                || workers.stream().anyMatch(n -> n < 1)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--rounds and --workers must be at least 1, --secs more than 0, --warmup and --iters at least 0");
        }
        List<Launcher> launchers = launchers();
        List<Case> rows = rows();
        for (int round = 1; round <= rounds; round++) {
            for (Case row : rows) {
                for (Launcher launcher : launchers) {
                    measure(row, launcher, round);
                }
            }
            err().printf("round %d of %d is over%n", round, rounds);
            err().flush();
        }
        report(launchers.stream().map(Launcher::name).toList());
        return failures == 0 ? 0 : 1;
    }

    private List<Launcher> launchers() {
        Path home = Path.of(System.getProperty("java.home"));
        Set<String> known = new LinkedHashSet<>(Set.of(Standing.WEIR));
        peers.forEach(peer -> known.add(peer.name()));
        Set<String> chosen = chosen("--systems", systems, known);
        List<Launcher> launchers = new ArrayList<>();
        if (chosen.contains(Standing.WEIR)) {
            launchers.add(Launcher.java(Standing.WEIR, home, jvmOptions, family, Standing.WEIR));
            if (newJava != null) {
                launchers.add(Launcher.java(Standing.WEIR + "/25", newJava, jvmOptions, family, Standing.WEIR));
            }
        }
        if (tokio != null) {
            launchers.add(Launcher.tokio(tokio));
        }
        for (Peer peer : peers) {
            Path java = peer.since() <= Runtime.version().feature() ? home : newJava;
            if (java != null && chosen.contains(peer.name())) {
                launchers.add(Launcher.java(peer.name(), java, jvmOptions, family, peer.name()));
            }
        }
        return launchers;
    }

    private List<Case> rows() {
        List<Case> all =
                workers.stream().flatMap(count -> cases.apply(count).stream()).toList();
        Set<String> known = new LinkedHashSet<>();
        all.forEach(row -> known.add(row.workload()));
        Set<String> chosen = chosen("--only", only, known);
        return all.stream().filter(row -> chosen.contains(row.workload())).toList();
    }

    private Set<String> chosen(String option, @Nullable Set<String> given, Set<String> known) {
        if (given == null) {
            return known;
        }
        Set<String> chosen = new LinkedHashSet<>();
        given.forEach(name -> chosen.add(name.toLowerCase(Locale.ROOT)));
        if (!known.containsAll(chosen)) {
            throw new ParameterException(spec.commandLine(), option + " must be among " + known + ", was " + given);
        }
        return chosen;
    }

    private void measure(Case row, Launcher launcher, int round) throws IOException, InterruptedException {
        Distance distance = new Distance(row.workers() > 1 ? probe : null);
        double before = distance.nanos();
        Child.Result result = Child.run(launcher.command(row, settings()), limit());
        double after = distance.nanos();
        List<Run> measured = Run.of(row, launcher.name(), round, result.lines(), Math.max(before, after));
        if (result.code() == 0 && !measured.isEmpty()) {
            runs.addAll(measured);
        } else if (result.code() != Extent.UNSUPPORTED) {
            failures++;
            err().printf(
                            "%s of %s with %d workers failed (%d): %s%n",
                            row.label(), launcher.name(), row.workers(), result.code(), result.errors());
        }
    }

    private List<String> settings() {
        List<String> settings = new ArrayList<>(List.of("--warmup", Double.toString(warmup)));
        if (iterations > 0) {
            settings.addAll(List.of("--iters", Integer.toString(iterations)));
        } else {
            settings.addAll(List.of("--secs", Double.toString(seconds)));
        }
        return settings;
    }

    /** Iterations are not interrupted, and a slow one may take ten seconds. */
    private Duration limit() {
        return Duration.ofMillis((long) ((seconds + warmup) * 2_000) + 60_000);
    }

    private void report(List<String> columns) throws IOException {
        Standing standing = new Standing(runs);
        List<String> lines = new StandingTable(standing, columns).lines();
        PrintWriter screen = spec.commandLine().getOut();
        lines.forEach(screen::println);
        screen.println();
        screen.println(StandingTable.legend());
        screen.flush();
        if (out != null) {
            Files.writeString(out, standing.toJson(columns));
            String name = String.valueOf(out.getFileName()).replaceFirst("\\.json$", "") + ".md";
            Files.writeString(
                    out.resolveSibling(name), String.join("\n", lines) + "\n\n" + StandingTable.legend() + "\n");
        }
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
