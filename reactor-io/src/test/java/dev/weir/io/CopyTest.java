package dev.weir.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Context;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import dev.weir.testkit.PollProbe;
import dev.weir.testkit.ScriptedSource;
import dev.weir.testkit.SinkLaws;
import dev.weir.testkit.SourceLaws;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Copies between pipes in memory, polled by hand. */
class CopyTest {
    private final PollProbe probe = PollProbe.create();

    private static ByteBuffer utf8(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }

    /** What can be read now. */
    private String read(Source<ByteBuffer> reader) throws Exception {
        StringBuilder text = new StringBuilder();
        for (ByteBuffer chunk; (chunk = probe.poll(reader)) != null; ) {
            text.append(StandardCharsets.UTF_8.decode(chunk));
        }
        return text.toString();
    }

    private void write(Sink<ByteBuffer> writer, String text) throws Exception {
        assertThat(writer.pollReady(probe.turn())).isTrue();
        writer.send(utf8(text));
        writer.pollFlush(probe.turn());
    }

    @Test
    void everything_is_moved_and_counted_and_both_ends_are_closed() throws Exception {
        Duplex pipe = Duplex.create();
        SourceLaws<ByteBuffer> source = SourceLaws.check(
                ScriptedSource.of(utf8("ab")).pause().item(utf8("cde")).end());
        SinkLaws<ByteBuffer> sink = SinkLaws.check(pipe.left().writer());
        Copy copy = Copy.of(source, sink);
        Source<ByteBuffer> out = pipe.right().reader();
        assertThat(probe.poll(copy).isPending()).isTrue();
        assertThat(read(out)).as("flushed when the source had nothing").isEqualTo("ab");
        assertThat(probe.poll(copy).get()).isEqualTo(5);
        copy.close();
        assertThat(read(out)).isEqualTo("cde");
        assertThat(out.isDone()).isTrue();
        assertThat(copy.chunks()).isEqualTo(2);
        source.assertClosed();
        sink.assertClosed();
    }

    private static final class Everything implements Sink<ByteBuffer> {
        @Override
        public boolean pollReady(Context cx) {
            return true;
        }

        @Override
        public void send(ByteBuffer item) {}

        @Override
        public boolean pollFlush(Context cx) {
            return true;
        }

        @Override
        public boolean pollFinish(Context cx) {
            return true;
        }

        @Override
        public void close() {}
    }

    @Test
    void a_source_that_charges_nothing_is_bounded_and_its_end_costs_nothing() throws Exception {
        PollProbe brief = PollProbe.withBudget(4);
        Copy copy = Copy.of(new FreeSource(8), new Everything());
        assertThat(brief.poll(copy).isPending()).isTrue();
        assertThat(copy.chunks()).isEqualTo(4);
        assertThat(brief.isWoken()).isTrue();
        assertThat(brief.poll(copy).get()).isEqualTo(8);
        copy.close();
    }

    @Test
    void nothing_is_taken_from_the_source_while_the_sink_has_no_room() throws Exception {
        Duplex pipe = Duplex.create(2);
        ScriptedSource<ByteBuffer> source = ScriptedSource.of(utf8("ab"), utf8("cd"), utf8("ef"));
        Copy copy = Copy.of(source, pipe.left().writer());
        Source<ByteBuffer> out = pipe.right().reader();
        for (int i = 0; i < 5; i++) {
            assertThat(probe.poll(copy).isPending()).isTrue();
        }
        assertThat(copy.bytes()).as("two in the pipe and an item in the writer").isEqualTo(4);
        assertThat(read(out)).isEqualTo("ab");
        assertThat(probe.isWoken() || probe.wakes() > 0).isTrue();
        probe.poll(copy);
        assertThat(copy.bytes()).isEqualTo(6);
        copy.close();
    }

    @Test
    void what_was_moved_before_a_failure_is_counted() throws Exception {
        Duplex pipe = Duplex.create();
        Copy copy = Copy.of(
                ScriptedSource.of(utf8("abc")).fail(new IOException("planned")),
                pipe.left().writer());
        assertThatThrownBy(() -> probe.poll(copy)).hasMessage("planned");
        assertThat(copy.bytes()).isEqualTo(3);
        copy.close();
        Source<ByteBuffer> reader = pipe.right().reader();
        assertThatThrownBy(() -> probe.poll(reader))
                .as("a part is not taken for the whole")
                .hasMessageContaining("aborted");
    }

    @Test
    void a_copy_that_has_finished_ends_in_order_and_one_that_is_given_up_does_not() throws Exception {
        Duplex whole = Duplex.create();
        Copy finished =
                Copy.of(ScriptedSource.of(utf8("abc")).end(), whole.left().writer());
        assertThat(probe.poll(finished).get()).isEqualTo(3);
        finished.close();
        Source<ByteBuffer> reader = whole.right().reader();
        assertThat(probe.poll(reader).remaining()).isEqualTo(3);
        assertThat(reader.isDone()).isTrue();
        Duplex part = Duplex.create();
        Copy givenUp = Copy.of(ScriptedSource.of(utf8("abc")), part.left().writer());
        assertThat(probe.poll(givenUp).isPending()).isTrue();
        givenUp.close();
        Source<ByteBuffer> other = part.right().reader();
        assertThatThrownBy(() -> probe.poll(other)).hasMessageContaining("aborted");
    }

    @Test
    void a_failure_of_the_source_does_not_wait_for_room() throws Exception {
        Duplex pipe = Duplex.create(2);
        Copy copy = Copy.of(
                ScriptedSource.of(utf8("ab")).fail(new IOException("planned")),
                pipe.left().writer());
        assertThatThrownBy(() -> {
                    for (int polls = 0; polls < 3; polls++) {
                        assertThat(probe.poll(copy).isPending()).isTrue();
                    }
                })
                .hasMessage("planned");
        copy.close();
    }

    @Test
    void each_side_may_end_first_and_its_end_is_passed_on_alone() throws Exception {
        Duplex client = Duplex.create();
        Duplex server = Duplex.create();
        CopyBidirectional both = CopyBidirectional.of(client.right(), server.left());
        Sink<ByteBuffer> clientOut = client.left().writer();
        Source<ByteBuffer> clientIn = client.left().reader();
        Sink<ByteBuffer> serverOut = server.right().writer();
        Source<ByteBuffer> serverIn = server.right().reader();

        write(clientOut, "question");
        assertThat(clientOut.pollFinish(probe.turn())).isTrue();
        assertThat(probe.poll(both).isPending()).isTrue();
        assertThat(read(serverIn)).isEqualTo("question");
        assertThat(serverIn.isDone()).isTrue();
        assertThat(clientIn.isDone()).isFalse();

        write(serverOut, "answer");
        assertThat(probe.poll(both).isPending()).isTrue();
        assertThat(read(clientIn)).isEqualTo("answer");
        assertThat(serverOut.pollFinish(probe.turn())).isTrue();
        assertThat(probe.poll(both).get()).isEqualTo(new CopyBidirectional.Counts(8, 6));
        assertThat(read(clientIn)).isEmpty();
        assertThat(clientIn.isDone()).isTrue();
        both.close();
    }

    @Test
    void a_failure_of_one_direction_closes_both_sides_and_the_counts_stay() throws Exception {
        Duplex client = Duplex.create();
        Duplex server = Duplex.create();
        CopyBidirectional both = CopyBidirectional.of(client.right(), server.left());
        Sink<ByteBuffer> clientOut = client.left().writer();
        Source<ByteBuffer> clientIn = client.left().reader();
        write(clientOut, "abc");
        probe.poll(both);
        server.right().close();
        assertThatThrownBy(() -> probe.poll(both)).isInstanceOf(IOException.class);
        both.close();
        assertThat(both.forth()).isEqualTo(3);
        assertThat(both.back()).isZero();
        assertThatThrownBy(() -> clientOut.pollReady(probe.turn())).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> probe.poll(clientIn))
                .as("no end, but a failure")
                .isInstanceOf(IOException.class);
    }
}
