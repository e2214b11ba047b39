package dev.weir.perf.contest;

import java.util.Arrays;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** On how many workers and for how long to measure: the options that every {@code bench} has. */
public final class Extent {
    /** The exit code of a {@code bench} whose system has no natural form of the workload: a dash in the table. */
    public static final int UNSUPPORTED = 3;

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--workers", defaultValue = "2", description = "worker threads; ${DEFAULT-VALUE}")
    private int workers;

    @Option(names = "--secs", defaultValue = "2", description = "seconds that are measured; ${DEFAULT-VALUE}")
    private double seconds;

    @Option(
            names = "--warmup",
            defaultValue = "1.5",
            description = "seconds before, at most: it ends when the rate is steady; ${DEFAULT-VALUE}")
    private double warmup;

    @Option(names = "--iters", defaultValue = "0", description = "measure so many iterations instead of a time")
    private long iterations;

    /** Returns the number of worker threads. */
    public int workers() {
        return workers;
    }

    /** Returns for how many seconds to measure. */
    public double seconds() {
        return seconds;
    }

    /** Returns for how many seconds to warm up before, at most. */
    public double warmup() {
        return warmup;
    }

    /**
     * Returns a meter for these settings.
     *
     * @throws ParameterException if one of them, or the number of workers, is out of range
     */
    public Meter meter() {
        if (workers < 1 || seconds <= 0 || warmup < 0 || iterations < 0) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--workers must be at least 1, --secs more than 0, --warmup and --iters at least 0; were "
                            + Arrays.asList(workers, seconds, warmup, iterations));
        }
        return new Meter(warmup, seconds, iterations);
    }
}
