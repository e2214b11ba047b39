package dev.weir.perf.scheduler;

import java.util.Locale;

/** The systems that {@code bench scheduler} can measure in this process. */
enum Contender {
    WEIR,
    FORKJOIN,
    VIRTUAL,
    KOTLIN,
    REACTOR;

    /**
     * Starts the system.
     *
     * @throws dev.weir.perf.contest.Unsupported if this JVM does not have it
     */
    Subject open(int workers) {
        return switch (this) {
            case WEIR -> new WeirSubject(workers);
            case FORKJOIN -> new ForkJoinSubject(workers);
            case VIRTUAL -> new VirtualSubject(workers);
            case KOTLIN -> new KotlinSubject(workers);
            case REACTOR -> new ReactorSubject(workers);
        };
    }

    /** Returns the name on the command line and in the output. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
