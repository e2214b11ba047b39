package dev.weir.io.testkit;

import java.time.Duration;
import java.util.Objects;

/**
 * What a simulated network is like.
 *
 * @param latency how long anything is under way at most; at least zero
 * @param window how many bytes of one direction may be under way or unread, at least 1; a writer waits beyond
 * @param chunk how many bytes a reader takes at once at most, and a writer holds, at least 1
 * @param cuts whether reads and writes move fewer bytes than they could
 * @param resetOneIn one write in so many breaks its connection; 0 for none
 * @param refuseOneIn one connect in so many is refused; 0 for none
 * @param backlog how many connections wait to be accepted at most, at least 1; beyond that they are refused
 */
public record Conditions(
        Duration latency, int window, int chunk, boolean cuts, int resetOneIn, int refuseOneIn, int backlog) {
    private static final int NEVER = 0;

    /** A network that delays and cuts, and never breaks. */
    public static final Conditions ROUGH = new Conditions(Duration.ofMillis(20), 64, 16, true, NEVER, NEVER, 128);

    /** A network that also breaks: one write in 50 resets its connection, one connect in 20 is refused. */
    public static final Conditions HOSTILE = new Conditions(Duration.ofMillis(20), 64, 16, true, 50, 20, 128);

    /** Checks the ranges. */
    public Conditions {
        Objects.requireNonNull(latency, "latency");
        if (latency.isNegative()) {
            throw new IllegalArgumentException("latency must not be negative, was " + latency);
        }
        atLeast(1, "window", window);
        atLeast(1, "chunk", chunk);
        atLeast(NEVER, "resetOneIn", resetOneIn);
        atLeast(NEVER, "refuseOneIn", refuseOneIn);
        atLeast(1, "backlog", backlog);
    }

    private static void atLeast(int least, String name, int value) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", was " + value);
        }
    }

    /** Returns the same with another latency. */
    public Conditions withLatency(Duration atMost) {
        return new Conditions(atMost, window, chunk, cuts, resetOneIn, refuseOneIn, backlog);
    }

    /** Returns the same with another window. */
    public Conditions withWindow(int bytes) {
        return new Conditions(latency, bytes, chunk, cuts, resetOneIn, refuseOneIn, backlog);
    }

    /** Returns the same with another chunk. */
    public Conditions withChunk(int bytes) {
        return new Conditions(latency, window, bytes, cuts, resetOneIn, refuseOneIn, backlog);
    }

    /** Returns the same with or without short reads and writes. */
    public Conditions withCuts(boolean on) {
        return new Conditions(latency, window, chunk, on, resetOneIn, refuseOneIn, backlog);
    }

    /** Returns the same with resets once in so many writes. */
    public Conditions withResets(int oneIn) {
        return new Conditions(latency, window, chunk, cuts, oneIn, refuseOneIn, backlog);
    }

    /** Returns the same with refusals once in so many connects. */
    public Conditions withRefusals(int oneIn) {
        return new Conditions(latency, window, chunk, cuts, resetOneIn, oneIn, backlog);
    }

    /** Returns the same with another backlog. */
    public Conditions withBacklog(int connections) {
        return new Conditions(latency, window, chunk, cuts, resetOneIn, refuseOneIn, connections);
    }
}
