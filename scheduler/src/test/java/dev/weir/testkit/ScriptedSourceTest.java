package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ScriptedSourceTest {
    private final PollProbe probe = PollProbe.create();

    @Test
    void it_does_what_the_script_says_and_waits_where_it_stops() throws Exception {
        ScriptedSource<String> source = ScriptedSource.of("a").pause().item("b");
        assertThat(probe.poll(source)).isEqualTo("a");
        assertThat(probe.poll(source)).isNull();
        assertThat(probe.isWoken()).isTrue();
        assertThat(probe.poll(source)).isEqualTo("b");
        assertThat(probe.poll(source)).isNull();
        assertThat(probe.isWoken()).isFalse();
        source.item("c");
        assertThat(probe.isWoken()).isTrue();
        assertThat(probe.poll(source)).isEqualTo("c");
        assertThat(source.polls()).isEqualTo(5);
    }

    @Test
    void the_end_is_noticed_without_a_poll_and_is_the_last_word() throws Exception {
        ScriptedSource<String> source = ScriptedSource.of("a").end().item("never");
        assertThat(source.isDone()).isFalse();
        assertThat(probe.poll(source)).isEqualTo("a");
        assertThat(source.isDone()).isTrue();
        assertThat(probe.poll(source)).isNull();
        assertThat(probe.poll(source)).isNull();
        assertThat(source.isDone()).isTrue();
    }

    @Test
    void a_failure_is_noticed_without_a_poll_and_thrown_by_one() {
        IOException failure = new IOException("reset");
        ScriptedSource<String> source = ScriptedSource.<String>of().fail(failure);
        assertThat(source.isDone()).isTrue();
        assertThatThrownBy(() -> probe.poll(source)).isSameAs(failure);
    }

    @Test
    void a_failure_is_thrown_although_no_budget_is_left() throws Exception {
        IOException failure = new IOException("reset");
        ScriptedSource<String> source = ScriptedSource.of("a").fail(failure);
        var turn = PollProbe.withBudget(1).turn();
        assertThat(source.poll(turn)).isEqualTo("a");
        assertThatThrownBy(() -> source.poll(turn)).isSameAs(failure);
    }

    @Test
    void it_pays_for_items_and_not_for_waiting() throws Exception {
        PollProbe poor = PollProbe.withBudget(1);
        ScriptedSource<String> source = ScriptedSource.of("a", "b");
        var turn = poor.turn();
        assertThat(source.poll(turn)).isEqualTo("a");
        assertThat(source.poll(turn)).isNull();
        assertThat(poor.isWoken()).isTrue();
        assertThat(source.poll(poor.turn())).isEqualTo("b");
        turn = poor.turn();
        assertThat(source.poll(turn)).isNull();
        assertThat(turn.budget().isExhausted()).isFalse();
    }

    @Test
    void it_counts_closes_and_remembers_the_last_waker() throws Exception {
        ScriptedSource<String> source = ScriptedSource.of();
        assertThat(source.lastWaker()).isNull();
        probe.poll(source);
        assertThat(source.lastWaker()).isSameAs(probe.turn().waker());
        source.close();
        assertThat(source.closes()).isEqualTo(1);
        source.item("too late");
        assertThat(probe.isWoken()).isFalse();
    }
}
