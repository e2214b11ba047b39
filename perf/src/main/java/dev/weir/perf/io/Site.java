package dev.weir.perf.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where things are and run.
 *
 * @param peers the folder of the programs in other languages, built
 * @param java home of the Java that most run on
 * @param newJava home of a Java with virtual threads, or null for none
 * @param jvm options of every JVM
 * @param serverCpus processors of the servers as taskset names them; empty for all
 * @param loadCpus processors of the loads; empty for all
 * @param threads that a server serves with
 * @param target port of the echo server that proxies pass on to
 */
record Site(
        Path peers,
        Path java,
        @Nullable Path newJava,
        List<String> jvm,
        String serverCpus,
        String loadCpus,
        int threads,
        int target) {
    String c(String program) {
        return peers.resolve("c/build").resolve(program).toString();
    }

    String tokio() {
        return peers.resolve("tokio/target/release/tokio-bench").toString();
    }

    /** Returns the command of a server where servers run, with as many descriptors as the system allows. */
    List<String> server(List<String> command) {
        return placed(serverCpus, command);
    }

    List<String> load(List<String> command) {
        return placed(loadCpus, command);
    }

    private static List<String> placed(String cpus, List<String> command) {
        List<String> placed = new ArrayList<>(List.of("sh", "-c", "ulimit -n \"$(ulimit -Hn)\" && exec \"$@\"", "sh"));
        if (!cpus.isEmpty()) {
            placed.addAll(List.of("taskset", "-c", cpus));
        }
        placed.addAll(command);
        return placed;
    }
}
