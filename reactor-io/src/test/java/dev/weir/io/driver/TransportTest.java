package dev.weir.io.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class TransportTest {
    /** Keeps what the logger of I/O says. */
    private static final class Kept extends Handler implements AutoCloseable {
        final List<LogRecord> records = new ArrayList<>();
        private final Logger logger = Logger.getLogger("dev.weir.io");

        Kept() {
            logger.addHandler(this);
        }

        @Override
        public void publish(LogRecord record) {
            records.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            logger.removeHandler(this);
        }
    }

    @Test
    void unless_told_otherwise_sockets_are_those_of_the_jdk() {
        assertThat(Transport.chosen()).hasToString(System.getProperty(Transport.PROPERTY, "nio"));
        try (Kept log = new Kept()) {
            assertThat(Transport.named("nio")).hasToString("nio");
            assertThat(log.records).isEmpty();
        }
    }

    @Test
    void a_ring_that_is_not_to_be_had_is_replaced_and_the_log_says_once_why() {
        try (Kept log = new Kept()) {
            Transport found = Transport.named("io_uring");
            if (found.toString().equals("io_uring")) {
                assertThat(log.records).isEmpty();
                return;
            }
            assertThat(found).hasToString("nio");
            assertThat(log.records).singleElement().satisfies(record -> {
                assertThat(record.getLevel()).isEqualTo(Level.WARNING);
                assertThat((String) record.getParameters()[2]).isNotBlank();
            });
        }
    }

    @Test
    void an_unknown_name_is_refused_with_the_names_there_are() {
        assertThatThrownBy(() -> Transport.named("epoll"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Transport.PROPERTY)
                .hasMessageContaining("nio")
                .hasMessageContaining("io_uring")
                .hasMessageContaining("epoll");
    }

    /** Returns what a process prints that asks for io_uring and was started with these options. */
    private static List<String> ask(List<String> options, String program) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(
                "-D" + Transport.PROPERTY + "=io_uring", "-cp", System.getProperty("java.class.path"), program));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> said = child.inputReader().lines().toList();
        assertThat(child.waitFor()).as("%s", said).isZero();
        return said;
    }

    private static void assertReplaced(List<String> said) {
        assertThat(said).last().isEqualTo("nio");
        assertThat(said).filteredOn(line -> line.contains("is not to be had")).hasSize(1);
    }

    @Test
    void a_process_that_may_not_have_a_ring_goes_on_with_the_sockets_of_the_jdk() throws Exception {
        boolean refuses = Runtime.version().feature() >= 24; // before, it is refused to modules alone
        List<String> said =
                ask(refuses ? List.of("--illegal-native-access=deny") : List.of(), TransportOfProcess.class.getName());
        if (Runtime.version().feature() < 22 || refuses) {
            assertReplaced(said);
        }
    }

    private static void assumeRing() {
        assumeTrue(Transport.named("io_uring").toString().equals("io_uring"), "no io_uring here");
    }

    @Test
    void a_process_without_memory_for_a_ring_goes_on_with_the_sockets_of_the_jdk_and_leaves_none_open()
            throws Exception {
        assumeRing();
        List<String> said = ask(
                List.of("-XX:MaxDirectMemorySize=4m", "--enable-native-access=ALL-UNNAMED"),
                TransportOfProcess.class.getName());
        assertReplaced(said);
        assertThat(said).contains("open rings: 0");
    }

    /** As sandboxes do that know an older io_uring. */
    @Test
    void a_process_that_may_open_rings_and_not_enter_them_goes_on_with_the_sockets_of_the_jdk() throws Exception {
        assumeRing();
        Path program = Path.of("src/test/java22/dev/weir/io/sandbox/NoEntering.java");
        List<String> said = ask(List.of("--enable-native-access=ALL-UNNAMED"), program.toString());
        assumeTrue(!said.contains("no sandbox"), "the system gives no sandbox");
        assertReplaced(said);
    }
}
