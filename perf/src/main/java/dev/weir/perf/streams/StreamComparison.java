package dev.weir.perf.streams;

import dev.weir.perf.report.Journal;
import dev.weir.perf.streams.StreamBenchmark.Profile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code compare streams}. */
@Command(
        name = "streams",
        description = {
            "Runs every shape of pipeline on every library, each in a JVM of its own, in turn and round after round, and"
                    + " prints medians and ratios.",
            "Exits with 0 if every run gave a figure, which takes the right result. One round of all is some twenty"
                    + " minutes; --quick takes a fifth of that and says less."
        },
        mixinStandardHelpOptions = true)
public final class StreamComparison implements Callable<Integer> {
    private static final int WARMUP_ITERATIONS = 3;
    private static final int ITERATIONS = 3;

    @Spec
    private CommandSpec spec;

    @Option(names = "--rounds", defaultValue = "3", description = "runs of each; ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--secs", defaultValue = "0.45", description = "seconds that a run measures; ${DEFAULT-VALUE}")
    private double seconds;

    @Option(names = "--warmup", defaultValue = "2", description = "seconds before; ${DEFAULT-VALUE}")
    private double warmup;

    @Option(names = "--quick", description = "one round of short runs")
    private boolean quick;

    @Option(names = "--only", split = ",", description = "shapes, or beginnings of their names; all unless given")
    private List<String> only = List.of();

    @Option(names = "--systems", split = ",", description = "${COMPLETION-CANDIDATES}; all unless given")
    private Set<Contender> systems = EnumSet.allOf(Contender.class);

    @Option(names = "--profiles", split = ",", description = "${COMPLETION-CANDIDATES}; both unless given")
    private Set<Profile> profiles = EnumSet.allOf(Profile.class);

    @Option(names = "--java", split = ",", description = "homes of JDKs; the one of this process unless given")
    private List<Path> homes = List.of(Path.of(System.getProperty("java.home")));

    @Option(
            names = "--jvm",
            split = ",",
            defaultValue = "-Xms512m,-Xmx512m,-XX:+AlwaysPreTouch",
            description = "options of each JVM; ${DEFAULT-VALUE}")
    private List<String> jvmOptions;

    @Mixin
    private Journal journal;

    private final List<StreamRun> runs = new ArrayList<>();
    private final Map<Path, Integer> features = new HashMap<>();

    @Override
    public Integer call() throws IOException {
        if (quick) {
            rounds = 1;
            seconds = 0.15;
            warmup = 0.3;
        }
        if (rounds < 1 || seconds <= 0 || warmup <= 0) {
            throw new ParameterException(
                    spec.commandLine(), "--rounds must be at least 1, --secs and --warmup more than 0");
        }
        List<Shape> shapes = shapes();
        for (Path home : homes) {
            features.put(home, feature(home));
        }
        journal.begin();
        for (int round = 1; round <= rounds; round++) {
            for (Path home : homes) {
                for (Profile profile : profiles) {
                    for (Shape shape : shapes) {
                        measure(home, profile, shape, round);
                    }
                }
            }
            spec.commandLine().getErr().printf("round %d of %d is over%n", round, rounds);
            journal.table(tables());
        }
        tables().forEach(spec.commandLine().getOut()::println);
        spec.commandLine().getOut().flush();
        return failures();
    }

    /** Names once more what has failed, for who has not watched. Returns what to exit with. */
    private int failures() {
        List<StreamRun> failed = runs.stream().filter(run -> !run.isGood()).toList();
        failed.forEach(run -> say("%s FAILED", run.title()));
        if (!failed.isEmpty()) {
            say("%d of %d runs FAILED", failed.size(), runs.size());
        }
        return failed.isEmpty() && !runs.isEmpty() ? 0 : 1;
    }

    private List<Shape> shapes() {
        List<Shape> chosen = Arrays.stream(Shape.values())
                .filter(shape -> only.isEmpty()
                        || only.stream().anyMatch(name -> shape.toString().startsWith(name)))
                .toList();
        if (chosen.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--only must be among " + Arrays.toString(Shape.values()) + ", was " + only);
        }
        return chosen;
    }

    /** Of the file that every JDK has, as a run that fails does not tell what it ran on. */
    private int feature(Path home) throws IOException {
        Path release = home.resolve("release");
        if (!Files.exists(release)) {
            throw new ParameterException(spec.commandLine(), "--java must be homes of JDKs, was " + home);
        }
        Properties said = new Properties();
        try (Reader reader = Files.newBufferedReader(release)) {
            said.load(reader);
        }
        return Runtime.Version.parse(said.getProperty("JAVA_VERSION").replace("\"", ""))
                .feature();
    }

    /** Every other round backwards, so that none always comes after the same one. */
    private void measure(Path home, Profile profile, Shape shape, int round) throws IOException {
        List<Contender> libraries = new ArrayList<>(systems);
        if (round % 2 == 0) {
            Collections.reverse(libraries);
        }
        for (Contender library : libraries) {
            if (!library.lacks(shape)) {
                add(measured(home, profile, shape, library, round));
            }
        }
    }

    private StreamRun measured(Path home, Profile profile, Shape shape, Contender library, int round) {
        int java = features.getOrDefault(home, 0);
        try {
            RunResult result = run(home, profile, shape, library);
            return new StreamRun(
                    java,
                    profile,
                    shape,
                    library,
                    round,
                    result.getPrimaryResult().getScore() / shape.items(),
                    allocated(result) / shape.items());
        } catch (RunnerException failure) {
            StreamRun failed = StreamRun.failed(java, profile, shape, library, round);
            say("%s: %s", failed.title(), failure);
            return failed;
        }
    }

    private RunResult run(Path home, Profile profile, Shape shape, Contender library) throws RunnerException {
        return new Runner(new OptionsBuilder()
                        .include(StreamBenchmark.class.getName().replace(".", "\\.") + "\\.run$")
                        .param("library", library.name())
                        .param("shape", shape.name())
                        .param("profile", profile.name())
                        .jvm(home.resolve("bin").resolve("java").toString())
                        .jvmArgs(jvmOptions.toArray(String[]::new))
                        .forks(1)
                        .warmupIterations(WARMUP_ITERATIONS)
                        .warmupTime(part(warmup, WARMUP_ITERATIONS))
                        .measurementIterations(ITERATIONS)
                        .measurementTime(part(seconds, ITERATIONS))
                        .addProfiler(GCProfiler.class)
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .runSingle();
    }

    private static TimeValue part(double seconds, int parts) {
        return TimeValue.microseconds(Math.round(seconds * 1e6 / parts));
    }

    private void add(StreamRun run) throws IOException {
        runs.add(run);
        journal.add(List.of(run.toJson().toString()));
        if (!run.isGood()) {
            say("%s FAILED: %s ns an item", run.title(), run.nanos());
        }
    }

    private void say(String format, Object... arguments) {
        PrintWriter err = spec.commandLine().getErr();
        err.printf(Locale.ROOT, format + "%n", arguments);
        err.flush();
    }

    private static double allocated(RunResult result) {
        for (Map.Entry<String, ?> each : result.getSecondaryResults().entrySet()) {
            if (each.getKey().endsWith("gc.alloc.rate.norm")) {
                return ((Result<?>) each.getValue()).getScore();
            }
        }
        return Double.NaN;
    }

    private List<String> tables() {
        List<String> lines = new ArrayList<>();
        runs.stream().mapToInt(StreamRun::java).distinct().sorted().forEach(java -> {
            for (Profile profile : Profile.values()) {
                lines.addAll(new StreamTable(java, profile, runs).lines());
            }
        });
        lines.add(StreamTable.legend());
        return lines;
    }
}
