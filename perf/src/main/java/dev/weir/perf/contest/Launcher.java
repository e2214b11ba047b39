package dev.weir.perf.contest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A column of the table: how to start a system.
 *
 * @param name of the column
 * @param prefix the program and its first arguments; the workload and its settings follow
 * @param suffix what comes after the workload
 * @param mostWarmup for how many seconds it is worth while to warm it up
 */
record Launcher(String name, List<String> prefix, List<String> suffix, double mostWarmup) {
    /** What is compiled already has caches to fill, and threads to start. */
    private static final double COMPILED = 0.2;

    static Launcher tokio(Path bench) {
        return new Launcher(Standing.TOKIO, List.of(bench.toString()), List.of(), COMPILED);
    }

    /** A system in a JVM of its own. */
    static Launcher java(String name, Path home, List<String> options, String classPath, String family, String system) {
        List<String> prefix = new ArrayList<>();
        prefix.add(home.resolve("bin").resolve("java").toString());
        prefix.addAll(options);
        prefix.addAll(List.of("-cp", classPath, "dev.weir.perf.Main", "bench", family));
        return new Launcher(name, prefix, List.of("--system", system), Double.MAX_VALUE);
    }

    List<String> command(Case row, double warmup, List<String> settings) {
        List<String> command = new ArrayList<>(prefix);
        command.add(row.workload());
        command.addAll(suffix);
        command.addAll(List.of("--workers", Integer.toString(row.workers())));
        command.addAll(row.arguments());
        command.addAll(List.of("--warmup", Double.toString(Math.min(warmup, mostWarmup))));
        command.addAll(settings);
        return command;
    }
}
