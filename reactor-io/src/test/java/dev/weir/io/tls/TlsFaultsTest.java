package dev.weir.io.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.io.ByteBudget;
import dev.weir.io.ByteStream;
import dev.weir.io.Duplex;
import dev.weir.io.tls.Wire.Fault;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A line that breaks, ends or lies at any byte, and sides that go away at any moment. */
class TlsFaultsTest {
    private static final boolean LONG = Boolean.getBoolean("weir.long");
    /** Bytes between two places of a fault. */
    private static final int STEP = LONG ? 1 : 331;

    private static final int ROUNDS = LONG ? 5_000 : 24;
    /** The last record says that the end is one. */
    private static final int LAST_RECORD = 22;

    private final ByteBudget budget = ByteBudget.of(1 << 20);
    private final TlsOptions options =
            TlsOptions.of(Certificates.SHARED.localhost()).withByteBudget(budget);
    private static TaskRuntime runtime;

    @BeforeAll
    static void start() {
        runtime = TaskRuntime.builder().workers(2).build();
    }

    @AfterAll
    static void stop() {
        runtime.close();
    }

    @Test
    void a_waker_that_throws_keeps_no_news_from_the_others() {
        Duplex pair = Duplex.create();
        TlsStream client = TlsStream.client(pair.left(), "localhost", -1, options);
        Source<ByteBuffer> reader = client.reader();
        Sink<ByteBuffer> writer = client.writer();
        AtomicInteger woken = new AtomicInteger();
        runtime.blockOn(cx -> {
            assertThat(reader.poll(cx)).isNull(); // the hello is written, of which all are told
            assertThat(reader.poll(cx.withWaker(() -> {
                        throw new IllegalStateException("a waker of somebody's own");
                    })))
                    .isNull();
            assertThat(writer.pollFlush(cx.withWaker(woken::incrementAndGet))).isFalse();
            return Poll.done();
        });

        assertThatThrownBy(pair.right()::close).hasMessage("a waker of somebody's own");

        assertThat(woken).hasValue(1);
        reader.close();
        writer.close();
        client.close();
    }

    private static byte[] message() {
        byte[] bytes = new byte[3_000];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** A server that says something and ends, and what its client made of it. */
    private record Run(String heard, boolean ended, long bytesOfServer) {
        static Run of(TlsOptions options, Fault fault, int after) {
            Wire wire = new Wire(runtime, fault, after);
            TlsStream client = TlsStream.client(wire.near(), "localhost", -1, options);
            TlsStream server = TlsStream.server(wire.far(), options);
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            Source<ByteBuffer> reader = client.reader();
            Sink<ByteBuffer> writer = client.writer();
            Sink<ByteBuffer> theirs = server.writer();
            JoinHandle<?> said = runtime.spawn(Talk.send(theirs, message()).then(sent -> Talk.finish(theirs)));
            boolean ended = hasEnded(runtime.spawn(Talk.all(reader, got)));
            if (!ended) {
                client.close();
            }
            hasEnded(said);
            reader.close();
            writer.close();
            theirs.close();
            server.close();
            return new Run(hex(got.toByteArray()), ended, wire.back());
        }

        private static boolean hasEnded(JoinHandle<?> task) {
            try {
                task.join();
                return true;
            } catch (CompletionException e) {
                assertThat(e).hasCauseInstanceOf(IOException.class);
                return false;
            }
        }

        void assertPrefix() {
            assertThat(hex(message())).startsWith(heard);
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3, END", "TLSv1.3, RESET", "TLSv1.2, END", "TLSv1.2, RESET"})
    void a_line_that_breaks_at_any_byte_is_never_a_clean_end(String version, Fault fault) {
        TlsOptions own = options.withVersions(version);
        long all = Run.of(own, Fault.NONE, 0).bytesOfServer();
        for (int after = 0; after < all - LAST_RECORD; after += STEP) {
            Run run = Run.of(own, fault, after);
            assertThat(run.ended())
                    .as("broken after %s of %s bytes", after, all)
                    .isFalse();
            run.assertPrefix();
        }
        Run whole = Run.of(own, Fault.END, Integer.MAX_VALUE);
        assertThat(whole.ended()).isTrue();
        assertThat(whole.heard()).isEqualTo(hex(message()));
        assertThat(budget.used()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void what_is_forged_is_never_passed_on(String version) {
        TlsOptions own = options.withVersions(version).withHandshakeTimeout(Duration.ofMillis(LONG ? 500 : 100));
        long all = Run.of(own.withHandshakeTimeout(Duration.ofSeconds(10)), Fault.NONE, 0)
                .bytesOfServer();
        int found = 0;
        for (int after = 0; after < all - LAST_RECORD; after += STEP) {
            Run run = Run.of(own, Fault.FORGE, after);
            run.assertPrefix();
            if (run.ended()) {
                assertThat(run.heard()).isEqualTo(hex(message())); // a bit that nobody looks at
            } else {
                found++;
            }
        }
        assertThat(found).isGreaterThan((int) (all / STEP / 2));
        assertThat(budget.used()).isZero();
    }

    @Test
    void random_bytes_are_refused_and_hold_nothing() {
        Random random = new Random(7);
        for (int round = 0; round < ROUNDS; round++) {
            Duplex below = Duplex.create();
            byte[] noise = new byte[1 + random.nextInt(40_000)];
            random.nextBytes(noise);
            if (random.nextBoolean()) { // looks like a record
                noise[0] = (byte) (20 + random.nextInt(4));
                if (noise.length > 4) {
                    noise[1] = 3;
                    noise[2] = (byte) random.nextInt(5);
                    noise[3] = (byte) random.nextInt(64);
                }
            }
            Sink<ByteBuffer> liar = below.left().writer();
            JoinHandle<?> said = runtime.spawn(Talk.send(liar, noise).then(sent -> Talk.finish(liar)));
            TlsStream server = TlsStream.server(below.right(), options.withContexts(name -> null));
            assertThatThrownBy(() -> runtime.spawn(server.handshake()).join()).hasCauseInstanceOf(IOException.class);
            server.close();
            said.cancel();
        }
        assertThat(budget.used()).isZero();
    }

    /** Full, or broken: then every call throws the one failure that it has met, as a socket's does. */
    private static final class Unreliable implements ByteStream {
        final IOException reset = new IOException("planned reset");
        final AtomicInteger closedWriters = new AtomicInteger();
        private final ByteStream stream;
        volatile boolean full;
        volatile boolean broken;
        volatile boolean refusesToClose;

        Unreliable(ByteStream stream) {
            this.stream = stream;
        }

        @Override
        public Source<ByteBuffer> reader() {
            return stream.reader();
        }

        @Override
        public Sink<ByteBuffer> writer() {
            Sink<ByteBuffer> sink = stream.writer();
            return new Sink<>() {
                @Override
                public boolean pollReady(Context cx) throws Exception {
                    check();
                    return !full && sink.pollReady(cx);
                }

                @Override
                public void send(ByteBuffer item) throws Exception {
                    sink.send(item);
                }

                @Override
                public boolean pollFlush(Context cx) throws Exception {
                    check();
                    return sink.pollFlush(cx);
                }

                @Override
                public boolean pollFinish(Context cx) throws Exception {
                    check();
                    return sink.pollFinish(cx);
                }

                @Override
                public void close() {
                    closedWriters.incrementAndGet();
                    sink.close();
                }
            };
        }

        private void check() throws IOException {
            if (broken) {
                throw reset;
            }
        }

        @Override
        public void close() {
            stream.close();
            if (refusesToClose) {
                throw new IllegalStateException("planned refusal");
            }
        }
    }

    private static void shakeHands(TlsStream client, TlsStream server) {
        JoinHandle<?> theirs = runtime.spawn(server.handshake());
        runtime.spawn(client.handshake()).join();
        theirs.join();
    }

    /** The peer has ended and resets, while an answer is owed to it: the alert meets what is to be told. */
    @ParameterizedTest
    @CsvSource({"TLSv1.2, false", "TLSv1.2, true", "TLSv1.3, false", "TLSv1.3, true"})
    void a_failure_that_is_met_again_while_it_is_told_stays_what_it_was(String version, boolean closes) {
        Duplex below = Duplex.create();
        Unreliable line = new Unreliable(below.right());
        TlsStream client = TlsStream.client(below.left(), "localhost", -1, options.withVersions(version));
        TlsStream server = TlsStream.server(line, options.withVersions(version));
        shakeHands(client, server);
        Sink<ByteBuffer> writer = server.writer();
        Source<ByteBuffer> reader = server.reader();
        line.full = true;
        runtime.spawn(Talk.finish(client.writer())).join();
        assertThat(runtime.spawn(Talk.all(reader)).join()).isEmpty();
        runtime.spawn(cx -> {
                    if (!closes) {
                        assertThat(writer.pollFinish(cx)).isFalse();
                        line.broken = true;
                        assertThatThrownBy(() -> writer.pollFinish(cx)).isSameAs(line.reset);
                    }
                    line.broken = true;
                    writer.close();
                    return Poll.done();
                })
                .join();
        reader.close();
        assertThat(line.closedWriters).hasValue(1);
        client.close();
        assertThat(budget.used()).isZero();
    }

    @Test
    void a_stream_below_that_throws_as_it_is_closed_keeps_nobody_from_closing() {
        Duplex below = Duplex.create();
        Unreliable line = new Unreliable(below.right());
        TlsStream client = TlsStream.client(below.left(), "localhost", -1, options);
        TlsStream server = TlsStream.server(line, options);
        shakeHands(client, server);
        Sink<ByteBuffer> writer = server.writer();
        Source<ByteBuffer> reader = server.reader();
        JoinHandle<byte[]> waiting = runtime.spawn(Talk.all(reader));
        runtime.spawn(cx -> {
                    assertThat(writer.pollReady(cx)).isTrue();
                    writer.send(ByteBuffer.allocate(5));
                    return Poll.done();
                })
                .join();
        line.refusesToClose = true;
        assertThatThrownBy(writer::close).hasMessage("planned refusal");
        assertThatThrownBy(() -> waiting.join(Duration.ofSeconds(20)))
                .hasStackTraceContaining("broken off by its writer");
        reader.close();
        assertThat(line.closedWriters).hasValue(1);
        client.close();
        assertThat(budget.used()).isZero();
    }

    /** Whoever closes what and when: every task ends, and nothing of the budget is left. */
    @Test
    void sides_that_go_away_at_any_moment_leave_nothing_behind() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Duplex below = Duplex.create(3_000);
            TlsStream client = TlsStream.client(below.left(), "localhost", -1, options);
            TlsStream server = TlsStream.server(below.right(), options);
            JoinHandle<?>[] tasks = {
                runtime.spawn(new Reading(client.reader())),
                runtime.spawn(client.writer().drain(Talk.pieces(new byte[200_000], 5_000))),
                runtime.spawn(server.writer().drain(server.reader()))
            };
            int spins = ThreadLocalRandom.current().nextInt(LONG ? 2_000_000 : 300_000);
            for (int i = 0; i < spins; i++) {
                Thread.onSpinWait();
            }
            switch (round % 4) {
                case 0 -> client.close();
                case 1 -> server.abort();
                case 2 -> tasks[round / 4 % 3].cancel();
                default -> {
                    client.close();
                    tasks[0].cancel();
                    server.close();
                }
            }
            client.close();
            server.close();
            for (JoinHandle<?> each : tasks) {
                try {
                    each.join(Duration.ofSeconds(20));
                } catch (CompletionException | CancellationException expected) {
                    assertThat(each.isDone()).isTrue();
                }
            }
        }
        assertThat(budget.used()).isZero();
        assertThat(budget.waiting()).isZero();
    }

    /** Reads to the end and closes. */
    private record Reading(Source<ByteBuffer> source, Pollable<byte[]> all) implements Pollable<byte[]> {
        Reading(Source<ByteBuffer> source) {
            this(source, Talk.all(source));
        }

        @Override
        public Poll<byte[]> poll(Context cx) throws Exception {
            return all.poll(cx);
        }

        @Override
        public void close() {
            source.close();
        }
    }
}
