package dev.weir.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Context;
import dev.weir.testkit.PollProbe;
import dev.weir.testkit.ScriptedSource;
import dev.weir.testkit.SourceLaws;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Sources in memory, polled by hand; a socket lends in the test of the same name in {@code net}. */
class ConsumeTest {
    private final PollProbe probe = PollProbe.create();
    private final StringBuilder taken = new StringBuilder();

    private static ByteBuffer utf8(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }

    private void take(ByteBuffer chunk) {
        taken.append(StandardCharsets.UTF_8.decode(chunk));
    }

    @Test
    void everything_is_handed_over_and_counted_and_the_source_is_closed() throws Exception {
        SourceLaws<ByteBuffer> source = SourceLaws.check(
                ScriptedSource.of(utf8("ab")).pause().item(utf8("cde")).end());
        Consume consume = Consume.of(source, this::take);
        assertThat(probe.poll(consume).isPending()).isTrue();
        assertThat(taken.toString()).isEqualTo("ab");
        assertThat(consume.bytes()).isEqualTo(2);
        assertThat(probe.poll(consume).get()).isEqualTo(5);
        assertThat(taken.toString()).isEqualTo("abcde");
        consume.close();
        source.assertClosed();
    }

    @Test
    void what_was_taken_before_a_failure_of_the_source_is_counted() throws Exception {
        SourceLaws<ByteBuffer> source =
                SourceLaws.check(ScriptedSource.of(utf8("abc")).fail(new IOException("planned")));
        Consume consume = Consume.of(source, this::take);
        assertThatThrownBy(() -> probe.poll(consume)).hasMessage("planned");
        assertThat(consume.bytes()).isEqualTo(3);
        consume.close();
        source.assertClosed();
    }

    @Test
    void a_source_that_charges_nothing_is_bounded_and_its_end_costs_nothing() throws Exception {
        PollProbe brief = PollProbe.withBudget(4);
        Consume consume = Consume.of(new FreeSource(8), chunk -> {});
        assertThat(brief.poll(consume).isPending()).isTrue();
        assertThat(consume.bytes()).isEqualTo(4);
        assertThat(brief.isWoken()).isTrue();
        assertThat(brief.poll(consume).get()).isEqualTo(8);
        consume.close();
    }

    @Test
    void nothing_is_read_after_an_action_that_throws() throws Exception {
        ScriptedSource<ByteBuffer> source = ScriptedSource.of(utf8("ab"), utf8("cd"), utf8("ef"));
        Consume consume = Consume.of(source, chunk -> {
            take(chunk);
            if (taken.length() == 4) {
                throw new IllegalStateException("planned");
            }
        });
        assertThatThrownBy(() -> probe.poll(consume)).hasMessage("planned");
        assertThat(source.polls()).isEqualTo(2);
        assertThat(consume.bytes()).as("without the chunk that it threw at").isEqualTo(2);
        assertThat(source.closes()).isZero();
        consume.close();
        assertThat(source.closes()).isEqualTo(1);
    }

    @Test
    void a_chunk_that_is_kept_or_left_half_read_is_empty_afterwards() throws Exception {
        List<ByteBuffer> kept = new ArrayList<>();
        for (LentText lender : List.of(new LentText("abc"), new LentText("def"))) {
            Consume consume = Consume.of(lender, chunk -> {
                chunk.get();
                kept.add(chunk);
            });
            assertThat(probe.poll(consume).get()).isEqualTo(3);
        }
        Consume ofItems = Consume.of(ScriptedSource.of(utf8("ghi")).end(), kept::add);
        assertThat(probe.poll(ofItems).get()).isEqualTo(3);
        assertThat(kept).hasSize(3).allMatch(chunk -> !chunk.hasRemaining());
    }

    @Test
    void what_is_lent_is_read_where_it_lies_and_stays_as_it_was() throws Exception {
        LentText lender = new LentText("abc");
        Consume consume = Consume.of(lender, chunk -> {
            chunk.order(ByteOrder.LITTLE_ENDIAN);
            assertThatThrownBy(() -> chunk.put(0, (byte) 0)).isInstanceOf(ReadOnlyBufferException.class);
            lender.memory.put(0, (byte) 'A');
            take(chunk);
        });
        assertThat(probe.poll(consume).get()).isEqualTo(3);
        assertThat(taken.toString()).as("not a copy").isEqualTo("Abc");
        assertThat(lender.memory.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
        assertThat(lender.memory.limit()).isEqualTo(3);
        assertThat(lender.polls).as("one, that tells the end from a failure").isEqualTo(1);
    }

    /** Lends one chunk and ends. */
    private static final class LentText implements LendingSource {
        private final ByteBuffer memory;
        private boolean lent;
        private int polls;

        LentText(String text) {
            memory = utf8(text);
        }

        @Override
        public @Nullable ByteBuffer lend(Context cx) {
            ByteBuffer chunk = lent ? null : memory;
            lent = true;
            return chunk;
        }

        @Override
        public @Nullable ByteBuffer poll(Context cx) {
            polls++;
            return null;
        }

        @Override
        public boolean isDone() {
            return lent;
        }

        @Override
        public void close() {}
    }
}
