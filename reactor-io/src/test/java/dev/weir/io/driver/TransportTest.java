package dev.weir.io.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    /** What a process prints that asks for io_uring and may not have it. */
    @Test
    void a_process_that_may_not_have_a_ring_goes_on_with_the_sockets_of_the_jdk() throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 24) {
            command.add("--illegal-native-access=deny"); // before, it is refused to modules alone
        }
        command.addAll(List.of(
                "-D" + Transport.PROPERTY + "=io_uring",
                "-cp",
                System.getProperty("java.class.path"),
                TransportOfProcess.class.getName()));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> said = child.inputReader().lines().toList();
        assertThat(child.waitFor()).as("%s", said).isZero();
        if (Runtime.version().feature() < 22 || Runtime.version().feature() >= 24) {
            assertThat(said).last().isEqualTo("nio");
            assertThat(said)
                    .filteredOn(line -> line.contains("is not to be had"))
                    .hasSize(1);
        }
    }
}
