package dev.weir.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.io.IoMetrics;
import dev.weir.io.net.SocketReader;
import dev.weir.io.net.SocketWriter;
import dev.weir.io.net.TcpListener;
import dev.weir.io.net.TcpOptions;
import dev.weir.io.net.TcpStream;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.stream.reactive.SinkSubscriber;
import dev.weir.task.Poll;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Demand and the kernel's buffers, end to end on real sockets. */
class BackPressureTest {
    private static final int CHUNK = 16 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private TaskRuntime runtime;

    @BeforeEach
    void open() {
        runtime = TaskRuntime.builder().workers(2).build();
    }

    @AfterEach
    void close() {
        assertThat(runtime.shutdown(PATIENCE)).isTrue();
    }

    @Test
    void aRequestForThreeMakesThreeReadsAndThenThePeerIsBlockedAndTheProcessSleeps() throws Exception {
        try (ServerSocketChannel listener = Peer.listen()) {
            TcpStream stream = runtime.blockOn(TcpStream.connect(listener.getLocalAddress()));
            SocketReader reader = stream.reader(CHUNK);
            Witness<ByteBuffer> witness = new Witness<>(s -> s.request(3), s -> {});
            AsyncStream.from(reader).on(runtime).subscribe(witness);

            try (Peer peer = Peer.accept(listener)) {
                peer.sendUntilBlocked(Duration.ofMillis(200));
                await().atMost(PATIENCE).until(() -> witness.items.get() == 3);
                awaitSleep();

                IoMetrics before = io();
                long parksBefore = runtime.metrics().parks();
                assertThat(peer.canSendWithin(Duration.ofSeconds(1))).isFalse();
                assertThat(io().selects())
                        .as("selects in a second without demand")
                        .isEqualTo(before.selects());
                assertThat(io().events()).isEqualTo(before.events());
                assertThat(runtime.metrics().parks()).isEqualTo(parksBefore);
                assertThat(witness.items).hasValue(3);
                assertThat(reader.reads()).isLessThanOrEqualTo(3);

                // Demand is what moves the peer.
                Objects.requireNonNull(witness.subscription).request(Long.MAX_VALUE);
                assertThat(peer.canSendWithin(PATIENCE)).isTrue();
            }
            assertThat(witness.ended.await(30, TimeUnit.SECONDS)).isTrue();
            stream.close();
        }
    }

    @Test
    void aThousandConnectionsWithoutDemandCostNothing() throws Exception {
        int connections = 1_000;
        TcpOptions small = TcpOptions.DEFAULT.withReceiveBuffer(4 * 1024);
        try (Listening server = new Listening(small)) {
            List<Peer> peers = new ArrayList<>();
            List<Witness<ByteBuffer>> witnesses = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                peers.add(Peer.connect(server.address(), 4 * 1024));
                Witness<ByteBuffer> witness = new Witness<>();
                AsyncStream.from(server.next().reader()).on(runtime).subscribe(witness);
                witnesses.add(witness);
            }
            for (Witness<ByteBuffer> witness : witnesses) {
                assertThat(witness.subscribed.await(30, TimeUnit.SECONDS)).isTrue();
            }
            awaitSleep();
            IoMetrics before = io();
            long heapBefore = usedHeap();
            long sent = 0;
            for (Peer peer : peers) {
                sent += peer.sendUntilBlocked(Duration.ofMillis(1));
            }
            assertThat(sent).isPositive();
            assertThat(io().events()).isEqualTo(before.events());
            assertThat(io().selects()).isEqualTo(before.selects());
            assertThat(witnesses)
                    .allSatisfy(witness -> assertThat(witness.items).hasValue(0));
            assertThat(usedHeap() - heapBefore)
                    .as("growth of the heap while %d bytes came", sent)
                    .isLessThan(4L * 1024 * 1024);
            for (Witness<ByteBuffer> witness : witnesses) {
                Objects.requireNonNull(witness.subscription).cancel();
            }
            for (Peer peer : peers) {
                peer.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void aWriterTakesFromUpstreamWhatTheKernelTookAndItsBoundOnTop(int prefetch) throws Exception {
        try (ServerSocketChannel listener = Peer.listen()) {
            TcpStream stream = runtime.blockOn(TcpStream.connect(listener.getLocalAddress()));
            SocketWriter writer = stream.writer(CHUNK);
            AtomicInteger taken = new AtomicInteger();
            SinkSubscriber<ByteBuffer> subscriber = new SinkSubscriber<>(writer, runtime, prefetch);
            try (Peer peer = Peer.accept(listener)) { // and it never reads
                AsyncStream.rangeLong(0, Long.MAX_VALUE)
                        .map(i -> {
                            taken.incrementAndGet();
                            return ByteBuffer.allocate(CHUNK);
                        })
                        .on(runtime)
                        .subscribe(subscriber);
                await().atMost(PATIENCE).until(() -> taken.get() > 0);
                awaitSleep();

                long unwritten = taken.get() * (long) CHUNK - writer.bytes();
                assertThat(unwritten).isBetween(1L, prefetch * (long) CHUNK);
                int takenBefore = taken.get();
                assertThat(peer.canSendWithin(Duration.ofSeconds(1))).isTrue(); // the other direction is open
                assertThat(taken).hasValue(takenBefore);
                subscriber.transfer().cancel();
                await().atMost(PATIENCE).until(() -> subscriber.transfer().isDone());
            }
        }
    }

    /** Sleeps of the runtime are told by its counters: they stand still once everybody sleeps for good. */
    private void awaitSleep() {
        long[] last = {-1, -1};
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(() -> {
            long selects = io().selects();
            long parks = runtime.metrics().parks();
            boolean still = selects == last[0] && parks == last[1];
            last[0] = selects;
            last[1] = parks;
            return still;
        });
    }

    private IoMetrics io() {
        return Objects.requireNonNull(runtime.service(IoMetrics.class));
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** A listener from which a test takes connections one by one. */
    private final class Listening implements AutoCloseable {
        private final TcpListener listener;

        Listening(TcpOptions options) throws Exception {
            listener = TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), options);
        }

        InetSocketAddress address() {
            return listener.localAddress();
        }

        TcpStream next() {
            return runtime.blockOn(cx -> {
                TcpStream accepted = listener.poll(cx);
                return accepted == null ? Poll.pending() : Poll.ready(accepted);
            });
        }

        @Override
        public void close() {
            listener.close();
        }
    }
}
