package dev.weir.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.PollProbe;
import dev.weir.testkit.ScriptedSource;
import dev.weir.testkit.SinkLaws;
import dev.weir.testkit.SourceLaws;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DrainTest {
    private final PollProbe probe = PollProbe.create();
    private final Slow destination = new Slow();
    private final SinkLaws<String> sink = SinkLaws.check(destination);

    /** Has the room, and finishes in as many steps, as the test says; has no room once it finishes. */
    private static final class Slow implements Sink<String> {
        final List<String> received = new ArrayList<>();
        final WakerCell waiter = new WakerCell();
        int room;
        int finishSteps;
        int flushes;
        int aborts;
        boolean finishing;

        @Override
        public boolean pollReady(Context cx) {
            waiter.register(cx.waker());
            return room > 0 && !finishing;
        }

        @Override
        public void send(String item) {
            room--;
            received.add(item);
        }

        @Override
        public boolean pollFlush(Context cx) {
            flushes++;
            return true;
        }

        @Override
        public boolean pollFinish(Context cx) {
            finishing = true;
            waiter.register(cx.waker());
            return finishSteps-- == 0;
        }

        @Override
        public void close() {}

        @Override
        public void abort() {
            aborts++;
        }
    }

    @Test
    void a_failure_of_the_source_does_not_wait_for_room_and_a_completion_finishes() throws Exception {
        Pollable<Long> failing = sink.drain(ScriptedSource.<String>of().fail(new IOException("planned")));
        assertThatThrownBy(() -> probe.poll(failing)).hasMessage("planned");
        failing.close();
        assertThat(destination.aborts).isEqualTo(1);

        Slow full = new Slow();
        Pollable<Long> completing = SinkLaws.check(full)
                .drain(SourceLaws.check(ScriptedSource.<String>of().end()));
        assertThat(probe.poll(completing).isReady()).isTrue();
        assertThat(full.received).isEmpty();
        completing.close();
        assertThat(full.aborts).isZero();
    }

    @Test
    void a_sink_that_was_not_finished_is_aborted_and_one_that_was_is_closed() throws Exception {
        destination.room = 5;
        Pollable<Long> failing = sink.drain(ScriptedSource.of("a").fail(new IOException("planned")));
        assertThatThrownBy(() -> probe.poll(failing)).hasMessage("planned");
        failing.close();
        assertThat(destination.aborts).isEqualTo(1);
        Slow other = new Slow();
        other.room = 5;
        Pollable<Long> whole = other.drain(ScriptedSource.of("a").end());
        assertThat(probe.poll(whole).isReady()).isTrue();
        whole.close();
        assertThat(other.aborts).isZero();
    }

    @Test
    void an_item_is_taken_only_when_there_is_room() throws Exception {
        ScriptedSource<String> source = ScriptedSource.of("a", "b").end();
        Pollable<Long> drain = sink.drain(SourceLaws.check(source));
        assertThat(probe.poll(drain).isPending()).isTrue();
        assertThat(source.polls()).isZero();
        destination.room = 1;
        assertThat(probe.poll(drain).isPending()).isTrue();
        assertThat(source.polls()).isEqualTo(1);
        destination.room = 5;
        assertThat(probe.poll(drain).get()).isEqualTo(2);
        assertThat(destination.received).containsExactly("a", "b");
    }

    @Test
    void a_source_that_charges_nothing_is_bounded_and_its_end_costs_nothing() throws Exception {
        PollProbe brief = PollProbe.withBudget(4);
        Slow wide = new Slow();
        wide.room = 100;
        Pollable<Long> drain = wide.drain(new Source<>() {
            private int left = 8;

            @Override
            public @Nullable String poll(Context cx) {
                return left == 0 ? null : "item " + left--;
            }

            @Override
            public boolean isDone() {
                return left == 0;
            }

            @Override
            public void close() {}
        });
        assertThat(brief.poll(drain).isPending()).isTrue();
        assertThat(wide.received).hasSize(4);
        assertThat(brief.isWoken()).isTrue();
        assertThat(brief.poll(drain).get()).isEqualTo(8);
        drain.close();
    }

    @Test
    void a_sink_that_finishes_in_steps_is_not_asked_for_room_again() throws Exception {
        destination.room = 5;
        destination.finishSteps = 2;
        Pollable<Long> drain =
                sink.drain(SourceLaws.check(ScriptedSource.of("a").end()));
        assertThat(probe.poll(drain).isPending()).isTrue();
        assertThat(probe.poll(drain).isPending()).isTrue();
        assertThat(probe.poll(drain).get()).isEqualTo(1);
    }

    @Test
    void what_was_sent_is_flushed_once_when_the_source_pauses() throws Exception {
        destination.room = 5;
        ScriptedSource<String> source = ScriptedSource.of("a");
        Pollable<Long> drain = sink.drain(SourceLaws.check(source));
        for (int i = 0; i < 3; i++) {
            assertThat(probe.poll(drain).isPending()).isTrue();
        }
        assertThat(destination.flushes).isEqualTo(1);
        source.end();
        assertThat(probe.isWoken()).isTrue();
        assertThat(probe.poll(drain).get()).isEqualTo(1);
    }

    @Test
    void both_ends_are_closed_once_also_after_a_failure() {
        destination.room = 5;
        ScriptedSource<String> source = ScriptedSource.<String>of().fail(new IOException("reset"));
        SourceLaws<String> checked = SourceLaws.check(source);
        Pollable<Long> drain = sink.drain(checked);
        assertThatThrownBy(() -> probe.poll(drain)).hasMessage("reset");
        drain.close();
        checked.assertClosed();
        sink.assertClosed();
    }
}
