package dev.weir.io.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.io.Copy;
import dev.weir.io.Duplex;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import dev.weir.testkit.SourceLaws;
import dev.weir.time.Timeout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChildProcessTest {
    private TaskRuntime runtime;

    @BeforeEach
    void open() {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no /bin/sh");
        runtime = TaskRuntime.builder().workers(2).build();
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private ChildProcess sh(String script) {
        return runtime.blockOn(ChildProcess.start(new ProcessBuilder("/bin/sh", "-c", script)));
    }

    private static Pollable<String> text(Source<ByteBuffer> source) {
        StringBuilder text = new StringBuilder();
        return new Pollable<>() {
            @Override
            public Poll<String> poll(dev.weir.task.Context cx) throws Exception {
                for (ByteBuffer chunk; (chunk = source.poll(cx)) != null; ) {
                    text.append(StandardCharsets.US_ASCII.decode(chunk));
                }
                return source.isDone() ? Poll.ready(text.toString()) : Poll.pending();
            }

            @Override
            public void close() {
                source.close();
            }
        };
    }

    @Test
    void what_a_process_prints_can_be_read_and_its_status_awaited() {
        try (ChildProcess child = sh("echo out; echo err >&2; exit 7")) {
            SourceLaws<ByteBuffer> reader = SourceLaws.check(child.stdio().reader());
            assertThat(runtime.spawn(text(reader)).join()).isEqualTo("out\n");
            assertThat(runtime.blockOn(text(child.stderr()))).isEqualTo("err\n");
            assertThat(runtime.blockOn(child.exit())).isEqualTo(7);
            assertThat(runtime.blockOn(child.exit())).as("again").isEqualTo(7);
            assertThat(child.isAlive()).isFalse();
            reader.assertClosed();
        }
    }

    @Test
    void a_process_is_a_byte_stream_with_back_pressure_and_half_close() {
        int size = 1_000_000; // more than its pipes hold
        try (ChildProcess child = sh("cat")) {
            Duplex source = Duplex.create();
            JoinHandle<Long> feeding = runtime.spawn(Copy.of(
                    repeated(
                            ByteBuffer.wrap("0123456789".repeat(100).getBytes(StandardCharsets.US_ASCII)), size / 1000),
                    source.left().writer()));
            JoinHandle<Long> sent =
                    runtime.spawn(Copy.of(source.right().reader(), child.stdio().writer()));
            JoinHandle<String> received = runtime.spawn(text(child.stdio().reader()));
            assertThat(feeding.join()).isEqualTo(size);
            assertThat(sent.join()).isEqualTo(size);
            assertThat(received.join()).isEqualTo("0123456789".repeat(size / 10));
            assertThat(runtime.blockOn(child.exit())).isZero();
        }
    }

    private static Source<ByteBuffer> repeated(ByteBuffer item, int times) {
        return new Source<>() {
            private int left = times;

            @Override
            public @org.jspecify.annotations.Nullable ByteBuffer poll(dev.weir.task.Context cx) {
                if (left == 0 || !cx.charge()) {
                    return null;
                }
                left--;
                return item.duplicate();
            }

            @Override
            public boolean isDone() {
                return left == 0;
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void waiting_for_the_end_ends_the_input_first_unless_it_is_in_use() {
        try (ChildProcess child = sh("cat; exit 3")) {
            assertThat(runtime.blockOn(Timeout.of(child.exit(), Duration.ofSeconds(20))))
                    .isEqualTo(3);
        }
    }

    @Test
    void closing_kills_and_a_detached_process_lives_on() {
        ChildProcess child = sh("exec sleep 1000");
        child.close();
        assertThat(runtime.blockOn(child.exit())).isEqualTo(128 + 9);
        ChildProcess detached = sh("read line; exit 5");
        detached.detach();
        detached.close();
        assertThat(detached.isAlive()).isTrue();
        assertThat(runtime.blockOn(detached.exit())).isEqualTo(5);
    }

    @Test
    void a_process_can_be_asked_to_end_and_waiting_for_it_can_be_given_up() {
        try (ChildProcess child = sh("trap 'exit 9' TERM; echo ready; while :; do sleep 0.01; done")) {
            JoinHandle<Integer> waiting = runtime.spawn(child.exit());
            waiting.cancel();
            assertThat(catchThrowable(waiting::join)).isNotNull();
            assertThat(child.isAlive()).isTrue();
            Source<ByteBuffer> out = child.stdio().reader();
            runtime.blockOn(cx -> out.poll(cx) == null ? Poll.pending() : Poll.done());
            child.terminate();
            assertThat(runtime.blockOn(child.exit())).isEqualTo(9);
        }
    }

    @Test
    void a_writer_whose_process_does_not_read_is_closed_without_waiting_for_it() {
        ChildProcess child = sh("exec sleep 1000");
        JoinHandle<Long> writing = runtime.spawn(Copy.of(
                repeated(ByteBuffer.allocate(60_000), 1000), child.stdio().writer()));
        await().until(() -> runtime.metrics().blockingCalls() == 1);
        writing.cancel();
        assertThat(catchThrowable(writing::join)).isNotNull();
        assertThat(child.isAlive()).isTrue();
        child.close();
        await().until(() -> runtime.metrics().blockingCalls() == 0);
    }

    @Test
    void a_program_that_is_not_there_is_an_error() {
        assertThatThrownBy(() -> runtime.blockOn(ChildProcess.start(new ProcessBuilder("/no/such/program"))))
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void streams_are_taken_once() {
        try (ChildProcess child = sh("exit 0")) {
            child.stderr();
            assertThatThrownBy(child::stderr)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("standard error");
        }
    }
}
