package dev.weir.io.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.io.ByteBudget;
import dev.weir.io.ByteStream;
import dev.weir.io.Duplex;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import java.nio.ByteBuffer;
import java.time.Duration;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records without text, as many as a peer cares to send, and the answers to them. */
class ConversationTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final TlsOptions OPTIONS = TlsOptions.of(Certificates.SHARED.localhost());
    private static final int RECORDS = 200;

    /**
     * Two sides that have shaken hands.
     *
     * @param engine of the client, whose records are sent by hand
     * @param raw to the server
     * @param answers of the server
     */
    private record Pair(SSLEngine engine, Sink<ByteBuffer> raw, TlsConnection server, LooseSink answers) {
        static Pair shakenHands(TaskRuntime runtime) throws Exception {
            Duplex below = Duplex.create();
            SSLEngine engine = OPTIONS.clientEngine("localhost", -1);
            Sink<ByteBuffer> raw = below.left().writer();
            TlsConnection client = connection(below.left(), raw, engine, true);
            LooseSink answers = new LooseSink(below.right().writer());
            TlsConnection server = connection(below.right(), answers, OPTIONS.serverEngine(null), false);
            JoinHandle<?> theirs = runtime.spawn(shake(server));
            runtime.spawn(shake(client)).join(PATIENCE);
            theirs.join(PATIENCE);
            return new Pair(engine, raw, server, answers);
        }

        private static TlsConnection connection(
                ByteStream below, Sink<ByteBuffer> writer, SSLEngine engine, boolean client) {
            Handshake handshake = Handshake.of(engine, PATIENCE);
            return new TlsConnection(below, below.reader(), writer, handshake, client, ByteBudget.of(1 << 20));
        }

        private static Pollable<@Nullable Void> shake(TlsConnection connection) {
            return cx -> connection.shake(cx) ? Poll.done() : Poll.pending();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void key_updates_end_a_turn_even_if_the_answers_cost_nothing(boolean free) throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).budget(4).build()) {
            Pair pair = Pair.shakenHands(runtime);
            pair.answers().dropped = free;
            runtime.spawn(Talk.send(pair.raw(), keyUpdates(pair.engine()))).join(PATIENCE);
            int[] first = {0};
            int[] polls = {0};
            runtime.spawn(cx -> {
                        assertThat(pair.server().read(cx)).isNull();
                        int held = pair.server().undecrypted();
                        if (polls[0]++ == 0) {
                            first[0] = held;
                        }
                        return held == 0 ? Poll.done() : Poll.pending();
                    })
                    .join(PATIENCE);
            assertThat(first[0]).isPositive();
            assertThat(polls[0]).isGreaterThan(RECORDS / 10);
        }
    }

    /** The answers are the engine's, so a finish that finds them sends them before its close-notify. */
    @Test
    void an_end_behind_many_answers_ends_a_turn_even_if_they_cost_nothing() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).budget(4).build()) {
            Pair pair = Pair.shakenHands(runtime);
            pair.answers().full = true;
            runtime.spawn(Talk.send(pair.raw(), keyUpdates(pair.engine()))).join(PATIENCE);
            int[] reads = {0};
            runtime.spawn(cx -> {
                        assertThat(pair.server().read(cx)).isNull();
                        cx.waker().wake();
                        return ++reads[0] < RECORDS ? Poll.pending() : Poll.done(); // it stops before that
                    })
                    .join(PATIENCE);
            pair.answers().full = false;
            pair.answers().dropped = true;
            int[] polls = {0};
            runtime.spawn(cx -> {
                        polls[0]++;
                        return pair.server().finishAlone(cx) ? Poll.done() : Poll.pending();
                    })
                    .join(PATIENCE);
            assertThat(pair.answers().sent).isGreaterThan(5);
            assertThat(polls[0]).isGreaterThan(pair.answers().sent / 8);
        }
    }

    private static byte[] keyUpdates(SSLEngine engine) throws Exception {
        ByteBuffer all = ByteBuffer.allocate(Inbound.LONGEST);
        ByteBuffer record = ByteBuffer.allocate(Inbound.LONGEST);
        for (int i = 0; i < RECORDS; i++) {
            engine.beginHandshake();
            engine.wrap(ByteBuffer.allocate(0), record.clear());
            assertThat(record.position()).isPositive();
            all.put(record.flip());
        }
        byte[] bytes = new byte[all.flip().remaining()];
        all.get(bytes);
        return bytes;
    }

    /** Drops what it is given, if so told: it is always ready, and charges for nothing. */
    private static final class LooseSink implements Sink<ByteBuffer> {
        private final Sink<ByteBuffer> sink;
        private volatile boolean dropped;
        private volatile boolean full;
        private int sent; // by the one worker

        LooseSink(Sink<ByteBuffer> sink) {
            this.sink = sink;
        }

        @Override
        public boolean pollReady(Context cx) throws Exception {
            return !full && (dropped || sink.pollReady(cx));
        }

        @Override
        public void send(ByteBuffer item) throws Exception {
            if (dropped) {
                sent++;
            } else {
                sink.send(item);
            }
        }

        @Override
        public boolean pollFlush(Context cx) throws Exception {
            return dropped || sink.pollFlush(cx);
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
}
