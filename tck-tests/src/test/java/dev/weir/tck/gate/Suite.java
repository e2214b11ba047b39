package dev.weir.tck.gate;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;

/**
 * A suite and its floor.
 *
 * @param cases how many cases it has at least: rows times capacities
 * @param optional what is optional in the specification and not offered by us
 */
record Suite(String name, Rules rules, int cases, Set<String> optional) {
    /**
     * What the TCK leaves unverified in every implementation; here counted by the name that it gives to such tests.
     *
     * @param tests how many tests a case has
     * @param untested how many of them
     */
    private record Rules(int tests, int untested) {}

    private static final Rules PUBLISHER = new Rules(38, 7);
    private static final Rules WHITEBOX = new Rules(27, 13);
    private static final Rules BLACKBOX = new Rules(26, 15);
    private static final Rules PROCESSOR = new Rules(68, 20);

    static final List<Suite> ALL = Stream.of("", "Flow")
            .flatMap(flow -> Stream.of(
                    new Suite(flow + "StreamPublisher", PUBLISHER, 382, Set.of()),
                    new Suite(flow + "IoReader", PUBLISHER, 33, Set.of()),
                    new Suite(flow + "SubscriberWhitebox", WHITEBOX, 33, Set.of()),
                    new Suite(flow + "SubscriberBlackbox", BLACKBOX, 33, Set.of()),
                    new Suite(flow + "StreamProcessor", PROCESSOR, 27, Set.of())))
            .toList();

    String className() {
        return "dev.weir.tck." + name + "TckTest";
    }

    /** Returns how many cases have been counted. */
    int casesOf(Counts counts) {
        return counts.total() / rules.tests();
    }

    /** Each test must have passed, or been skipped for a reason, once in each case. */
    void check(Counts counts, SoftAssertions softly) {
        Map<String, Integer> untested = untested(counts);
        Map<String, Integer> optional = optional(counts);
        int expected = rules.tests() - rules.untested() - this.optional.size();

        softly.assertThat(counts.failed()).as(name + ": failed").isEmpty();
        softly.assertThat(optional.keySet()).as(name + ": skipped").isEqualTo(this.optional);
        softly.assertThat(untested).as(name + ": untested").hasSize(rules.untested());
        softly.assertThat(counts.passed()).as(name + ": passed").hasSize(expected);
        softly.assertThat(counts.passed().values())
                .as(name + ": how often each has passed")
                .allMatch(times -> times >= cases, "at least " + cases + " times");
    }

    static Map<String, Integer> untested(Counts counts) {
        Map<String, Integer> untested = new TreeMap<>(counts.skipped());
        untested.keySet().removeIf(name -> !name.startsWith("untested_"));
        return untested;
    }

    /** Returns what was skipped although it can be verified. */
    static Map<String, Integer> optional(Counts counts) {
        Map<String, Integer> optional = new TreeMap<>(counts.skipped());
        optional.keySet().removeAll(untested(counts).keySet());
        return optional;
    }
}
