package dev.weir.io.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.io.IoMetrics;
import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Budget;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.testkit.SourceLaws;
import dev.weir.time.ManualClock;
import dev.weir.time.Timers;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketReaderTest {
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

    private int keys() {
        return runtime.service(IoMetrics.class).keys();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 1000, 64 * 1024, 200_000})
    void no_item_is_longer_than_a_chunk_and_none_is_lost(int chunk) throws Exception {
        int size = chunk < 10 ? 5_000 : 1_000_000;
        try (Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            SourceLaws<ByteBuffer> reader = SourceLaws.check(stream.reader(chunk));
            CRC32 received = new CRC32();
            JoinHandle<Long> reading = runtime.spawn(Loopback.forEach(reader, item -> {
                assertThat(item.remaining()).isBetween(1, chunk);
                assertThat(item.hasArray()).isTrue();
                assertThat(item.capacity()).as("right-sized").isEqualTo(item.remaining());
                received.update(item);
            }));
            byte[] bytes = new byte[size];
            new Random(chunk).nextBytes(bytes);
            CRC32 sent = new CRC32();
            sent.update(bytes);
            peer.getOutputStream().write(bytes);
            peer.shutdownOutput();
            assertThat(reading.join()).isPositive();
            assertThat(received.getValue()).isEqualTo(sent.getValue());
            reader.assertClosed();
        }
    }

    @Test
    void the_end_of_the_stream_is_known_as_soon_as_it_was_read() throws Exception {
        try (Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            SocketReader reader = stream.reader();
            peer.shutdownOutput();
            runtime.spawn(Loopback.untilDone(reader)).join();
            assertThat(reader.isDone()).isTrue();
            assertThat(reader.reads()).isZero();
        }
    }

    @Test
    void a_close_is_known_without_a_poll_but_not_after_one_that_said_not_now() throws Exception {
        for (boolean asked : new boolean[] {false, true}) {
            Socket peer = server.connect();
            TcpStream stream = server.accept();
            SocketReader reader = stream.reader();
            if (asked) {
                runtime.spawn(Loopback.askInVain(reader)).join();
            }
            stream.close();
            assertThat(reader.isDone()).as("asked: %s", asked).isEqualTo(!asked);
            assertThatThrownBy(() -> runtime.blockOn(Loopback.next(reader))).hasStackTraceContaining("was closed");
            assertThat(reader.isDone()).isTrue();
            reader.close();
            peer.close();
        }
    }

    @Test
    void what_was_peeked_at_comes_before_the_news_of_a_close() throws Exception {
        Socket peer = server.connect();
        TcpStream stream = server.accept();
        SocketReader reader = stream.reader();
        peer.getOutputStream().write(1);
        Pollable<ByteBuffer> peek = cx -> {
            ByteBuffer next = reader.peek(cx);
            return next == null ? Poll.pending() : Poll.ready(next);
        };
        runtime.blockOn(peek);
        stream.close();
        assertThat(reader.isDone()).isFalse();
        assertThat(runtime.blockOn(Loopback.next(reader)).remaining()).isOne();
        assertThat(reader.isDone()).isTrue();
        reader.close();
        peer.close();
    }

    @Test
    void a_reset_while_it_waits_is_an_error_and_no_end() throws Exception {
        long before = Loopback.openSockets();
        for (int i = 0; i < 200; i++) {
            Socket peer = server.connect();
            TcpStream stream = server.accept();
            SocketReader reader = stream.reader();
            JoinHandle<Long> reading = runtime.spawn(Loopback.count(SourceLaws.check(reader)));
            peer.getOutputStream().write(new byte[i]);
            peer.setSoLinger(true, 0);
            peer.close();
            assertThatThrownBy(reading::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(SocketException.class);
            assertThat(reader.isDone()).isTrue();
        }
        await().untilAsserted(() -> {
            assertThat(Loopback.openSockets()).isLessThanOrEqualTo(before);
            assertThat(keys()).isLessThanOrEqualTo(1);
        });
    }

    /** The kernel reports a reset once, to whoever comes first, and a clean end from then on. */
    @Test
    void a_reset_that_the_writer_meets_is_no_end_for_the_reader() throws Exception {
        for (int i = 0; i < 200; i++) {
            Socket peer = server.connect();
            TcpStream stream = server.accept();
            JoinHandle<Long> reading = runtime.spawn(Loopback.count(stream.reader()));
            JoinHandle<Long> writing = runtime.spawn(stream.writer().drain(Loopback.items(4096, Long.MAX_VALUE)));
            peer.getInputStream().readNBytes(1 + i * 100);
            peer.setSoLinger(true, 0);
            peer.close();
            assertThatThrownBy(writing::join).as("writer of round %s", i).isInstanceOf(CompletionException.class);
            assertThatThrownBy(reading::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void closed_before_the_end_it_closes_the_connection_at_once() throws Exception {
        try (Socket peer = server.connect()) {
            TcpStream stream = server.accept();
            SocketWriter writer = stream.writer();
            JoinHandle<Long> reading = runtime.spawn(Loopback.count(stream.reader()));
            await().until(() -> keys() >= 1);
            reading.cancel();
            assertThat(peer.getInputStream().read()).isEqualTo(-1);
            assertThatThrownBy(() ->
                            runtime.spawn(writer.drain(Loopback.items(1, 1))).join())
                    .hasRootCauseInstanceOf(IOException.class)
                    .hasMessageContaining("its reader was");
            await().until(() -> keys() <= 1);
        }
    }

    @Test
    void told_to_drain_it_throws_away_what_comes_while_the_writer_goes_on() throws Exception {
        long before = Loopback.openSockets();
        try (Socket peer = server.connect()) {
            TcpStream stream = server.accept();
            SocketWriter writer = stream.writer();
            JoinHandle<Long> reading = runtime.spawn(Loopback.count(stream.reader(1024, OnCancel.DRAIN)));
            await().until(() -> keys() >= 1);
            reading.cancel();
            peer.getOutputStream().write(new byte[8 << 20]); // more than the kernel holds
            assertThat(runtime.spawn(writer.drain(Loopback.items(1000, 100))).join())
                    .isEqualTo(100);
            assertThat(peer.getInputStream().readAllBytes()).hasSize(100_000);
        }
        await().untilAsserted(() -> {
            assertThat(Loopback.openSockets()).isLessThanOrEqualTo(before);
            assertThat(keys()).isLessThanOrEqualTo(1);
        });
    }

    @Test
    void told_to_drain_it_gives_up_after_a_while_a_peer_that_always_has_more_than_a_turn_can_take() throws Exception {
        try (CurrentThreadRuntime timed =
                        TaskRuntime.currentThread().clock(new ManualClock()).build();
                Loopback its = Loopback.listen(timed);
                Socket peer = its.connect();
                TcpStream stream = timed.blockOn(Loopback.next(its.listener()))) {
            SocketReader reader = stream.reader(1, OnCancel.DRAIN);
            SocketWriter writer = stream.writer();
            peer.getOutputStream().write(new byte[10 * Budget.DEFAULT]);
            timed.blockOn(Loopback.next(reader));
            Discard discard = new Discard(reader);
            Pollable<Boolean> turn = cx -> Poll.ready(discard.poll(cx).isReady());
            assertThat(timed.blockOn(turn)).isFalse();
            assertThat(timed.blockOn(turn)).isFalse();
            timed.advance(Discard.LIMIT);
            assertThat(timed.blockOn(turn)).isTrue();
            assertThat(reader.bytes()).isGreaterThan(Budget.DEFAULT).isLessThan(10 * Budget.DEFAULT);
            discard.close();
            assertThatThrownBy(() -> timed.blockOn(cx -> Poll.ready(writer.pollReady(cx))))
                    .hasStackTraceContaining("its reader was, before the end of the stream");
        }
    }

    @Test
    void told_to_drain_it_ends_at_once_with_a_peer_that_resets() throws Exception {
        Socket peer = server.connect();
        try (TcpStream stream = server.accept()) {
            SocketReader reader = stream.reader(1024, OnCancel.DRAIN);
            runtime.spawn(cx -> {
                        reader.close();
                        return Poll.done();
                    })
                    .join();
            await("one that drains").until(() -> runtime.metrics().liveTasks() == 1);
            peer.setSoLinger(true, 0);
            peer.close();
            await("none any more")
                    .atMost(Discard.LIMIT.dividedBy(2))
                    .until(() -> runtime.metrics().liveTasks() == 0);
            assertThat(runtime.service(Timers.class).size()).isZero();
        }
    }

    /** On one worker: where there are two, one that sleeps selects each millisecond that the other is held up. */
    @Test
    void a_peer_that_ends_its_direction_still_gets_every_byte_of_the_other() throws Exception {
        List<Long> sums = new ArrayList<>();
        try (TaskRuntime single = TaskRuntime.builder().workers(1).build();
                Loopback its = Loopback.listen(single)) {
            for (int i = 0; i < 20; i++) {
                try (Socket peer = its.connect()) {
                    peer.shutdownOutput();
                    TcpStream stream = its.accept();
                    assertThat(single.spawn(Loopback.count(stream.reader())).join())
                            .isZero();
                    long before = single.service(IoMetrics.class).selects();
                    JoinHandle<Long> writing = single.spawn(stream.writer().drain(Loopback.items(1000, 1000)));
                    CRC32 received = new CRC32();
                    received.update(peer.getInputStream().readAllBytes());
                    sums.add(received.getValue());
                    assertThat(writing.join()).isEqualTo(1000);
                    assertThat(single.service(IoMetrics.class).selects() - before)
                            .isLessThan(500);
                }
            }
        }
        CRC32 sent = new CRC32();
        sent.update(new byte[1_000_000]);
        assertThat(sums).containsOnly(sent.getValue());
    }
}
