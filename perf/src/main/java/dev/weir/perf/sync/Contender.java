package dev.weir.perf.sync;

import java.util.Locale;

/** The systems that {@code bench sync} can measure in this process. */
enum Contender {
    WEIR,
    VIRTUAL,
    KOTLIN;

    /**
     * Starts the system.
     *
     * @throws dev.weir.perf.contest.Unsupported if this JVM does not have it
     */
    Subject open(int workers) {
        return switch (this) {
            case WEIR -> new WeirSubject(workers);
            case VIRTUAL -> new VirtualSubject(workers);
            case KOTLIN -> new KotlinSubject(workers);
        };
    }

    /** Returns the name on the command line and in the output. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
