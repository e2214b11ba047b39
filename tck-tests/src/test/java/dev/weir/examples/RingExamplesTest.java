package dev.weir.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program started as the documentation says for io_uring: on a ring, or, where there is none, on the JDK's sockets. */
class RingExamplesTest {
    private static final Pattern OPTIONS = Pattern.compile("(?m)^(?: \\* )?java (.*) …$");

    private static String shownIn(String document) throws IOException {
        Matcher shown = OPTIONS.matcher(Files.readString(Path.of("..", document)));
        assertThat(shown.find()).as("a line that starts java in %s", document).isTrue();
        return shown.group(1);
    }

    @Test
    void aProgramOnIoUring(@TempDir Path directory) throws Exception {
        String options = shownIn("README.md");
        assertThat(shownIn("reactor-io/src/main/java/dev/weir/io/net/package-info.java"))
                .isEqualTo(options);
        Path loaded = directory.resolve("loaded");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options.split(" ")));
        command.add("-Xlog:class+load:file=" + loaded);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), EchoProgram.class.getName()));
        Process program = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> said;
        try {
            said = program.inputReader().lines().toList();
            assertThat(program.waitFor()).as("%s", said).isZero();
        } finally {
            program.destroyForcibly();
        }
        assertThat(said).last().isEqualTo("one two");

        List<String> why =
                said.stream().filter(line -> line.contains("is not to be had")).toList();
        assumeTrue(why.isEmpty(), () -> String.join(" ", why)); // Java before 22, or a sandbox, or no jar
        assertThat(Files.readString(loaded)).contains("dev.weir.io.driver.RingSelector ");
    }
}
