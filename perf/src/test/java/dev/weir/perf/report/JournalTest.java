package dev.weir.perf.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class JournalTest {
    @TempDir
    private Path directory;

    private final Journal journal = new Journal();

    private Path file(String name) {
        Path file = directory.resolve(name);
        new CommandLine(journal).parseArgs("--out", file.toString());
        return file;
    }

    @Test
    void every_line_is_there_as_soon_as_it_is_added() throws IOException {
        Path file = file("runs.json");
        journal.begin();
        journal.add(List.of("{1}"));
        assertThat(file).hasContent("{1}\n");
        journal.add(List.of("{2}", "{3}"));
        assertThat(file).hasContent("{1}\n{2}\n{3}\n");
        journal.begin();
        assertThat(file).isEmptyFile();
    }

    @Test
    void the_table_beside_it_is_the_last_one() throws IOException {
        file("runs.jsonl");
        journal.table(List.of("| first |"));
        journal.table(List.of("| second |", "legend"));
        assertThat(directory.resolve("runs.md")).content().isEqualTo("| second |\nlegend\n");
    }

    @Test
    void without_a_path_it_keeps_nothing() throws IOException {
        journal.begin();
        journal.add(List.of("{1}"));
        journal.table(List.of("| first |"));
        assertThat(directory).isEmptyDirectory();
    }
}
