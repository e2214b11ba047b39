package dev.weir.io.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weir.io.ByteBudget;
import dev.weir.io.ByteStream;
import dev.weir.io.Duplex;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer may do that no decent one does, and what it costs. */
class TlsPeerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final TlsOptions OPTIONS = TlsOptions.of(Certificates.SHARED.localhost());

    private static TlsConnection connection(
            ByteStream below, Sink<ByteBuffer> writer, Handshake handshake, boolean client) {
        return new TlsConnection(below, below.reader(), writer, handshake, client, ByteBudget.of(1 << 20));
    }

    private static Pollable<@Nullable Void> shake(TlsConnection connection) {
        return cx -> connection.shake(cx) ? Poll.done() : Poll.pending();
    }

    @Test
    void a_hello_that_came_in_parts_is_not_kept() throws Exception {
        Duplex below = Duplex.create();
        Handshake handshake = Handshake.ofHello(OPTIONS::serverEngine, PATIENCE);
        TlsConnection server = connection(below.right(), below.right().writer(), handshake, false);
        SSLEngine engine = OPTIONS.clientEngine("localhost", -1);
        Sink<ByteBuffer> cutting = new CuttingSink(below.left().writer());
        TlsConnection client = connection(below.left(), cutting, Handshake.of(engine, PATIENCE), true);
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            assertThat(handshake.holdsHello()).isTrue();
            JoinHandle<?> theirs = runtime.spawn(shake(server));
            runtime.spawn(shake(client)).join(PATIENCE);
            theirs.join(PATIENCE);
            assertThat(handshake.holdsHello()).isFalse();
        }
    }

    @Test
    void the_order_of_a_chunk_is_not_that_of_the_protocol() throws Exception {
        Duplex below = Duplex.create();
        Source<ByteBuffer> reader = below.right().reader();
        Source<ByteBuffer> little = new Source<>() {
            @Override
            public @Nullable ByteBuffer poll(Context cx) throws Exception {
                ByteBuffer chunk = reader.poll(cx);
                return chunk == null ? null : chunk.order(ByteOrder.LITTLE_ENDIAN);
            }

            @Override
            public boolean isDone() {
                return reader.isDone();
            }

            @Override
            public void close() {
                reader.close();
            }
        };
        TlsConnection server = new TlsConnection(
                below.right(),
                little,
                below.right().writer(),
                Handshake.of(OPTIONS.serverEngine(null), PATIENCE),
                false,
                ByteBudget.of(1 << 20));
        TlsStream client = TlsStream.client(below.left(), "localhost", -1, OPTIONS);
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            JoinHandle<?> theirs = runtime.spawn(shake(server));
            runtime.spawn(client.handshake()).join(PATIENCE);
            theirs.join(PATIENCE);
        }
    }

    /** Cuts its first item, which is a hello, into two records. */
    private static final class CuttingSink implements Sink<ByteBuffer> {
        private final Sink<ByteBuffer> sink;
        private boolean cut;

        CuttingSink(Sink<ByteBuffer> sink) {
            this.sink = sink;
        }

        @Override
        public boolean pollReady(Context cx) throws Exception {
            return sink.pollReady(cx);
        }

        @Override
        public void send(ByteBuffer item) throws Exception {
            sink.send(cut ? item : inTwo(item));
            cut = true;
        }

        private static ByteBuffer inTwo(ByteBuffer record) {
            int half = 100;
            ByteBuffer payload = record.slice(Inbound.HEADER, record.remaining() - Inbound.HEADER);
            ByteBuffer version = record.slice(0, 3);
            ByteBuffer two = ByteBuffer.allocate(record.remaining() + Inbound.HEADER);
            two.put(version.duplicate()).putShort((short) half).put(payload.slice(0, half));
            int rest = payload.remaining() - half;
            two.put(version).putShort((short) rest).put(payload.slice(half, rest));
            return two.flip();
        }

        @Override
        public boolean pollFlush(Context cx) throws Exception {
            return sink.pollFlush(cx);
        }

        @Override
        public boolean pollFinish(Context cx) throws Exception {
            return sink.pollFinish(cx);
        }

        @Override
        public void close() {
            sink.close();
        }
    }

    /** RFC 6066 admits names of other types, of which it defines none. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_name_that_is_no_host_s_is_not_taken_for_one(boolean hostFollows) throws Exception {
        Duplex below = Duplex.create();
        SSLEngine engine = OPTIONS.clientEngine("localhost", -1);
        SNIServerName other = new SNIServerName(7, "admin.example".getBytes(US_ASCII)) {};
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(hostFollows ? List.of(other, new SNIHostName("LocalHost")) : List.of(other));
        engine.setSSLParameters(parameters);
        TlsConnection client = connection(below.left(), below.left().writer(), Handshake.of(engine, PATIENCE), true);
        List<String> chosen = new CopyOnWriteArrayList<>();
        TlsStream server = TlsStream.server(below.right(), OPTIONS.withContexts(name -> {
            chosen.add(name);
            return null;
        }));
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            JoinHandle<?> theirs = runtime.spawn(shake(client));
            runtime.spawn(server.handshake()).join(PATIENCE);
            theirs.join(PATIENCE);
            assertThat(server.serverName()).isEqualTo(hostFollows ? "localhost" : null);
            assertThat(chosen).isEqualTo(hostFollows ? List.of("localhost") : List.of());
        }
    }

    @ParameterizedTest
    @CsvSource({"24, 1", "27, 1", "31, 1", "32, 2", "122, 20", "16406, 3276"})
    void a_record_counts_for_as_many_key_updates_as_it_may_hold(int length, int updates) {
        assertThat(Inbound.mostKeyUpdates(length)).isEqualTo(updates);
    }

    @Test
    void a_handshake_that_ends_too_late_does_not_wait_for_who_checks_a_certificate() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        TlsOptions brief = TrustingManager.options(() -> {
                    entered.countDown();
                    awaitQuietly(release);
                })
                .withHandshakeTimeout(Duration.ofSeconds(1));
        Duplex below = Duplex.create();
        TlsStream client = TlsStream.client(below.left(), "localhost", -1, brief);
        TlsStream server = TlsStream.server(below.right(), OPTIONS);
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            runtime.spawn(server.handshake());
            JoinHandle<?> shaking = runtime.spawn(client.handshake());
            try {
                assertThatThrownBy(() -> shaking.join(PATIENCE)).hasStackTraceContaining("took longer");
                runtime.spawn(cx -> Poll.done()).join(PATIENCE);
                assumeThat(entered.getCount()).as("it was checked in time").isZero();
            } finally {
                release.countDown();
            }
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
