package dev.weir.tck.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    @Test
    void every_rule_that_can_be_verified_was_verified_in_every_case() throws Exception {
        SoftAssertions softly = new SoftAssertions();
        List<String> table = new ArrayList<>();
        table.add(String.format(
                "%-24s %6s %7s %9s %9s %7s", "suite", "cases", "passed", "untested", "optional", "total"));
        for (Suite suite : Suite.ALL) {
            softly.assertThat(report(suite)).as("report of " + suite.name()).exists();
            if (Files.exists(report(suite))) {
                Counts counts = Counts.of(report(suite));
                suite.check(counts, softly);
                table.add(line(suite, counts));
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
                            Suite.ALL.stream().map(TckCountsTest::report).toList());
        }
    }

    private static String line(Suite suite, Counts counts) {
        return String.format(
                "%-24s %6d %7d %9d %9d %7d",
                suite.name(),
                suite.casesOf(counts),
                Counts.sum(counts.passed()),
                Counts.sum(Suite.untested(counts)),
                Counts.sum(Suite.optional(counts)),
                counts.total());
    }

    private static Path report(Suite suite) {
        return REPORTS.resolve("TEST-" + suite.className() + ".xml");
    }
}
