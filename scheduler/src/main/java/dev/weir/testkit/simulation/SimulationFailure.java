package dev.weir.testkit.simulation;

/** A simulated run has failed. The cause is what the program threw; the message says which seed it was. */
public final class SimulationFailure extends AssertionError {
    private static final long serialVersionUID = 1L;
    private static final int LINES = 40;

    private final long seed;
    private final transient EventLog log;

    SimulationFailure(long seed, EventLog log, Throwable cause) {
        super(describe(seed, log, cause), cause);
        this.seed = seed;
        this.log = log;
    }

    private static String describe(long seed, EventLog log, Throwable cause) {
        return "seed " + seed + ": " + cause + "\nreplay it with -D" + Simulation.SEED_PROPERTY + "=" + seed
                + "\nthe last of " + log.size() + " events:\n" + String.join("\n", log.tail(LINES));
    }

    /** Returns the seed with which it happens again. */
    public long seed() {
        return seed;
    }

    /** Returns what happened in the run. */
    public EventLog log() {
        return log;
    }
}
