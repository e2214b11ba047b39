package dev.weir.perf.sync;

import java.util.Locale;
import picocli.CommandLine.Option;

/** The parameters of the workloads; names and defaults are those of {@code tokio-bench}. */
final class Sizes {
    /** What who has a permit does before it gives it back. */
    enum Hold {
        NONE,
        YIELD;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(names = "--producers", defaultValue = "1", description = "mpsc: senders; ${DEFAULT-VALUE}")
    int producers;

    @Option(names = "--cap", defaultValue = "1024", description = "mpsc, broadcast_fanout: bound; ${DEFAULT-VALUE}")
    int capacity;

    @Option(names = "--tasks", defaultValue = "8", description = "semaphore, mutex: tasks; ${DEFAULT-VALUE}")
    int tasks;

    @Option(names = "--permits", defaultValue = "2", description = "semaphore: permits; ${DEFAULT-VALUE}")
    int permits;

    @Option(names = "--hold", defaultValue = "NONE", description = "semaphore, mutex: ${COMPLETION-CANDIDATES}")
    Hold hold;

    @Option(names = "--receivers", defaultValue = "100", description = "the fan-outs: receivers; ${DEFAULT-VALUE}")
    int receivers;

    @Option(names = "--batch", defaultValue = "256", description = "broadcast_fanout: items a round; ${DEFAULT-VALUE}")
    int batch;
}
