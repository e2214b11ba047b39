package dev.weir.testkit.simulation;

import dev.weir.task.Budget;
import dev.weir.task.Pollable;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A recipe for simulated runs: a seed, and how rough the simulated machine is. Immutable; each run has a {@link
 * SimulatedRuntime} of its own. See the {@linkplain dev.weir.testkit.simulation package} for what a seed decides.
 */
public final class Simulation {
    /** The system property with which {@link #explore} runs a single seed. */
    public static final String SEED_PROPERTY = "weir.seed";

    private static final long DEFAULT_MAX_POLLS = 1_000_000;
    private static final Duration DEFAULT_LATE = Duration.ofMillis(5);
    private static final int[] DEFAULT_BUDGETS = {1, 2, 5, Budget.DEFAULT};

    private final long seed;
    private final boolean spuriousPolls;
    private final Duration lateWakes;
    private final long maxPolls;
    private final int[] budgets;

    private Simulation(long seed, boolean spuriousPolls, Duration lateWakes, long maxPolls, int[] budgets) {
        this.seed = seed;
        this.spuriousPolls = spuriousPolls;
        this.lateWakes = lateWakes;
        this.maxPolls = maxPolls;
        this.budgets = budgets;
    }

    /** Returns the recipe for runs of this seed; any number will do, and neighbours are as different as any two. */
    public static Simulation of(long seed) {
        return new Simulation(seed, true, DEFAULT_LATE, DEFAULT_MAX_POLLS, DEFAULT_BUDGETS);
    }

    /** Returns the same recipe for another seed. */
    public Simulation withSeed(long seed) {
        return new Simulation(seed, spuriousPolls, lateWakes, maxPolls, budgets);
    }

    /** Sets whether tasks may be polled though nobody woke them, which the laws allow; true by default. */
    public Simulation spuriousPolls(boolean allowed) {
        return new Simulation(seed, allowed, lateWakes, maxPolls, budgets);
    }

    /**
     * Sets how much time may pass at most between a wake and the poll it leads to, and during a poll; 5 ms by default.
     * With zero time passes only when nothing can run, so that sleeps end on the dot.
     *
     * @param atMost at least zero, at most a day
     */
    public Simulation lateWakes(Duration atMost) {
        if (atMost.isNegative() || atMost.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("atMost must be from zero to a day, was " + atMost);
        }
        return new Simulation(seed, spuriousPolls, atMost, maxPolls, budgets);
    }

    /** Sets the budgets a turn may have, each at least 1; by default 1, 2, 5 and the usual one. */
    public Simulation budgets(int... operations) {
        if (operations.length == 0) {
            throw new IllegalArgumentException("budgets must name at least one");
        }
        for (int each : operations) {
            if (each < 1) {
                throw new IllegalArgumentException("budgets must be at least 1, was " + each);
            }
        }
        return new Simulation(seed, spuriousPolls, lateWakes, maxPolls, operations.clone());
    }

    /** Sets after how many polls a run is taken for one that never ends, at least 1; a million by default. */
    public Simulation maxPolls(long polls) {
        if (polls < 1) {
            throw new IllegalArgumentException("maxPolls must be at least 1, was " + polls);
        }
        return new Simulation(seed, spuriousPolls, lateWakes, polls, budgets);
    }

    /** Returns a runtime that runs by this recipe: for tests that go step by step. The caller closes it. */
    public SimulatedRuntime newRuntime() {
        return new SimulatedRuntime(this);
    }

    /**
     * Runs a program to its end: until what the body returns is ready. What else it has started is then cancelled.
     *
     * @return the program's result
     * @throws SimulationFailure if the program fails or cannot go on ({@link DeadlockError}), if an error could reach
     *     nobody, or if a timer or a blocking call is left at the end
     */
    public <T extends @Nullable Object> T run(Program<T> program) {
        return play(program).get();
    }

    /** Runs a program as {@link #run} does, and returns what became of it together with the log. */
    public <T extends @Nullable Object> Playback<T> play(Program<T> program) {
        Objects.requireNonNull(program, "program");
        SimulatedRuntime runtime = newRuntime();
        T result = null;
        Throwable failure = null;
        try {
            result = runtime.blockOn("main", program.start(runtime));
        } catch (Throwable thrown) { // a run that fails in whatever way is a finding
            failure = thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        }
        try {
            runtime.close();
            runtime.assertNothingLeft();
        } catch (Throwable thrown) {
            if (failure == null) {
                failure = thrown;
            } else if (failure != thrown) {
                failure.addSuppressed(thrown);
            }
        }
        return new Playback<>(seed, result, failure, runtime.log());
    }

    /**
     * Runs a program with the seeds from 0 to below a number, and stops at the first that fails; or, if the system
     * property {@value #SEED_PROPERTY} is set, with that seed alone.
     *
     * @throws SimulationFailure of the first seed that fails
     */
    public static <T extends @Nullable Object> void explore(int seeds, Program<T> program) {
        of(0).runSeeds(seeds, program);
    }

    /** Runs a program as {@link #explore} does, by this recipe, from this seed on. */
    public <T extends @Nullable Object> void runSeeds(int seeds, Program<T> program) {
        if (seeds < 1) {
            throw new IllegalArgumentException("seeds must be at least 1, was " + seeds);
        }
        String only = System.getProperty(SEED_PROPERTY);
        if (only != null) {
            withSeed(Long.parseLong(only.trim())).run(program);
            return;
        }
        for (int i = 0; i < seeds; i++) {
            withSeed(seed + i).run(program);
        }
    }

    /** Returns the seed. */
    public long seed() {
        return seed;
    }

    boolean spuriousPolls() {
        return spuriousPolls;
    }

    Duration lateWakes() {
        return lateWakes;
    }

    long maxPolls() {
        return maxPolls;
    }

    int[] budgetsOffered() {
        return budgets.clone();
    }

    @Override
    public String toString() {
        return "Simulation[seed " + seed + "]";
    }

    /**
     * What is simulated. Called once a run, with the runtime of the run; whatever it keeps from one run to the next is
     * its own risk.
     *
     * @param <T> the type of the result
     */
    @FunctionalInterface
    public interface Program<T extends @Nullable Object> {
        /** Returns the main task; the run ends with it. May spawn others beforehand. */
        Pollable<T> start(SimulatedRuntime runtime) throws Exception;
    }

    /**
     * What became of a run.
     *
     * @param <T> the type of the result
     */
    public static final class Playback<T extends @Nullable Object> {
        private final long seed;
        private final @Nullable T result;
        private final @Nullable Throwable failure;
        private final EventLog log;

        private Playback(long seed, @Nullable T result, @Nullable Throwable failure, EventLog log) {
            this.seed = seed;
            this.result = result;
            this.failure = failure;
            this.log = log;
        }

        /**
         * Returns the result.
         *
         * @throws SimulationFailure if the run failed
         */
        @SuppressWarnings("NullAway") // null only where T admits it
        public T get() {
            if (failure != null) {
                throw new SimulationFailure(seed, log, failure);
            }
            return result;
        }

        /** Returns what the run failed with, or null. */
        public @Nullable Throwable failure() {
            return failure;
        }

        /** Returns what happened. */
        public EventLog log() {
            return log;
        }
    }
}
