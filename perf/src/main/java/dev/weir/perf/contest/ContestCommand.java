package dev.weir.perf.contest;

import dev.weir.perf.report.Journal;
import dev.weir.perf.report.JsonLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
    private static final String CLASS_PATH = System.getProperty("java.class.path");

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

    @Option(names = "--base", description = "jar of another build of Weir: adds a column for it")
    private @Nullable Path base;

    @Option(names = "--c2c", description = "path of c2c, see perf/peers; marks runs made while the CPUs were far apart")
    private @Nullable Path probe;

    @Option(names = "--rounds", defaultValue = "7", description = "runs of each; ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--secs", defaultValue = "0.4", description = "seconds that a run measures; ${DEFAULT-VALUE}")
    private double seconds;

    @Option(
            names = "--warmup",
            defaultValue = "1",
            description = "seconds before, at most: it ends when the rate is steady; ${DEFAULT-VALUE}")
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
            defaultValue = "-Xms512m,-Xmx512m,-XX:+AlwaysPreTouch",
            description = "options of each JVM; ${DEFAULT-VALUE}: a heap of pages that the kernel has given already, as"
                    + " after some minutes of service")
    private List<String> jvmOptions;

    @Mixin
    private Journal journal;

    private final List<Run> runs = new ArrayList<>();
    /** What its first run has said that it cannot do. */
    private final Set<List<?>> dashes = new HashSet<>();

    private double lastDistance = Double.NaN;
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
        List<String> columns = launchers.stream().map(Launcher::name).toList();
        List<Case> rows = rows();
        journal.begin();
        journal.add(List.of(about()));
        for (int round = 1; round <= rounds; round++) {
            long start = System.nanoTime();
            for (Case row : rows) {
                for (Launcher launcher : launchers) {
                    measure(row, launcher, round);
                }
            }
            journal.table(table(columns));
            err().printf("round %d of %d took %.0f s%n", round, rounds, (System.nanoTime() - start) / 1e9);
            err().flush();
        }
        journal.add(new Standing(runs).toJson(columns));
        table(columns).forEach(spec.commandLine().getOut()::println);
        spec.commandLine().getOut().flush();
        return failures == 0 ? 0 : 1;
    }

    private String about() {
        return new JsonLine()
                .put("compare", family)
                .put("java", Runtime.version().toString())
                .put("rounds", rounds)
                .put("secs", seconds)
                .put("warmup", warmup)
                .put("iters", iterations)
                .put("jvm", String.join(" ", jvmOptions))
                .toString();
    }

    private List<Launcher> launchers() {
        Path home = Path.of(System.getProperty("java.home"));
        Set<String> known = new LinkedHashSet<>(Set.of(Standing.WEIR));
        peers.forEach(peer -> known.add(peer.name()));
        Set<String> chosen = chosen("--systems", systems, known);
        List<Launcher> launchers = new ArrayList<>();
        if (chosen.contains(Standing.WEIR)) {
            launchers.add(java(Standing.WEIR, home, CLASS_PATH, Standing.WEIR));
            if (base != null) {
                launchers.add(java(Standing.WEIR + "/base", home, base.toString(), Standing.WEIR));
            }
            if (newJava != null) {
                launchers.add(java(Standing.WEIR + "/25", newJava, CLASS_PATH, Standing.WEIR));
            }
        }
        if (tokio != null) {
            launchers.add(Launcher.tokio(tokio));
        }
        for (Peer peer : peers) {
            Path java = peer.since() <= Runtime.version().feature() ? home : newJava;
            if (java != null && chosen.contains(peer.name())) {
                launchers.add(java(peer.name(), java, CLASS_PATH, peer.name()));
            }
        }
        return launchers;
    }

    private Launcher java(String column, Path home, String classPath, String system) {
        return Launcher.java(column, home, jvmOptions, classPath, family, system);
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
        List<?> form = List.of(launcher.name(), row.workload(), row.arguments());
        if (dashes.contains(form) || (!row.withJvmPeers() && Standing.isJvmPeer(launcher.name()))) {
            return;
        }
        Distance distance = new Distance(row.workers() > 1 ? probe : null);
        double before = Double.isNaN(lastDistance) ? distance.nanos() : lastDistance;
        Child.Result result = Child.run(launcher.command(row, warmup, extent()), limit());
        double after = distance.nanos();
        lastDistance = after; // and before the next
        List<Run> measured = Run.of(row, launcher.name(), round, result.lines(), Math.max(before, after));
        if (result.code() == 0 && !measured.isEmpty()) {
            runs.addAll(measured);
            journal.add(measured.stream().map(Run::toJson).toList());
        } else if (result.code() == Extent.UNSUPPORTED) {
            dashes.add(form);
        } else {
            failures++;
            err().printf(
                            "%s of %s with %d workers failed (%d): %s%n",
                            row.label(), launcher.name(), row.workers(), result.code(), result.errors());
        }
    }

    private List<String> extent() {
        return iterations > 0
                ? List.of("--iters", Integer.toString(iterations))
                : List.of("--secs", Double.toString(seconds));
    }

    /** Iterations are not interrupted, and a slow one may take ten seconds. */
    private Duration limit() {
        return Duration.ofMillis((long) ((seconds + warmup) * 2_000) + 60_000);
    }

    private List<String> table(List<String> columns) {
        List<String> lines = new ArrayList<>(new StandingTable(new Standing(runs), columns).lines());
        lines.addAll(List.of("", StandingTable.legend()));
        return lines;
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
