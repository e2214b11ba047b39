package dev.weir.examples;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documentation of these packages shows is what the tests beside this one compile and run, line for line. */
class DocumentedExamplesTest {
    private static final Path SOURCES = Path.of("../scheduler/src/main/java/dev/weir");
    private static final Path EXAMPLES = Path.of("src/test/java/dev/weir/examples");
    private static final Pattern EXAMPLE = Pattern.compile("<pre>\\{@code(.*?)\\}</pre>", Pattern.DOTALL);
    private static final Pattern PUBLIC =
            Pattern.compile("^public (?:final |sealed |abstract )*(?:class|interface|enum|record) ", Pattern.MULTILINE);

    static List<Path> documented() {
        return Stream.of("time", "sync")
                .flatMap(name -> files(SOURCES.resolve(name)))
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("documented")
    void every_public_class_has_an_example_that_runs(Path file) {
        String source = text(file);
        List<String> shown = examples(source);
        if (PUBLIC.matcher(source).find()) {
            assertThat(shown).as("lines of examples").isNotEmpty();
        }
        String run = bare(files(EXAMPLES).map(DocumentedExamplesTest::text).collect(joining()));
        assertThat(shown)
                .allSatisfy(line -> assertThat(run.contains(line)).as(line).isTrue());
    }

    private static List<String> examples(String source) {
        List<String> lines = new ArrayList<>();
        Matcher example = EXAMPLE.matcher(source);
        while (example.find()) {
            example.group(1)
                    .lines()
                    .map(line -> bare(line.replaceFirst("^ *\\*", "")))
                    .filter(line -> !line.isEmpty() && !line.equals("..."))
                    .forEach(lines::add);
        }
        return lines;
    }

    /** Without spaces: the formatter breaks lines elsewhere. */
    private static String bare(String text) {
        return text.replaceAll("\\s+", "");
    }

    private static Stream<Path> files(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(".java")).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
