package dev.weir.tck;

import org.reactivestreams.tck.TestEnvironment;

/**
 * How long the TCK waits, in milliseconds. Each value can be set by a system property of the build, for machines that
 * are slower or busier than most.
 *
 * <p>A test that passes pays for {@link #SILENCE}, {@link #POLL} and {@link #COLLECTION}; the wait for a signal ends
 * with the signal, so it is generous. Too short a silence misses a fault now and then, but never reports a false one.
 */
public final class TckEnvironments {
    /** For a signal that must come. */
    static final long SIGNAL = Long.getLong("weir.tck.signal", 10_000);

    /** For signals that must not come. */
    static final long SILENCE = Long.getLong("weir.tck.silence", 50);

    /**
     * For an error that must come. The TCK means to look again and again until the time for a signal is over, but has a
     * sign wrong in 1.0.4: it looks once, after this time. A quarter of a second was too short once in 29,000 cases,
     * with two of these runs on two processors; {@link Refusals} go on with the look.
     */
    static final long POLL = Long.getLong("weir.tck.poll", 250);

    /** From a cancel to the garbage collection that must find the subscriber unreachable (§3.13). */
    static final long COLLECTION = Long.getLong("weir.tck.collection", 300);

    /** For the same where the TCK's own look was too early: other suites collect garbage meanwhile. */
    public static final long PATIENCE = 3 * SIGNAL;

    private TckEnvironments() {}

    /** Returns a new environment; they collect errors, so no two suites may share one. */
    static TestEnvironment create() {
        return new TestEnvironment(SIGNAL, SILENCE, POLL);
    }
}
