package dev.weir.io.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weir.io.codec.FrameSource;
import dev.weir.io.codec.LineDecoder;
import dev.weir.io.process.ChildProcess;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Source;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TerminationTest {
    private TaskRuntime runtime;

    @BeforeEach
    void open() {
        runtime = TaskRuntime.builder().workers(1).build();
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private ChildProcess program(String patience, boolean closes) {
        return runtime.blockOn(ChildProcess.start(new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Graceful.class.getName(),
                patience,
                "" + closes)));
    }

    @Test
    void a_process_that_is_sent_SIGTERM_ends_in_order_and_as_soon_as_it_has() {
        try (ChildProcess child = program("PT1H", true)) {
            Source<String> lines = FrameSource.of(child.stdio().reader(), new LineDecoder());
            assertThat(next(lines)).isEqualTo("ready");
            child.terminate();
            assertThat(next(lines)).isEqualTo("ended in order");
            assertThat(runtime.blockOn(child.exit())).isEqualTo(128 + 15);
            lines.close();
        }
    }

    @Test
    void a_process_that_never_says_that_it_is_done_is_gone_when_its_patience_is_over() {
        try (ChildProcess child = program("PT0.2S", false)) {
            Source<String> lines = FrameSource.of(child.stdio().reader(), new LineDecoder());
            assertThat(next(lines)).isEqualTo("ready");
            child.terminate();
            assertThat(runtime.blockOn(child.exit())).isEqualTo(128 + 15);
            lines.close();
        }
    }

    private @Nullable String next(Source<String> lines) {
        return runtime.blockOn(cx -> {
            String line = lines.poll(cx);
            return line == null && !lines.isDone() ? Poll.pending() : Poll.ready(line);
        });
    }

    @Test
    void waiting_can_be_given_up_and_watching_can_end() {
        try (Termination termination = Termination.install(Duration.ZERO)) {
            JoinHandle<?> waiting = runtime.spawn(termination.asked());
            waiting.cancel();
            assertThat(catchThrowable(waiting::join)).isNotNull();
        }
        assertThatThrownBy(() -> Termination.install(Duration.ofSeconds(-1))).hasMessageContaining("patience");
    }
}
