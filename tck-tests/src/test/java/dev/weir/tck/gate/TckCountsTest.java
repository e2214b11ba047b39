package dev.weir.tck.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/**
 * Nothing that is required is missing. TestNG counts a test as skipped when it could not be verified, and a suite that
 * was not found is not counted at all, so a green run says little by itself.
 */
class TckCountsTest {
    private static final Path TARGET = Path.of(System.getProperty("weir.tck.target", "target"));
    private static final Path REPORTS = TARGET.resolve("tck-reports");

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

    /**
     * A suite and its floor.
     *
     * @param cases how many cases it has at least: rows times capacities
     * @param optional what is optional in the specification and not offered by us
     */
    private record Suite(String name, Rules rules, int cases, Set<String> optional) {
        Path report() {
            return REPORTS.resolve("TEST-dev.weir.tck." + name + "TckTest.xml");
        }
    }

    private static final List<Suite> SUITES = Stream.of("", "Flow")
            .flatMap(flow -> Stream.of(
                    new Suite(flow + "StreamPublisher", PUBLISHER, 382, Set.of()),
                    new Suite(flow + "IoReader", PUBLISHER, 33, Set.of()),
                    new Suite(flow + "SubscriberWhitebox", WHITEBOX, 33, Set.of()),
                    new Suite(flow + "SubscriberBlackbox", BLACKBOX, 33, Set.of()),
                    new Suite(flow + "StreamProcessor", PROCESSOR, 27, Set.of())))
            .toList();

    @Test
    void every_rule_that_can_be_verified_was_verified_in_every_case() throws Exception {
        SoftAssertions softly = new SoftAssertions();
        List<String> table = new ArrayList<>();
        table.add(String.format(
                "%-24s %6s %7s %9s %9s %7s", "suite", "cases", "passed", "untested", "optional", "total"));
        for (Suite suite : SUITES) {
            softly.assertThat(suite.report()).as("report of " + suite.name()).exists();
            if (Files.exists(suite.report())) {
                table.add(check(suite, Counts.of(suite.report()), softly));
            }
        }
        Files.write(TARGET.resolve("tck-counts.txt"), table);
        table.forEach(System.out::println);
        softly.assertAll();
    }

    @Test
    void every_suite_that_ran_has_a_floor() throws Exception {
        try (Stream<Path> reports = Files.list(REPORTS)) {
            assertThat(reports.filter(file -> file.toString().endsWith(".xml")))
                    .containsExactlyInAnyOrderElementsOf(
                            SUITES.stream().map(Suite::report).toList());
        }
    }

    /** Each test must have passed, or been skipped for a reason, once in each case. Returns the line of the table. */
    private static String check(Suite suite, Counts counts, SoftAssertions softly) {
        Map<String, Integer> untested = new TreeMap<>(counts.skipped());
        untested.keySet().removeIf(name -> !name.startsWith("untested_"));
        Map<String, Integer> optional = new TreeMap<>(counts.skipped());
        optional.keySet().removeAll(untested.keySet());
        int expected = suite.rules().tests()
                - suite.rules().untested()
                - suite.optional().size();

        softly.assertThat(counts.failed()).as(suite.name() + ": failed").isEmpty();
        softly.assertThat(optional.keySet()).as(suite.name() + ": skipped").isEqualTo(suite.optional());
        softly.assertThat(untested)
                .as(suite.name() + ": untested")
                .hasSize(suite.rules().untested());
        softly.assertThat(counts.passed()).as(suite.name() + ": passed").hasSize(expected);
        softly.assertThat(counts.passed().values())
                .as(suite.name() + ": how often each has passed")
                .allMatch(times -> times >= suite.cases(), "at least " + suite.cases() + " times");
        int passed = Counts.sum(counts.passed());
        int total = passed + Counts.sum(counts.skipped()) + Counts.sum(counts.failed());
        return String.format(
                "%-24s %6d %7d %9d %9d %7d",
                suite.name(), total / suite.rules().tests(), passed, Counts.sum(untested), Counts.sum(optional), total);
    }
}
