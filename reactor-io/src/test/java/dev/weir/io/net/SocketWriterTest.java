package dev.weir.io.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.io.IoMetrics;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import dev.weir.testkit.SinkLaws;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SocketWriterTest {
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

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 64 * 1024, 1 << 20})
    void buffers_of_every_kind_and_size_arrive_whole_and_in_order(int bound) throws Exception {
        Random random = new Random(bound);
        List<ByteBuffer> items = new ArrayList<>();
        CRC32 sent = new CRC32();
        for (int i = 0; i < 300; i++) {
            byte[] bytes = new byte[i % 17 == 0 ? random.nextInt(200_000) : random.nextInt(300)];
            random.nextBytes(bytes);
            sent.update(bytes);
            ByteBuffer item = switch (i % 4) {
                case 0 -> ByteBuffer.wrap(bytes);
                case 1 -> ByteBuffer.wrap(bytes).asReadOnlyBuffer();
                case 2 -> ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
                default -> // in the middle of a larger one
                    ByteBuffer.allocate(bytes.length + 20)
                            .position(10)
                            .put(bytes)
                            .limit(bytes.length + 10)
                            .position(10)
                            .slice();
            };
            items.add(item);
        }
        try (Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            SinkLaws<ByteBuffer> writer = SinkLaws.check(stream.writer(bound));
            JoinHandle<Long> writing = runtime.spawn(writer.drain(Loopback.source(items.iterator())));
            CRC32 received = new CRC32();
            received.update(peer.getInputStream().readAllBytes());
            assertThat(writing.join()).isEqualTo(300);
            assertThat(received.getValue()).isEqualTo(sent.getValue());
            writer.assertClosed();
        }
    }

    @Test
    void small_items_are_written_together() throws Exception {
        try (Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            SocketWriter writer = stream.writer();
            assertThat(runtime.spawn(writer.drain(Loopback.items(100, 16))).join())
                    .isEqualTo(16);
            assertThat(writer.writes()).isEqualTo(1);
            assertThat(peer.getInputStream().readAllBytes()).hasSize(1600);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "64, 1", "65536, 1024"})
    void items_are_bounded_however_small_they_are(int bound, int items) throws Exception {
        try (Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            SocketWriter writer = stream.writer(bound);
            assertThat(runtime.spawn(cx -> {
                                while (writer.writes() == 0) {
                                    assertThat(writer.pollReady(cx)).isTrue();
                                    writer.send(ByteBuffer.allocate(1));
                                }
                                return Poll.ready(writer.bytes());
                            })
                            .join())
                    .isEqualTo(items);
            assertThat(peer.isConnected()).isTrue();
        }
    }

    @Test
    void what_is_sent_keeps_its_content() throws Exception {
        try (Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            ByteBuffer item = ByteBuffer.wrap("content".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            runtime.spawn(stream.writer().drain(Loopback.source(List.of(item).iterator())))
                    .join();
            assertThat(peer.getInputStream().readAllBytes()).asString().isEqualTo("content");
            assertThat(item.array()).asString().isEqualTo("content");
            assertThat(item.hasRemaining()).isFalse();
        }
    }

    @Test
    void nothing_is_sent_before_it_said_that_there_is_room() throws Exception {
        try (Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            SocketWriter writer = stream.writer();
            assertThatThrownBy(() -> writer.send(ByteBuffer.allocate(1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("pollReady");
            assertThat(peer.isConnected()).isTrue();
        }
    }

    @Test
    void finishing_ends_our_direction_and_the_other_goes_on() throws Exception {
        try (Socket peer = server.connect()) {
            TcpStream stream = server.accept();
            JoinHandle<Long> reading = runtime.spawn(Loopback.count(stream.reader(1000)));
            assertThat(runtime.spawn(stream.writer().drain(Loopback.items(10, 10)))
                            .join())
                    .isEqualTo(10);
            assertThat(peer.getInputStream().readAllBytes()).hasSize(100);
            peer.getOutputStream().write(new byte[1_000_000]);
            peer.shutdownOutput();
            assertThat(reading.join()).isGreaterThanOrEqualTo(1000);
        }
    }

    @Test
    void closed_with_nothing_held_it_ends_its_direction() throws Exception {
        try (Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            stream.writer().close();
            assertThat(peer.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void closed_with_bytes_held_it_resets_the_connection() throws Exception {
        try (Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            SocketWriter writer = stream.writer();
            runtime.spawn(sendOnly(writer)).join();
            assertThat(writer.held()).isEqualTo(10);
            writer.close();
            assertThatThrownBy(() -> peer.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void a_drain_whose_source_fails_resets_the_connection_though_everything_was_flushed() throws Exception {
        try (Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            Source<ByteBuffer> failing = new Source<>() {
                private boolean sent;

                @Override
                public ByteBuffer poll(Context cx) throws IOException {
                    if (sent) {
                        throw new IOException("planned");
                    }
                    sent = true;
                    return ByteBuffer.allocate(10);
                }

                @Override
                public boolean isDone() {
                    return false;
                }

                @Override
                public void close() {}
            };
            assertThatThrownBy(
                            () -> runtime.spawn(stream.writer().drain(failing)).join())
                    .hasMessageContaining("planned");
            assertThatThrownBy(() -> peer.getInputStream().readAllBytes()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void a_drain_that_is_given_up_resets_the_connection() throws Exception {
        try (Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            JoinHandle<Long> echo = runtime.spawn(stream.writer().drain(stream.reader()));
            peer.getOutputStream().write(1);
            assertThat(peer.getInputStream().read()).isEqualTo(1);
            echo.cancel();
            assertThatThrownBy(() -> peer.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void a_writer_that_has_finished_can_be_aborted_without_harm() throws Exception {
        try (Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            SocketWriter writer = stream.writer();
            runtime.spawn((Context cx) -> writer.pollFinish(cx) ? Poll.ready(true) : Poll.<Boolean>pending())
                    .join();
            writer.abort();
            assertThat(peer.getInputStream().read()).isEqualTo(-1);
        }
    }

    private static Pollable<Boolean> sendOnly(SocketWriter writer) {
        return (Context cx) -> {
            boolean ready = writer.pollReady(cx);
            writer.send(ByteBuffer.allocate(10));
            return Poll.ready(ready);
        };
    }

    @Test
    void a_reset_by_the_peer_ends_a_writer_that_is_blocked() throws Exception {
        long before = Loopback.openSockets();
        for (int i = 0; i < 100; i++) {
            Socket peer = server.connect();
            TcpStream stream = server.accept();
            SocketWriter writer = stream.writer();
            JoinHandle<Long> writing = runtime.spawn(writer.drain(Loopback.items(64 * 1024, Long.MAX_VALUE)));
            await().until(() -> writer.writes() > 0);
            peer.setSoLinger(true, 0);
            peer.close();
            assertThatThrownBy(writing::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(IOException.class);
            assertThatThrownBy(
                            () -> runtime.spawn(Loopback.count(stream.reader())).join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(IOException.class);
        }
        await().untilAsserted(() -> {
            assertThat(Loopback.openSockets()).isLessThanOrEqualTo(before);
            assertThat(runtime.service(IoMetrics.class).keys()).isLessThanOrEqualTo(1);
        });
    }
}
