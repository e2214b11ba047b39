package dev.weir.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.testkit.PollProbe;
import dev.weir.testkit.SinkLaws;
import dev.weir.testkit.SourceLaws;
import org.junit.jupiter.api.Test;

/** Tokio 104. */
class WatchTest {
    private final PollProbe one = PollProbe.create();
    private final PollProbe two = PollProbe.create();
    private final Watch.Sender<String> sender = Watch.of("a");
    private final Watch.Receiver<String> receiver = sender.subscribe();

    @Test
    void the_first_value_counts_as_seen() throws Exception {
        assertThat(receiver.hasChanged()).isFalse();
        assertThat(one.poll(receiver.changed()).isPending()).isTrue();
        assertThat(receiver.get()).isEqualTo("a");
    }

    @Test
    void a_change_wakes_all_who_wait_and_is_seen_once() throws Exception {
        Watch.Receiver<String> other = receiver.copy();
        assertThat(receiver.pollChanged(one.turn())).isFalse();
        assertThat(other.pollChanged(two.turn())).isFalse();
        assertThat(sender.send("b")).isTrue();
        assertThat(one.isWoken() && two.isWoken()).isTrue();
        assertThat(receiver.hasChanged()).isTrue();
        assertThat(receiver.pollChanged(one.turn())).isTrue();
        assertThat(receiver.hasChanged()).isFalse();
        assertThat(receiver.pollChanged(one.turn())).isFalse();
        assertThat(other.getAndMarkSeen()).isEqualTo("b");
        assertThat(other.pollChanged(two.turn())).isFalse();
    }

    @Test
    void only_the_last_of_many_changes_is_seen() throws Exception {
        sender.send("b");
        sender.send("c");
        assertThat(receiver.pollChanged(one.turn())).isTrue();
        assertThat(receiver.get()).isEqualTo("c");
        assertThat(receiver.pollChanged(one.turn())).isFalse();
    }

    @Test
    void reading_alone_marks_nothing_as_seen_and_marks_can_be_set() {
        sender.send("b");
        assertThat(receiver.get()).isEqualTo("b");
        assertThat(receiver.hasChanged()).isTrue();
        receiver.markUnchanged();
        assertThat(receiver.hasChanged()).isFalse();
        receiver.markChanged();
        assertThat(receiver.pollChanged(one.turn())).isTrue();
    }

    @Test
    void the_last_value_is_still_seen_when_every_sender_is_closed() throws Exception {
        sender.send("b");
        sender.close();
        assertThatExceptionOfType(ClosedException.class).isThrownBy(receiver::hasChanged);
        assertThat(receiver.pollChanged(one.turn())).isTrue();
        assertThat(receiver.get()).isEqualTo("b");
        assertThatExceptionOfType(ClosedException.class).isThrownBy(() -> one.poll(receiver.changed()));
        assertThatIllegalStateException().isThrownBy(() -> sender.send("c"));
    }

    @Test
    void the_last_of_many_senders_wakes_who_waits() throws Exception {
        Watch.Sender<String> other = sender.copy();
        one.poll(receiver.changed());
        sender.close();
        assertThat(one.isWoken()).isFalse();
        other.close();
        assertThat(one.isWoken()).isTrue();
        assertThatExceptionOfType(ClosedException.class).isThrownBy(() -> one.poll(receiver.changed()));
    }

    @Test
    void a_send_without_receivers_changes_nothing_and_a_new_one_opens_it_again() throws Exception {
        var closed = sender.closed();
        assertThat(one.poll(closed).isPending()).isTrue();
        receiver.pollChanged(two.turn());
        receiver.close();
        receiver.close();
        assertThat(one.isWoken()).isTrue();
        assertThat(one.poll(closed).isReady()).isTrue();
        assertThat(sender.send("b")).isFalse();
        assertThat(sender.get()).isEqualTo("a");
        assertThat(sender.sendReplace("c")).isEqualTo("a");
        Watch.Receiver<String> late = sender.subscribe();
        assertThat(late.get()).isEqualTo("c");
        assertThat(late.hasChanged()).isFalse();
        assertThat(sender.send("d")).isTrue();
        assertThat(late.hasChanged()).isTrue();
    }

    @Test
    void a_change_that_throws_changes_nothing_and_tells_nobody() {
        receiver.pollChanged(one.turn());
        assertThatIllegalStateException()
                .isThrownBy(() -> sender.sendModify(value -> {
                    throw new IllegalStateException("of the change");
                }));
        assertThat(one.isWoken()).isFalse();
        assertThat(receiver.hasChanged()).isFalse();
        sender.sendModify(value -> value + "b");
        assertThat(one.isWoken()).isTrue();
        assertThat(receiver.get()).isEqualTo("ab");
    }

    @Test
    void a_function_that_returns_what_it_was_given_has_changed_nothing() {
        assertThat(sender.sendIfModified(value -> value)).isFalse();
        assertThat(receiver.hasChanged()).isFalse();
        assertThat(sender.sendIfModified(value -> value + "b")).isTrue();
        assertThat(receiver.hasChanged()).isTrue();
    }

    @Test
    void who_waits_for_a_condition_is_asked_about_the_present_value_first() throws Exception {
        assertThat(one.poll(receiver.waitFor("a"::equals)).get()).isEqualTo("a");
        var wait = receiver.waitFor("c"::equals);
        assertThat(one.poll(wait).isPending()).isTrue();
        sender.send("b");
        assertThat(one.poll(wait).isPending()).isTrue();
        sender.send("c");
        assertThat(one.poll(wait).get()).isEqualTo("c");
        assertThat(receiver.hasChanged()).isFalse();
        sender.close();
        assertThat(one.poll(receiver.waitFor("c"::equals)).get()).isEqualTo("c");
        assertThatExceptionOfType(ClosedException.class).isThrownBy(() -> one.poll(receiver.waitFor("d"::equals)));
    }

    @Test
    void as_a_source_it_keeps_the_laws_and_begins_with_the_present_value() throws Exception {
        SourceLaws<String> source = SourceLaws.check(receiver.source());
        assertThat(one.poll(source)).isEqualTo("a");
        assertThat(one.poll(source)).isNull();
        source.assertWakerKept();
        sender.send("b");
        sender.send("c");
        assertThat(one.isWoken()).isTrue();
        assertThat(one.poll(source)).isEqualTo("c");
        sender.send("d");
        sender.close();
        assertThat(source.isDone()).isFalse();
        assertThat(one.poll(source)).isEqualTo("d");
        assertThat(source.isDone()).isTrue();
        assertThat(one.poll(source)).isNull();
        source.close();
        source.assertClosed();
    }

    @Test
    void as_a_sink_it_keeps_the_laws() throws Exception {
        SinkLaws<String> sink = SinkLaws.check(sender.sink());
        assertThat(sink.pollReady(one.turn())).isTrue();
        sink.send("b");
        assertThat(sink.pollFlush(one.turn())).isTrue();
        assertThat(sink.pollFinish(one.turn())).isTrue();
        sink.close();
        sink.assertClosed();
        assertThat(receiver.get()).isEqualTo("b");
        assertThat(receiver.hasChanged()).isTrue();
    }

    @Test
    void a_change_charges_one_and_a_wait_nothing() {
        PollProbe poor = PollProbe.withBudget(1);
        var cx = poor.turn();
        assertThat(receiver.pollChanged(cx)).isFalse();
        sender.send("b");
        assertThat(receiver.pollChanged(cx)).isTrue();
        sender.send("c");
        assertThat(receiver.pollChanged(cx)).isFalse();
        assertThat(receiver.pollChanged(poor.turn())).isTrue();
    }
}
