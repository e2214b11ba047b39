package dev.weir.io.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.io.ByteBudget;
import dev.weir.io.ByteStream;
import dev.weir.io.Duplex;
import dev.weir.io.net.TcpListener;
import dev.weir.io.net.TcpOptions;
import dev.weir.io.net.TcpStream;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is read and held, when, and on which thread it is worked on. */
class TlsBoundsTest {
    private static final TlsOptions OPTIONS = TlsOptions.of(Certificates.SHARED.localhost());
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static TaskRuntime runtime;

    @BeforeAll
    static void start() {
        runtime = TaskRuntime.builder().workers(2).build();
    }

    @AfterAll
    static void stop() {
        runtime.close();
    }

    /** A stream that counts how often its reader is polled. */
    private record Counting(ByteStream stream, AtomicInteger polls) implements ByteStream {
        @Override
        public Source<ByteBuffer> reader() {
            Source<ByteBuffer> reader = stream.reader();
            return new Source<>() {
                @Override
                public @Nullable ByteBuffer poll(Context cx) throws Exception {
                    polls.incrementAndGet();
                    return reader.poll(cx);
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
        }

        @Override
        public Sink<ByteBuffer> writer() {
            return stream.writer();
        }

        @Override
        public void close() {
            stream.close();
        }
    }

    @Test
    void without_demand_nothing_is_read_and_a_record_in_hand_needs_no_read() {
        Duplex below = Duplex.create();
        AtomicInteger polls = new AtomicInteger();
        TlsStream client = TlsStream.client(new Counting(below.left(), polls), "localhost", -1, OPTIONS);
        TlsStream server = TlsStream.server(below.right(), OPTIONS);
        Source<ByteBuffer> reader = client.reader();
        Sink<ByteBuffer> theirs = server.writer();
        JoinHandle<?> shaking = runtime.spawn(server.handshake());
        runtime.spawn(client.handshake()).join();
        shaking.join();
        int after = polls.get();
        for (int i = 0; i < 10; i++) {
            runtime.spawn(Talk.send(theirs, new byte[100])).join();
        }
        assertThat(polls).hasValue(after);
        assertThat(runtime.spawn(next(reader)).join()).isEqualTo(100);
        int read = polls.get();
        assertThat(client.undecrypted()).isBetween(9 * 122, 9 * 138); // padded or not
        for (int i = 0; i < 9; i++) {
            assertThat(runtime.spawn(next(reader)).join()).isEqualTo(100);
        }
        assertThat(polls).as("they were in hand").hasValue(read);
        AtomicLong taken = new AtomicLong();
        JoinHandle<?> flood = runtime.spawn(flood(theirs, 1_000, 1_000_000, taken));
        runtime.spawn(Talk.send(client.writer(), (byte) 1)).join(); // a turn of the runtime
        assertThat(polls).hasValue(read);
        assertThat(runtime.spawn(Talk.some(reader, 1_000_000)).join()).hasSize(1_000_000);
        flood.join();
    }

    private static Pollable<Integer> next(Source<ByteBuffer> source) {
        return cx -> {
            ByteBuffer item = source.poll(cx);
            return item == null ? Poll.pending() : Poll.ready(item.remaining());
        };
    }

    private static Pollable<@Nullable Void> flood(Sink<ByteBuffer> sink, int size, long count, AtomicLong taken) {
        return cx -> {
            while (taken.get() < count) {
                if (!sink.pollReady(cx)) {
                    return Poll.pending();
                }
                sink.send(ByteBuffer.allocate(size));
                taken.addAndGet(size);
            }
            return sink.pollFlush(cx) ? Poll.done() : Poll.pending();
        };
    }

    @Test
    void a_writer_whose_peer_does_not_read_holds_a_record_and_an_item_and_a_record_below() throws Exception {
        Duplex below = Duplex.create(1_000);
        TlsStream client = TlsStream.client(below.left(), "localhost", -1, OPTIONS);
        TlsStream server = TlsStream.server(below.right(), OPTIONS);
        JoinHandle<?> shaking = runtime.spawn(server.handshake());
        Source<ByteBuffer> reader = client.reader();
        JoinHandle<byte[]> first = runtime.spawn(Talk.some(reader, 1)); // takes the tickets as well
        shaking.join();
        Sink<ByteBuffer> theirs = server.writer();
        runtime.spawn(Talk.send(theirs, (byte) 1)).join();
        first.join();
        AtomicLong taken = new AtomicLong();
        JoinHandle<?> flood = runtime.spawn(flood(theirs, 100, 1_000_000, taken));
        long[] seen = {0};
        await().pollInterval(Duration.ofMillis(50))
                .until(
                        () -> { // until it stands still
                            long before = seen[0];
                            seen[0] = taken.get();
                            return before >= 16L * 1024 && before == seen[0];
                        });
        assertThat(taken.get()).isBetween(16L * 1024, 16L * 1024 + 100 + 16 * 1024 + 100 + 1_000);
        runtime.spawn(Talk.some(reader, 1_000_000)).join();
        flood.join();
    }

    /** A server on TCP that sends so many bytes to each client. */
    private static TcpListener sender(int bytes) throws Exception {
        TcpListener listener = TcpListener.bind(ANY_PORT);
        runtime.spawn(cx -> {
            for (TcpStream socket; (socket = listener.poll(cx)) != null; ) {
                TlsStream stream = TlsStream.server(socket, OPTIONS);
                runtime.spawn(stream.writer().drain(Talk.pieces(new byte[bytes], 7_777)));
                runtime.spawn(Talk.all(stream.reader()));
            }
            return Poll.pending();
        });
        return listener;
    }

    @Test
    void a_connection_holds_a_chunk_and_a_part_of_a_record_at_most() throws Exception {
        TcpListener listener = sender(2_000_000);
        TcpStream socket =
                runtime.spawn(TcpStream.connect(listener.localAddress())).join();
        TlsStream client = TlsStream.client(socket, "localhost", -1, OPTIONS);
        Source<ByteBuffer> reader = client.reader();
        int[] most = {0};
        int[] longest = {0};
        long total = runtime.spawn(new Pollable<Long>() {
                    private long sum;

                    @Override
                    public Poll<Long> poll(Context cx) throws Exception {
                        for (ByteBuffer item; (item = reader.poll(cx)) != null; ) {
                            sum += item.remaining();
                            most[0] = Math.max(most[0], client.undecrypted());
                            longest[0] = Math.max(longest[0], item.capacity());
                        }
                        return reader.isDone() ? Poll.ready(sum) : Poll.pending();
                    }
                })
                .join();
        assertThat(total).isEqualTo(2_000_000);
        assertThat(most[0]).isBetween(1, 16_709 + 18_437);
        assertThat(longest[0]).isLessThanOrEqualTo(18_437);
        client.close();
        listener.close();
    }

    @Test
    void connections_together_stay_within_a_byte_budget_and_none_starves() throws Exception {
        ByteBudget budget = ByteBudget.of(40_000); // one at a time
        TlsOptions options = OPTIONS.withByteBudget(budget);
        TcpListener listener = sender(100_000);
        List<JoinHandle<byte[]>> clients = new ArrayList<>();
        List<TlsStream> streams = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            TcpStream socket =
                    runtime.spawn(TcpStream.connect(listener.localAddress())).join();
            TlsStream stream = TlsStream.client(socket, "localhost", -1, options);
            streams.add(stream);
        }
        streams.forEach(stream -> clients.add(runtime.spawn(Talk.all(stream.reader()))));
        for (JoinHandle<byte[]> each : clients) {
            assertThat(each.join()).hasSize(100_000);
        }
        assertThat(budget.waits()).isPositive();
        streams.forEach(TlsStream::close);
        assertThat(budget.used()).isZero();
        listener.close();
    }

    /** Half a record, for ever: it is counted, and given back in the end. */
    @Test
    void a_record_that_comes_in_part_counts_until_its_connection_is_closed() throws Exception {
        ByteBudget budget = ByteBudget.of(1 << 20);
        try (TcpListener listener = TcpListener.bind(ANY_PORT, TcpOptions.DEFAULT);
                Socket socket = new Socket(
                        listener.localAddress().getAddress(),
                        listener.localAddress().getPort())) {
            socket.getOutputStream().write(new byte[] {22, 3, 3, 0x3f, 0, 1, 2, 3});
            TcpStream accepted = runtime.spawn((Context cx) -> {
                        TcpStream next = listener.poll(cx);
                        return next == null ? Poll.<TcpStream>pending() : Poll.ready(next);
                    })
                    .join();
            TlsStream stream = TlsStream.server(accepted, OPTIONS.withByteBudget(budget));
            JoinHandle<?> shaking = runtime.spawn(stream.handshake());
            await().until(() -> budget.used() == 5 + 0x3f00); // what its header announces
            stream.close();
            while (!shaking.isDone()) {
                Thread.onSpinWait();
            }
            assertThat(budget.used()).isZero();
        }
    }

    /** Who holds the budget never gives it back. */
    @Test
    void a_handshake_in_line_for_the_budget_is_told_that_the_reader_or_the_writer_was_closed() throws Exception {
        ByteBudget budget = ByteBudget.of(1);
        assertThat(runtime.spawn(cx -> Poll.ready(budget.share().pollReserve(1, cx)))
                        .join())
                .isTrue();
        TlsOptions options = OPTIONS.withByteBudget(budget).withHandshakeTimeout(Duration.ofHours(1));

        TlsStream unread = TlsStream.client(Duplex.create().left(), "localhost", -1, options);
        JoinHandle<?> shaking = runtime.spawn(unread.handshake());
        await().until(() -> budget.waiting() == 1);
        unread.reader().close();
        assertThatThrownBy(() -> shaking.join(Duration.ofSeconds(30)))
                .hasMessageContaining("the reader was closed before the handshake was over");
        assertThat(budget.waiting()).isZero();

        Duplex below = Duplex.create();
        TlsStream brokenOff = TlsStream.client(below.left(), "localhost", -1, options);
        Sink<ByteBuffer> writer = brokenOff.writer();
        JoinHandle<byte[]> reading = runtime.spawn(Talk.all(brokenOff.reader()));
        await().until(() -> budget.waiting() == 1);
        runtime.spawn(Talk.some(below.right().reader(), 1)).join(); // the hello, so nothing waits for room
        runtime.spawn(cx -> {
                    writer.pollReady(cx);
                    writer.send(ByteBuffer.allocate(5));
                    return Poll.done();
                })
                .join();
        writer.close();
        assertThatThrownBy(() -> reading.join(Duration.ofSeconds(30)))
                .hasMessageContaining("the connection was broken off");
        brokenOff.close();
        assertThat(budget.waiting()).isZero();
    }

    @Test
    void what_takes_long_in_a_handshake_is_done_on_threads_for_blocking_calls() throws Exception {
        Queue<Boolean> inPoll = new ConcurrentLinkedQueue<>();
        TlsOptions watched = TrustingManager.options(
                () -> inPoll.add(Thread.currentThread().getName().contains("worker")));
        Duplex below = Duplex.create();
        TlsStream client = TlsStream.client(below.left(), "localhost", -1, watched);
        TlsStream server = TlsStream.server(below.right(), OPTIONS);
        JoinHandle<?> theirs = runtime.spawn(server.handshake());
        runtime.spawn(client.handshake()).join();
        theirs.join();
        assertThat(inPoll).containsExactly(false);
    }
}
