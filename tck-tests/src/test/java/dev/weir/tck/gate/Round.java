package dev.weir.tck.gate;

import dev.weir.tck.gate.Counts.Outcome;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;

/** One run of each test of each case. Any thread. */
final class Round {
    private final int number;
    private final Map<Suite, Counts> counts = new LinkedHashMap<>();
    private int left;

    /**
     * Begins a round.
     *
     * @param tests how many it has
     */
    Round(int number, int tests) {
        this.number = number;
        this.left = tests;
        for (Suite suite : Suite.ALL) {
            counts.put(suite, new Counts());
        }
    }

    /** Counts a test and returns whether it was the last. */
    synchronized boolean add(Suite suite, String test, Outcome outcome) {
        counts.get(suite).add(test, outcome);
        return --left == 0;
    }

    /** Whether all that can be verified was, in as many cases as in another round. */
    synchronized void check(Round other, SoftAssertions softly) {
        counts.forEach((suite, found) -> {
            suite.check(found, softly);
            softly.assertThat(found.total()).as(suite.name() + ": in all").isEqualTo(other.total(suite));
        });
    }

    private synchronized int total(Suite suite) {
        return counts.get(suite).total();
    }

    @Override
    public synchronized String toString() {
        return String.format(
                "round %d: %d cases, %d passed, %d untested, %d failed",
                number,
                counts.keySet().stream()
                        .mapToInt(suite -> suite.casesOf(counts.get(suite)))
                        .sum(),
                counts.values().stream()
                        .mapToInt(each -> Counts.sum(each.passed()))
                        .sum(),
                counts.values().stream()
                        .mapToInt(each -> Counts.sum(each.skipped()))
                        .sum(),
                counts.values().stream()
                        .mapToInt(each -> Counts.sum(each.failed()))
                        .sum());
    }
}
