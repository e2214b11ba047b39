package dev.weir.perf.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class StreamComparisonTest {
    @TempDir
    private Path directory;

    @Test
    void who_gives_no_figure_is_named_and_saved_and_the_others_run_on() throws Exception {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Path journal = directory.resolve("runs.json");
        int status = new CommandLine(new StreamComparison())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(
                        "--quick",
                        "--only=range_1m",
                        "--systems=JDK,LOOP",
                        "--profiles=CLEAN",
                        "--jvm=-XX:NoSuchOption",
                        "--out=" + journal);
        assertThat(status).isOne();
        assertThat(err.toString()).contains("range_1m of jdk, clean", "range_1m of loop, clean", "2 of 2 runs FAILED");
        assertThat(out.toString()).contains("| range_1m | FAILED | FAILED | - |");
        assertThat(Files.readAllLines(journal)).hasSize(2);
    }

    @Test
    void a_home_without_a_jdk_is_refused() {
        StringWriter err = new StringWriter();
        int status = new CommandLine(new StreamComparison())
                .setErr(new PrintWriter(err))
                .execute("--quick", "--only=range_1m", "--java=" + directory);
        assertThat(status).isEqualTo(2);
        assertThat(err.toString()).contains("--java must be homes of JDKs, was " + directory);
    }
}
