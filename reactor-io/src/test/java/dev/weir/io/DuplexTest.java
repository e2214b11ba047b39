package dev.weir.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import dev.weir.testkit.PollProbe;
import dev.weir.testkit.SinkLaws;
import dev.weir.testkit.SourceLaws;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DuplexTest {
    private final PollProbe reading = PollProbe.create();
    private final PollProbe writing = PollProbe.create();

    @Test
    void a_writer_waits_when_the_capacity_is_used_up_and_goes_on_as_the_reader_reads() throws Exception {
        Duplex pair = Duplex.create(32);
        SinkLaws<ByteBuffer> writer = SinkLaws.check(pair.left().writer());
        SourceLaws<ByteBuffer> reader = SourceLaws.check(pair.right().reader());
        assertThat(writer.pollReady(writing.turn())).isTrue();
        ByteBuffer item = ByteBuffer.allocate(64);
        writer.send(item);
        assertThat(writer.pollFlush(writing.turn())).isFalse();
        assertThat(item.remaining()).isEqualTo(32);
        writer.assertWakerKept();
        assertThat(reading.poll(reader).remaining()).isEqualTo(32);
        assertThat(writing.isWoken()).isTrue();
        assertThat(writer.pollFinish(writing.turn())).isTrue();
        assertThat(reading.poll(reader).remaining()).isEqualTo(32);
        assertThat(reading.poll(reader)).isNull();
        assertThat(reader.isDone()).isTrue();
        writer.close();
        reader.close();
        writer.assertClosed();
        reader.assertClosed();
    }

    @Test
    void a_reader_that_waits_is_woken_by_bytes_by_the_end_and_by_a_failure() throws Exception {
        Duplex pair = Duplex.create();
        SourceLaws<ByteBuffer> reader = SourceLaws.check(pair.right().reader());
        Sink<ByteBuffer> writer = pair.left().writer();
        assertThat(reading.poll(reader)).isNull();
        reader.assertWakerKept();
        writer.pollReady(writing.turn());
        writer.send(ByteBuffer.allocate(1));
        writer.pollFlush(writing.turn());
        assertThat(reading.isWoken()).isTrue();
        assertThat(reading.poll(reader)).isNotNull();
        assertThat(reading.poll(reader)).isNull();
        writer.pollFinish(writing.turn());
        assertThat(reading.isWoken()).isTrue();
        assertThat(reader.isDone()).isTrue();

        Duplex broken = Duplex.create();
        Source<ByteBuffer> other = broken.right().reader();
        assertThat(reading.poll(other)).isNull();
        broken.left().close();
        assertThat(reading.isWoken()).isTrue();
        assertThatThrownBy(() -> reading.poll(other)).isInstanceOf(IOException.class);
        assertThat(other.isDone()).isTrue();
    }

    @Test
    void a_failure_is_known_without_a_poll_but_not_after_one_that_said_not_now() throws Exception {
        Duplex pair = Duplex.create();
        Source<ByteBuffer> reader = pair.right().reader();
        assertThat(reader.isDone()).isFalse();
        pair.left().close();
        assertThat(reader.isDone()).isTrue();
        assertThatThrownBy(() -> reading.poll(reader)).isInstanceOf(IOException.class);

        Context spent = reading.turn();
        while (spent.charge()) {}
        assertThatThrownBy(() -> reader.poll(spent)).isInstanceOf(IOException.class);

        Duplex other = Duplex.create();
        Source<ByteBuffer> waiting = other.right().reader();
        assertThat(reading.poll(waiting)).isNull();
        other.left().close();
        assertThat(waiting.isDone()).as("looks like an end").isFalse();
        assertThatThrownBy(() -> reading.poll(waiting)).isInstanceOf(IOException.class);
        assertThat(waiting.isDone()).isTrue();
    }

    @Test
    void a_writer_that_waits_fails_when_the_reader_is_closed() throws Exception {
        Duplex pair = Duplex.create(1);
        Sink<ByteBuffer> writer = pair.left().writer();
        writer.pollReady(writing.turn());
        writer.send(ByteBuffer.allocate(2));
        assertThat(writer.pollFlush(writing.turn())).isFalse();
        pair.right().reader().close();
        assertThat(writing.isWoken()).isTrue();
        assertThatThrownBy(() -> writer.pollFlush(writing.turn()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("reader");
    }

    @Test
    void a_writer_that_is_closed_with_an_empty_item_has_ended() throws Exception {
        Duplex pair = Duplex.create();
        Sink<ByteBuffer> writer = pair.left().writer();
        assertThat(writer.pollReady(writing.turn())).isTrue();
        writer.send(ByteBuffer.allocate(0));
        writer.close();
        Source<ByteBuffer> reader = pair.right().reader();
        assertThat(reading.poll(reader)).isNull();
        assertThat(reader.isDone()).isTrue();
    }

    @Test
    void a_writer_that_is_closed_with_bytes_unwritten_does_not_look_like_an_end() throws Exception {
        Duplex pair = Duplex.create(1);
        Sink<ByteBuffer> writer = pair.left().writer();
        writer.pollReady(writing.turn());
        writer.send(ByteBuffer.allocate(2));
        writer.pollFlush(writing.turn());
        writer.close();
        Source<ByteBuffer> reader = pair.right().reader();
        assertThatThrownBy(() -> reading.poll(reader)).hasMessageContaining("1 bytes unwritten");
    }

    @Test
    void what_was_ended_properly_can_still_be_read_after_a_close() throws Exception {
        Duplex pair = Duplex.create();
        Sink<ByteBuffer> writer = pair.left().writer();
        writer.pollReady(writing.turn());
        writer.send(ByteBuffer.allocate(5));
        assertThat(writer.pollFinish(writing.turn())).isTrue();
        pair.left().close();
        Source<ByteBuffer> reader = pair.right().reader();
        assertThat(reading.poll(reader).remaining()).isEqualTo(5);
        assertThat(reader.isDone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 1000, 64 * 1024})
    void between_two_workers_no_byte_is_lost_or_turned_around(int capacity) throws Exception {
        int size = capacity < 10 ? 20_000 : 2_000_000;
        byte[] bytes = new byte[size];
        new Random(capacity).nextBytes(bytes);
        CRC32 sent = new CRC32();
        sent.update(bytes);
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build()) {
            Duplex pair = Duplex.create(capacity);
            JoinHandle<Long> echo =
                    runtime.spawn(Copy.of(pair.right().reader(), pair.right().writer()));
            JoinHandle<Long> writer = runtime.spawn(
                    Copy.of(once(ByteBuffer.wrap(bytes)), pair.left().writer()));
            CRC32 received = new CRC32();
            Source<ByteBuffer> reader = pair.left().reader();
            Pollable<@Nullable Void> toTheEnd = cx -> {
                for (ByteBuffer chunk; (chunk = reader.poll(cx)) != null; ) {
                    assertThat(chunk.remaining()).isBetween(1, capacity);
                    received.update(chunk);
                }
                return reader.isDone() ? Poll.done() : Poll.pending();
            };
            runtime.spawn(toTheEnd).join();
            assertThat(writer.join()).isEqualTo(size);
            assertThat(echo.join()).isEqualTo(size);
            assertThat(received.getValue()).isEqualTo(sent.getValue());
        }
    }

    private static Source<ByteBuffer> once(ByteBuffer item) {
        return new Source<>() {
            private boolean given;

            @Override
            public @Nullable ByteBuffer poll(Context cx) {
                if (given) {
                    return null;
                }
                given = true;
                return item;
            }

            @Override
            public boolean isDone() {
                return given;
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void halves_are_taken_once_and_a_capacity_is_at_least_one() {
        ByteStream stream = Duplex.create().left();
        stream.reader();
        stream.writer();
        assertThatThrownBy(stream::reader).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(stream::writer).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Duplex.create(0)).hasMessageContaining("capacity");
    }
}
