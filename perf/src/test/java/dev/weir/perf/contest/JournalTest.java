package dev.weir.perf.contest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    private Path directory;

    @Test
    void every_line_is_there_as_soon_as_it_is_added() throws IOException {
        Path file = directory.resolve("runs.json");
        Journal journal = new Journal(file);
        journal.begin("{}");
        journal.add(List.of("{1}"));
        assertThat(file).hasContent("{}\n{1}\n");
        journal.add(List.of("{2}", "{3}"));
        assertThat(file).hasContent("{}\n{1}\n{2}\n{3}\n");
        journal.begin("{}");
        assertThat(file).hasContent("{}\n");
    }

    @Test
    void the_table_beside_it_is_the_last_one() throws IOException {
        Journal journal = new Journal(directory.resolve("runs.json"));
        journal.table(List.of("| first |"));
        journal.table(List.of("| second |"));
        assertThat(directory.resolve("runs.md"))
                .content()
                .startsWith("| second |\n\nMillion")
                .doesNotContain("first");
    }

    @Test
    void without_a_path_it_keeps_nothing() throws IOException {
        Journal journal = new Journal(null);
        journal.begin("{}");
        journal.add(List.of("{1}"));
        journal.table(List.of("| first |"));
        assertThat(directory).isEmptyDirectory();
    }
}
