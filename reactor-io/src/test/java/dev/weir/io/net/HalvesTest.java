package dev.weir.io.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Halves that are taken, used apart, given back, peeked into and ended. */
class HalvesTest {
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

    @Test
    void halves_that_are_given_back_can_be_taken_again_and_nothing_is_lost() throws Exception {
        try (Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            SocketReader reader = stream.reader(2);
            SocketWriter writer = stream.writer();
            peer.getOutputStream().write(new byte[] {1, 2, 3});
            assertThat(runtime.blockOn(Loopback.next(reader)).remaining()).isEqualTo(2);
            stream.reunite(reader, writer);

            SocketReader again = stream.reader();
            assertThat(runtime.blockOn(Loopback.next(again)).get()).isEqualTo((byte) 3);
            JoinHandle<Long> echo = runtime.spawn(stream.writer().drain(again));
            peer.getOutputStream().write(7);
            assertThat(peer.getInputStream().read()).isEqualTo(7);
            peer.shutdownOutput();
            assertThat(peer.getInputStream().read()).isEqualTo(-1);
            assertThat(echo.join()).isEqualTo(1);
            assertThatThrownBy(() -> runtime.blockOn(Loopback.next(reader)))
                    .hasRootCauseMessage(reader + " is closed or was given back");
        }
    }

    @Test
    void a_writer_that_was_given_back_does_not_end_what_its_successor_writes() throws Exception {
        try (Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            SocketReader reader = stream.reader();
            SocketWriter writer = stream.writer();
            stream.reunite(reader, writer);
            SocketWriter next = stream.writer();
            for (Pollable<Boolean> each : List.<Pollable<Boolean>>of(
                    cx -> Poll.ready(writer.pollReady(cx)),
                    cx -> Poll.ready(writer.pollFlush(cx)),
                    cx -> Poll.ready(writer.pollFinish(cx)))) {
                assertThatThrownBy(() -> runtime.blockOn(each))
                        .hasRootCauseMessage(writer + " is closed or was given back");
            }
            runtime.spawn(next.drain(Loopback.items(1, 1))).join();
            assertThat(peer.getInputStream().readAllBytes()).hasSize(1);
        }
    }

    @Test
    void halves_of_two_streams_do_not_make_one_and_come_back_with_the_error() throws Exception {
        try (Socket one = server.connect();
                TcpStream first = server.accept();
                Socket two = server.connect();
                TcpStream second = server.accept()) {
            SocketReader reader = first.reader();
            SocketWriter writer = second.writer();
            ReuniteException error = catchThrowableOfType(ReuniteException.class, () -> first.reunite(reader, writer));
            assertThat(error.reader()).isSameAs(reader);
            assertThat(error.writer()).isSameAs(writer);
            one.getOutputStream().write(1);
            assertThat(runtime.blockOn(Loopback.next(error.reader())).get()).isEqualTo((byte) 1);
            runtime.spawn(error.writer().drain(Loopback.items(1, 1))).join();
            assertThat(two.getInputStream().readAllBytes()).hasSize(1);
        }
    }

    @Test
    void what_is_held_or_closed_is_not_given_back() throws Exception {
        try (Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            SocketReader reader = stream.reader();
            SocketWriter writer = stream.writer();
            peer.getOutputStream().write(1);
            runtime.blockOn(peeked(reader));
            assertThatThrownBy(() -> stream.reunite(reader, writer))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("peeked");
            runtime.blockOn(Loopback.next(reader));
            runtime.blockOn(cx -> writer.pollReady(cx) ? Poll.done() : Poll.pending());
            writer.send(ByteBuffer.allocate(1));
            assertThatThrownBy(() -> stream.reunite(reader, writer))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("flushed");
        }
    }

    @Test
    void a_reader_that_is_closed_and_drained_is_closed_for_everybody_else() throws Exception {
        try (Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            SocketReader reader = stream.reader(1024, OnCancel.DRAIN);
            SocketWriter writer = stream.writer();
            runtime.spawn(cx -> {
                        reader.close();
                        reader.close();
                        return Poll.done();
                    })
                    .join();
            await("one that drains").until(() -> runtime.metrics().liveTasks() == 1);
            assertThatThrownBy(() -> runtime.blockOn(Loopback.next(reader)))
                    .hasRootCauseMessage(reader + " is closed or was given back");
            assertThatThrownBy(() -> stream.reunite(reader, writer))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is closed");
            peer.getOutputStream().write(new byte[10_000]);
            peer.shutdownOutput();
            await().until(() -> runtime.metrics().liveTasks() == 0);
            runtime.spawn(writer.drain(Loopback.items(1000, 1))).join();
            assertThat(peer.getInputStream().readAllBytes()).hasSize(1000);
        }
    }

    private static Pollable<ByteBuffer> peeked(SocketReader reader) {
        return cx -> {
            ByteBuffer seen = reader.peek(cx);
            return seen == null ? Poll.pending() : Poll.ready(seen);
        };
    }

    @Test
    void peek_does_not_consume() throws Exception {
        try (Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            SocketReader reader = stream.reader(3);
            peer.getOutputStream().write(new byte[] {1, 2, 3, 4});
            for (int i = 0; i < 3; i++) {
                ByteBuffer seen = runtime.blockOn(peeked(reader));
                assertThat(seen.isReadOnly()).isTrue();
                assertThat(seen).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                seen.get(); // its position is its own
            }
            assertThat(runtime.blockOn(Loopback.next(reader))).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            assertThat(runtime.blockOn(Loopback.next(reader))).isEqualTo(ByteBuffer.wrap(new byte[] {4}));
            assertThat(reader.reads()).isEqualTo(2);
        }
    }

    @Test
    void a_direction_can_be_ended_twice_and_the_other_goes_on() throws Exception {
        try (Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            SocketWriter writer = stream.writer();
            SocketReader reader = stream.reader();
            for (int i = 0; i < 2; i++) {
                runtime.blockOn(cx -> writer.pollFinish(cx) ? Poll.done() : Poll.pending());
            }
            assertThat(peer.getInputStream().read()).isEqualTo(-1);
            peer.getOutputStream().write(1);
            assertThat(runtime.blockOn(Loopback.next(reader)).remaining()).isEqualTo(1);
            stream.reunite(reader, writer);
            SocketWriter ended = stream.writer();
            runtime.blockOn(cx -> ended.pollReady(cx) ? Poll.done() : Poll.pending());
            assertThatThrownBy(() -> ended.send(ByteBuffer.allocate(1)))
                    .as("it was ended by the writer before")
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("pollFinish");
            runtime.blockOn(cx -> ended.pollFinish(cx) ? Poll.done() : Poll.pending());
        }
    }

    @Test
    void large_direct_buffers_are_written_in_one_call_as_they_are() throws Exception {
        try (Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            SocketWriter writer = stream.writer(1 << 20);
            Stream<ByteBuffer> buffers = Stream.of(5000, 6000, 4096, 10, 4097).map(size -> {
                ByteBuffer buffer = ByteBuffer.allocateDirect(size);
                for (int i = 0; i < size; i++) {
                    buffer.put(i, (byte) (size + i));
                }
                return buffer;
            });
            assertThat(runtime.spawn(writer.drain(Loopback.source(buffers.iterator())))
                            .join())
                    .isEqualTo(5);
            assertThat(writer.writes()).isEqualTo(2); // three that are large, then a small one with what follows
            for (int size : new int[] {5000, 6000, 4096, 10, 4097}) {
                byte[] received = peer.getInputStream().readNBytes(size);
                for (int i = 0; i < size; i++) {
                    assertThat(received[i]).isEqualTo((byte) (size + i));
                }
            }
            assertThat(peer.getInputStream().read()).isEqualTo(-1);
        }
    }
}
