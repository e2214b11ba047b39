package dev.weir.io.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.io.Duplex;
import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import dev.weir.time.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of bytes that were flushed, and for which there was no room before the writer was closed. */
class FarewellTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final TlsOptions OPTIONS = TlsOptions.of(Certificates.SHARED.localhost());
    private static final int BYTES = 5_000;

    private TaskRuntime runtime;
    private TlsStream near;
    private TlsStream far;
    private Source<ByteBuffer> reader;
    private Sink<ByteBuffer> writer;

    @BeforeEach
    void shakeHands() {
        runtime = TaskRuntime.builder().workers(2).build();
        Duplex below = Duplex.create(1_000);
        far = TlsStream.client(below.left(), "localhost", 443, OPTIONS);
        near = TlsStream.server(below.right(), OPTIONS);
        JoinHandle<?> theirs = runtime.spawn(far.handshake());
        runtime.spawn(near.handshake()).join();
        theirs.join();
        reader = near.reader();
        writer = near.writer();
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private void endOfPeer() {
        runtime.spawn(Talk.finish(far.writer())).join();
        assertThat(runtime.spawn(Talk.all(reader)).join()).isEmpty();
    }

    private byte[] heard() throws Exception {
        return runtime.spawn(Talk.all(far.reader())).join(PATIENCE);
    }

    /** The stream below is too short for what is flushed, and the peer does not read yet. */
    private Pollable<@Nullable Void> flushInVain(AutoCloseable... closed) {
        return cx -> {
            assertThat(writer.pollReady(cx)).isTrue();
            writer.send(ByteBuffer.allocate(BYTES));
            assertThat(writer.pollFlush(cx)).isFalse();
            for (AutoCloseable each : closed) {
                each.close();
            }
            return Poll.done();
        };
    }

    @Test
    void it_is_sent_and_then_the_end_while_the_reader_is_polled() throws Exception {
        runtime.spawn(flushInVain(writer::close)).join();
        JoinHandle<byte[]> waiting = runtime.spawn(Talk.all(reader));
        assertThat(heard()).hasSize(BYTES);
        runtime.spawn(Talk.finish(far.writer())).join();
        assertThat(waiting.join(PATIENCE)).isEmpty();
        reader.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void it_is_sent_and_then_the_end_when_both_halves_are_closed_after_the_end_of_the_peer(boolean readerFirst)
            throws Exception {
        endOfPeer();
        Pollable<@Nullable Void> closing =
                readerFirst ? flushInVain(reader::close, writer::close) : flushInVain(writer::close, reader::close);
        runtime.spawn(closing).join();
        assertThat(heard()).hasSize(BYTES);
    }

    @Test
    void a_peer_that_takes_nothing_is_given_up_after_a_while_and_sees_no_end() {
        endOfPeer();
        try (CurrentThreadRuntime timed =
                TaskRuntime.currentThread().clock(new ManualClock()).build()) {
            JoinHandle<?> closing = timed.spawn(flushInVain(reader::close, writer::close));
            timed.advance(Farewell.LIMIT.minusMillis(10));
            closing.join();
            assertThat(timed.metrics().liveTasks()).isEqualTo(1);
            timed.advance(Duration.ofMillis(20));
            assertThat(timed.metrics().liveTasks()).isZero();
        }
        assertThatThrownBy(this::heard).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void a_peer_that_breaks_off_ends_it_at_once() {
        endOfPeer();
        runtime.spawn(flushInVain(writer::close, reader::close)).join();
        Awaitility.await("one that sends the rest")
                .until(() -> runtime.metrics().liveTasks() == 1);
        far.abort();
        Awaitility.await("none any more")
                .atMost(Farewell.LIMIT.dividedBy(2))
                .until(() -> runtime.metrics().liveTasks() == 0);
    }

    @Test
    void it_is_lost_but_looks_like_no_end_if_the_reader_is_closed_before_the_end_of_the_peer() {
        runtime.spawn(flushInVain(writer::close, reader::close)).join();
        assertThatThrownBy(this::heard).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void it_is_lost_but_looks_like_no_end_if_both_are_closed_outside_of_a_task() {
        endOfPeer();
        runtime.spawn(flushInVain()).join();
        writer.close();
        reader.close();
        assertThatThrownBy(this::heard).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void it_is_lost_but_looks_like_no_end_if_the_runtime_ends() throws Exception {
        endOfPeer();
        try (TaskRuntime brief = TaskRuntime.builder().workers(1).build()) {
            brief.spawn(flushInVain(writer::close, reader::close)).join();
        }
        assertThatThrownBy(this::heard).hasRootCauseInstanceOf(IOException.class);
    }
}
