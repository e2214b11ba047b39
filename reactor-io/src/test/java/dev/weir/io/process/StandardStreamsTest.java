package dev.weir.io.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import dev.weir.testkit.PollProbe;
import dev.weir.testkit.SinkLaws;
import dev.weir.testkit.SourceLaws;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StandardStreamsTest {
    private final PollProbe probe = PollProbe.create();
    private final Typed typed = new Typed();
    private final InputThread input = new InputThread("test input", typed);

    /** What somebody types, line by line. */
    private static final class Typed extends InputStream {
        static final String END = "end";
        static final String BREAK = "break";
        static final String MISBEHAVE = "misbehave";
        static final String MISLINK = "mislink";
        final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
        final AtomicInteger reads = new AtomicInteger();

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            reads.incrementAndGet();
            try {
                String line = lines.take();
                if (line.equals(BREAK)) {
                    throw new IOException("broken");
                }
                if (line.equals(MISBEHAVE)) {
                    throw new IllegalStateException("unexpected");
                }
                if (line.equals(MISLINK)) {
                    throw new LinkageError("not linked");
                }
                byte[] bytes = line.getBytes(UTF_8);
                System.arraycopy(bytes, 0, into, offset, bytes.length);
                return line.equals(END) ? -1 : bytes.length;
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    private String next(Source<ByteBuffer> source) {
        ByteBuffer[] got = {null};
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    got[0] = probe.poll(source);
                    return got[0] != null || source.isDone();
                });
        return got[0] == null ? "" : UTF_8.decode(got[0]).toString();
    }

    @Test
    void a_chunk_is_read_for_each_that_is_asked_for_and_none_ahead() throws Exception {
        SourceLaws<ByteBuffer> source = SourceLaws.check(input.open());
        typed.lines.add("one");
        typed.lines.add("two");
        assertThat(typed.reads).hasValue(0);
        assertThat(probe.poll(source)).isNull();
        source.assertWakerKept();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(probe::isWoken);
        assertThat(next(source)).isEqualTo("one");
        assertThat(typed.reads).hasValue(1);
        assertThat(next(source)).isEqualTo("two");
        typed.lines.add(Typed.END);
        assertThat(next(source)).isEmpty();
        assertThat(source.isDone()).isTrue();
        source.close();
        source.assertClosed();
    }

    @Test
    void what_is_read_for_a_source_that_has_gone_is_the_next_one_s() throws Exception {
        Source<ByteBuffer> first = input.open();
        assertThat(probe.poll(first)).isNull();
        assertThatThrownBy(input::open).isInstanceOf(IllegalStateException.class);
        first.close();
        typed.lines.add("kept");
        Source<ByteBuffer> second = input.open();
        assertThat(next(second)).isEqualTo("kept");
        assertThat(typed.reads).hasValue(1);
    }

    /** As one does whose task has nowhere to go when there is no memory. Nobody would make another thread. */
    @Test
    void the_thread_outlives_a_waker_that_throws() throws Exception {
        Source<ByteBuffer> source = input.open();
        CountDownLatch thrown = new CountDownLatch(1);
        Waker throwing = () -> {
            thrown.countDown();
            throw new OutOfMemoryError("on purpose");
        };
        assertThat(source.poll(probe.turn().withWaker(throwing))).isNull();
        typed.lines.add("one");
        thrown.await();
        assertThat(next(source)).isEqualTo("one");
        typed.lines.add("two");
        assertThat(next(source)).isEqualTo("two");
    }

    @Test
    void an_input_that_fails_fails_its_source() throws Exception {
        Source<ByteBuffer> source = input.open();
        typed.lines.add(Typed.BREAK);
        assertThatThrownBy(() -> next(source)).hasMessageContaining("broken");
        assertThat(source.isDone()).isTrue();
    }

    @Test
    void an_input_that_is_over_or_has_failed_is_known_to_be_without_a_poll() throws Exception {
        for (String last : new String[] {Typed.END, Typed.BREAK}) {
            Typed lines = new Typed();
            InputThread thread = new InputThread("test input", lines);
            Source<ByteBuffer> first = thread.open();
            assertThat(first.isDone()).isFalse();
            assertThat(probe.poll(first)).isNull();
            lines.lines.add(last);
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(probe::isWoken);
            assertThat(first.isDone()).as("a failure looks like an end").isFalse();
            first.close();
            Source<ByteBuffer> second = thread.open();
            assertThat(second.isDone()).isTrue();
            if (last.equals(Typed.BREAK)) {
                assertThatThrownBy(() -> probe.poll(second)).hasMessageContaining("broken");
            } else {
                assertThat(probe.poll(second)).isNull();
            }
        }
    }

    /** System.setIn admits any stream. */
    @Test
    void an_input_that_throws_what_it_must_not_fails_its_source_too() throws Exception {
        Source<ByteBuffer> source = input.open();
        typed.lines.add(Typed.MISBEHAVE);
        assertThatThrownBy(() -> next(source)).hasMessageContaining("unexpected");
        assertThat(source.isDone()).isTrue();
    }

    @Test
    void an_error_of_an_input_fails_its_source_too_and_leaves_nobody_waiting() throws Exception {
        Source<ByteBuffer> source = input.open();
        typed.lines.add(Typed.MISLINK);
        assertThatThrownBy(() -> next(source))
                .isInstanceOf(IOException.class)
                .hasCauseInstanceOf(LinkageError.class)
                .hasMessageContaining("test input");
        assertThat(source.isDone()).isTrue();
    }

    @Test
    void a_thread_that_could_not_be_started_is_started_by_the_next_poll() throws Exception {
        boolean[] exhausted = {true};
        InputThread thread = new InputThread("test input", typed, run -> new Thread(run) {
            @Override
            public synchronized void start() {
                if (exhausted[0]) {
                    throw new OutOfMemoryError("no threads are left");
                }
                super.start();
            }
        });
        Source<ByteBuffer> source = thread.open();
        assertThatThrownBy(() -> probe.poll(source)).isInstanceOf(OutOfMemoryError.class);
        exhausted[0] = false;
        typed.lines.add("read");
        assertThat(next(source)).isEqualTo("read");
    }

    @Test
    void a_read_that_never_returns_keeps_no_runtime_from_ending() {
        TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
        Source<ByteBuffer> source = input.open();
        Pollable<ByteBuffer> reading = cx -> {
            ByteBuffer next = source.poll(cx);
            return next == null ? Poll.pending() : Poll.ready(next);
        };
        runtime.spawn(reading);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> typed.reads.get() == 1);
        assertThat(runtime.shutdown(Duration.ofSeconds(20))).isTrue();
    }

    private static Pollable<@Nullable Void> print(Sink<ByteBuffer> sink, String text) {
        boolean[] sent = {false};
        return cx -> {
            if (!sent[0]) {
                if (!sink.pollReady(cx)) {
                    return Poll.pending();
                }
                sink.send(UTF_8.encode(text));
                sent[0] = true;
            }
            return sink.pollFinish(cx) ? Poll.done() : Poll.pending();
        };
    }

    @Test
    void what_is_sent_is_printed_and_the_stream_stays_open() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, false, UTF_8);
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            for (String text : new String[] {"one ", "two"}) {
                SinkLaws<ByteBuffer> sink = SinkLaws.check(StandardStreams.to("out", out));
                runtime.spawn(print(sink, text)).join();
                sink.close();
                sink.assertClosed();
            }
        }
        assertThat(printed.toString(UTF_8)).isEqualTo("one two");
    }

    @Test
    void an_output_that_nobody_takes_fails_its_sink() {
        PrintStream broken = new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("broken pipe");
                    }
                },
                false,
                UTF_8);
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            assertThatThrownBy(() -> runtime.spawn(print(StandardStreams.to("out", broken), "lost"))
                            .join())
                    .hasMessageContaining("out has failed");
        }
    }
}
