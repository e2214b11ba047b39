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
 */
record Launcher(String name, List<String> prefix, List<String> suffix) {
    static Launcher tokio(Path bench) {
        return new Launcher(Standing.TOKIO, List.of(bench.toString()), List.of());
    }

    /** A system in a JVM of its own, with the class path of this one. */
    static Launcher java(String name, Path home, List<String> options, String family, String system) {
        List<String> prefix = new ArrayList<>();
        prefix.add(home.resolve("bin").resolve("java").toString());
        prefix.addAll(options);
        prefix.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.weir.perf.Main", "bench", family));
        return new Launcher(name, prefix, List.of("--system", system));
    }

    List<String> command(Case row, List<String> settings) {
        List<String> command = new ArrayList<>(prefix);
        command.add(row.workload());
        command.addAll(suffix);
        command.addAll(List.of("--workers", Integer.toString(row.workers())));
        command.addAll(row.arguments());
        command.addAll(settings);
        return command;
    }
}
