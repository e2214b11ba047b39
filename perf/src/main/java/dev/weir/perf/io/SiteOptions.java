package dev.weir.perf.io;

import dev.weir.perf.wire.Loopback;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say where everything is and runs. */
final class SiteOptions {
    @Option(names = "--peers", defaultValue = "perf/peers", description = "folder of the peers; ${DEFAULT-VALUE}")
    private Path peers;

    @Option(names = "--java25", description = "home of a newer JDK: adds Weir on it, and virtual threads")
    private @Nullable Path newJava;

    @Option(
            names = "--jvm",
            split = ",",
            defaultValue = "-Xms512m,-Xmx512m,-XX:+AlwaysPreTouch",
            description = "options of each JVM; ${DEFAULT-VALUE}")
    private List<String> jvm;

    @Option(names = "--server-cpus", defaultValue = "0", description = "processors of the servers; ${DEFAULT-VALUE}")
    private String serverCpus;

    @Option(names = "--load-cpus", defaultValue = "1", description = "processors of the loads; ${DEFAULT-VALUE}")
    private String loadCpus;

    @Option(names = "--threads", defaultValue = "1", description = "of each server; ${DEFAULT-VALUE}")
    private int threads;

    @Option(names = "--unpinned", description = "everything on all processors, which are also the threads of a server")
    private boolean unpinned;

    Site site() throws IOException {
        Path java = Path.of(System.getProperty("java.home"));
        int processors = Runtime.getRuntime().availableProcessors();
        return unpinned
                ? new Site(peers, java, newJava, jvm, "", "", processors, Loopback.freePort())
                : new Site(peers, java, newJava, jvm, serverCpus, loadCpus, threads, Loopback.freePort());
    }
}
