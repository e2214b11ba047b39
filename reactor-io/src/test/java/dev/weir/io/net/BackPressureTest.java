package dev.weir.io.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.io.IoMetrics;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import dev.weir.testkit.SinkLaws;
import dev.weir.testkit.SourceLaws;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No demand, no read, no interest; no room, no item. On real sockets. */
class BackPressureTest {
    private TaskRuntime runtime;
    private Loopback server;

    @BeforeEach
    void open() throws IOException {
        runtime = TaskRuntime.builder().workers(2).build();
        server = Loopback.listen(runtime);
    }

    @AfterEach
    void close() {
        server.close();
        runtime.close();
    }

    private IoMetrics metrics() {
        return runtime.service(IoMetrics.class);
    }

    /** Sends until the kernel takes no more for a while; returns what it took. */
    private static long fill(SocketChannel peer) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(64 * 1024);
        peer.configureBlocking(false);
        long[] sent = {0};
        await().pollInterval(Duration.ofMillis(20)).until(() -> {
            long before = sent[0];
            for (int n; (n = peer.write(piece.clear())) > 0; ) {
                sent[0] += n;
            }
            return sent[0] == before;
        });
        return sent[0];
    }

    /** Waits until nothing has stirred for a second: the event that finds nobody waiting may still be on its way. */
    private void awaitStillness() {
        IoMetrics[] last = {metrics()};
        await().during(Duration.ofSeconds(1)).until(() -> {
            IoMetrics before = last[0];
            last[0] = metrics();
            return last[0].equals(before);
        });
    }

    /** Takes so many items and then waits for ever, without demand. */
    private static <T> Pollable<@Nullable Void> take(int demand, Source<T> source, AtomicLong taken) {
        return new Pollable<>() {
            @Override
            public Poll<@Nullable Void> poll(Context cx) throws Exception {
                while (taken.get() < demand && source.poll(cx) != null) {
                    taken.incrementAndGet();
                }
                return Poll.pending();
            }

            @Override
            public void close() {
                source.close();
            }
        };
    }

    @Test
    void three_chunks_demanded_are_three_reads_and_then_the_peer_blocks_and_nothing_stirs() throws Exception {
        try (SocketChannel peer = SocketChannel.open(server.listener().localAddress());
                TcpStream stream = server.accept()) {
            SocketReader reader = stream.reader(1024);
            AtomicLong taken = new AtomicLong();
            JoinHandle<?> task = runtime.spawn(take(3, SourceLaws.check(reader), taken));
            long sent = fill(peer);

            await().untilAsserted(() -> assertThat(taken).hasValue(3));
            assertThat(reader.reads()).isEqualTo(3);
            assertThat(reader.bytes()).isLessThanOrEqualTo(3 * 1024);
            assertThat(sent).isGreaterThan(reader.bytes());
            awaitStillness();
            assertThat(reader.reads()).isEqualTo(3);
            task.cancel();
        }
    }

    @Test
    void a_thousand_connections_without_demand_cause_no_events() throws Exception {
        List<SocketChannel> peers = new ArrayList<>();
        List<TcpStream> streams = new ArrayList<>();
        List<SocketReader> readers = new ArrayList<>();
        try {
            for (int i = 0; i < 1_000; i++) {
                peers.add(SocketChannel.open(server.listener().localAddress()));
                TcpStream stream = server.accept();
                streams.add(stream);
                readers.add(stream.reader());
            }
            awaitStillness();
            IoMetrics before = metrics();
            ByteBuffer piece = ByteBuffer.allocateDirect(16 * 1024);
            for (int round = 0; round < 10; round++) {
                for (SocketChannel peer : peers) {
                    peer.configureBlocking(false);
                    peer.write(piece.clear());
                }
            }
            await().during(Duration.ofSeconds(1)).until(() -> metrics().equals(before));
            assertThat(readers).allMatch(reader -> reader.reads() == 0);
            assertThat(before.keys())
                    .as("channels that never waited were never registered")
                    .isLessThanOrEqualTo(1);
        } finally {
            streams.forEach(TcpStream::close);
            for (SocketChannel peer : peers) {
                peer.close();
            }
        }
    }

    @Test
    void a_connection_that_lost_its_demand_causes_one_event_at_most() throws Exception {
        try (SocketChannel peer = SocketChannel.open(server.listener().localAddress());
                TcpStream stream = server.accept()) {
            SocketReader reader = stream.reader(1024);
            AtomicLong taken = new AtomicLong();
            int keys = metrics().keys(); // of the listener, if it had to wait for the connection
            JoinHandle<?> task = runtime.spawn(take(1, SourceLaws.check(reader), taken));
            await().until(() -> metrics().keys() > keys); // it waits, so its interest is armed
            awaitStillness();
            long before = metrics().events();
            fill(peer);
            await().until(() -> taken.get() == 1 && metrics().events() > before);
            awaitStillness();
            assertThat(taken).hasValue(1);
            assertThat(metrics().events() - before).isBetween(1L, 2L);
            task.cancel();
        }
    }

    /** Items of one size for ever, counted. */
    private static Source<ByteBuffer> endless(int size, AtomicLong taken) {
        return new Source<>() {
            @Override
            public @Nullable ByteBuffer poll(Context cx) {
                if (!cx.charge()) {
                    return null;
                }
                taken.incrementAndGet();
                return ByteBuffer.allocate(size);
            }

            @Override
            public boolean isDone() {
                return false;
            }

            @Override
            public void close() {}
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1024, TcpStream.DEFAULT_CHUNK})
    void a_writer_takes_no_more_than_its_bound_beyond_what_the_kernel_took(int bound) throws Exception {
        int size = 1000;
        try (Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            SocketWriter writer = stream.writer(bound);
            AtomicLong taken = new AtomicLong();
            JoinHandle<Long> task = runtime.spawn(SinkLaws.check(writer).drain(endless(size, taken)));
            await().until(() -> writer.bytes() > 0);
            awaitStillness();
            assertThat(taken.get() * size - writer.bytes()).isBetween(0L, (long) bound + size - 1);

            long blockedAt = taken.get();
            while (taken.get() == blockedAt) { // the peer reads, and at last the source is asked again
                assertThat(peer.getInputStream().readNBytes(10_000)).hasSize(10_000);
            }
            task.cancel();
        }
    }

    @Test
    void a_chunk_of_64_k_is_all_a_writer_holds_when_its_peer_does_not_read() throws Exception {
        try (Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            SocketWriter writer = stream.writer();
            AtomicLong taken = new AtomicLong();
            JoinHandle<Long> task = runtime.spawn(writer.drain(endless(TcpStream.DEFAULT_CHUNK, taken)));
            await().until(() -> writer.bytes() > 0);
            awaitStillness();
            assertThat(taken.get() * TcpStream.DEFAULT_CHUNK - writer.bytes())
                    .isBetween(0L, (long) TcpStream.DEFAULT_CHUNK);
            task.cancel();
            assertThat(peer.isConnected()).isTrue();
        }
    }
}
