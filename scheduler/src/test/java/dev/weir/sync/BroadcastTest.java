package dev.weir.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.task.Source;
import dev.weir.testkit.PollProbe;
import dev.weir.testkit.SinkLaws;
import dev.weir.testkit.SourceLaws;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BroadcastTest {
    private final PollProbe one = PollProbe.create();
    private final PollProbe two = PollProbe.create();

    @Test
    void every_receiver_gets_what_was_sent_after_it_subscribed() throws Exception {
        Broadcast.Sender<Integer> sender = Broadcast.withCapacity(4);
        assertThat(sender.send(0)).as("nobody is there").isZero();
        Broadcast.Receiver<Integer> first = sender.subscribe();
        assertThat(sender.send(1)).isEqualTo(1);
        Broadcast.Receiver<Integer> second = sender.subscribe();
        assertThat(sender.send(2)).isEqualTo(2);
        assertThat(one.poll(first.receive()).get()).isEqualTo(1);
        assertThat(one.poll(first.receive()).get()).isEqualTo(2);
        assertThat(one.poll(second.receive()).get()).isEqualTo(2);
        assertThat(one.poll(second.receive()).isPending()).isTrue();
    }

    @Test
    void a_send_wakes_all_who_wait() throws Exception {
        Broadcast.Sender<Integer> sender = Broadcast.withCapacity(1);
        Broadcast.Receiver<Integer> first = sender.subscribe();
        Broadcast.Receiver<Integer> second = sender.subscribe();
        assertThat(first.poll(one.turn())).isNull();
        assertThat(second.poll(two.turn())).isNull();
        assertThat(second.poll(two.turn())).isNull();
        sender.send(7);
        assertThat(one.isWoken() && two.isWoken()).isTrue();
        assertThat(first.poll(one.turn())).isEqualTo(7);
        assertThat(second.poll(two.turn())).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void who_is_too_slow_is_told_once_and_goes_on_with_the_oldest(int capacity) throws Exception {
        int kept = capacity == 3 ? 4 : capacity;
        Broadcast.Sender<Integer> sender = Broadcast.withCapacity(capacity);
        Broadcast.Receiver<Integer> slow = sender.subscribe();
        for (int i = 0; i < kept + 3; i++) {
            sender.send(i);
        }
        assertThat(slow.size()).isEqualTo(kept + 3);
        assertThatExceptionOfType(LaggedException.class)
                .isThrownBy(() -> slow.poll(one.turn()))
                .satisfies(e -> assertThat(e.missed()).isEqualTo(3));
        for (int i = 3; i < kept + 3; i++) {
            assertThat(slow.poll(one.turn())).isEqualTo(i);
        }
        assertThat(slow.poll(one.turn())).isNull();
        assertThat(sender.size()).isEqualTo(kept);
    }

    @Test
    void receivers_end_after_what_is_there_when_the_last_sender_is_closed() throws Exception {
        Broadcast.Sender<Integer> sender = Broadcast.withCapacity(2);
        Broadcast.Sender<Integer> other = sender.copy();
        Broadcast.WeakSender<Integer> weak = sender.downgrade();
        Broadcast.Receiver<Integer> receiver = sender.subscribe();
        Broadcast.Receiver<Integer> waiting = sender.subscribe();
        sender.send(1);
        sender.close();
        sender.close();
        assertThat(weak.upgrade().senders()).isEqualTo(2);
        assertThat(waiting.poll(two.turn())).isEqualTo(1);
        assertThat(waiting.poll(two.turn())).isNull();
        other.close();
        assertThat(two.isWoken()).as("one upgraded sender is left").isFalse();
        assertThatIllegalStateException().isThrownBy(() -> sender.send(2));
        assertThat(receiver.isDone()).isFalse();
    }

    @Test
    void the_last_sender_wakes_who_waits() throws Exception {
        Broadcast.Sender<Integer> sender = Broadcast.withCapacity(2);
        Broadcast.WeakSender<Integer> weak = sender.downgrade();
        Broadcast.Receiver<Integer> receiver = sender.subscribe();
        sender.send(1);
        assertThat(receiver.poll(one.turn())).isEqualTo(1);
        assertThat(receiver.poll(one.turn())).isNull();
        sender.close();
        assertThat(one.isWoken()).isTrue();
        assertThat(receiver.isDone()).isTrue();
        assertThat(one.poll(receiver.receive()).get()).isNull();
        assertThat(weak.upgrade()).isNull();
    }

    @Test
    void a_sender_learns_that_nobody_listens_any_more() throws Exception {
        Broadcast.Sender<Integer> sender = Broadcast.withCapacity(2);
        Broadcast.Receiver<Integer> receiver = sender.subscribe();
        var closed = sender.closed();
        assertThat(one.poll(closed).isPending()).isTrue();
        receiver.poll(two.turn());
        receiver.close();
        receiver.close();
        assertThat(one.isWoken()).isTrue();
        assertThat(one.poll(closed).isReady()).isTrue();
        assertThat(sender.receivers()).isZero();
    }

    @Test
    void who_subscribes_again_begins_at_the_end() {
        Broadcast.Sender<Integer> sender = Broadcast.withCapacity(2);
        Broadcast.Receiver<Integer> receiver = sender.subscribe();
        sender.send(1);
        Broadcast.Receiver<Integer> again = receiver.resubscribe();
        assertThat(again.tryReceive()).isNull();
        assertThat(receiver.tryReceive()).isEqualTo(1);
        assertThat(sender.receivers()).isEqualTo(2);
    }

    @Test
    void as_a_source_it_keeps_the_laws_and_counts_what_it_missed() throws Exception {
        Broadcast.Sender<Integer> sender = Broadcast.withCapacity(1);
        List<Long> missed = new ArrayList<>();
        SourceLaws<Integer> source = SourceLaws.check(sender.subscribe().source(missed::add));
        assertThat(one.poll(source)).isNull();
        source.assertWakerKept();
        for (int i = 0; i < 3; i++) {
            sender.send(i);
        }
        assertThat(one.isWoken()).isTrue();
        assertThat(one.poll(source)).isEqualTo(2);
        assertThat(missed).containsExactly(2L);
        sender.close();
        assertThat(source.isDone()).isTrue();
        assertThat(one.poll(source)).isNull();
        source.close();
        source.assertClosed();
    }

    @Test
    void a_source_fails_with_what_its_listener_throws() throws Exception {
        Broadcast.Sender<Integer> sender = Broadcast.withCapacity(1);
        Source<Integer> source = sender.subscribe().source(missed -> {
            throw new IllegalStateException("missed " + missed);
        });
        sender.send(1);
        sender.send(2);
        assertThatIllegalStateException().isThrownBy(() -> one.poll(source)).withMessage("missed 1");
    }

    @Test
    void as_a_sink_it_keeps_the_laws_and_is_always_ready() throws Exception {
        Broadcast.Sender<Integer> sender = Broadcast.withCapacity(2);
        Broadcast.Receiver<Integer> receiver = sender.subscribe();
        SinkLaws<Integer> sink = SinkLaws.check(sender.sink());
        sender.close();
        assertThat(sink.pollReady(one.turn())).isTrue();
        sink.send(1);
        assertThat(sink.pollFinish(one.turn())).isTrue();
        sink.close();
        sink.assertClosed();
        assertThat(receiver.poll(one.turn())).isEqualTo(1);
        assertThat(receiver.isDone()).isTrue();
    }

    @Test
    void a_receive_charges_one_and_a_wait_nothing() {
        PollProbe poor = PollProbe.withBudget(1);
        Broadcast.Sender<Integer> sender = Broadcast.withCapacity(2);
        Broadcast.Receiver<Integer> receiver = sender.subscribe();
        var cx = poor.turn();
        assertThat(receiver.poll(cx)).isNull();
        sender.send(1);
        sender.send(2);
        assertThat(receiver.poll(cx)).isEqualTo(1);
        assertThat(receiver.poll(cx)).isNull();
        assertThat(receiver.poll(poor.turn())).isEqualTo(2);
    }

    @Test
    void it_has_to_have_room_for_one() {
        assertThatIllegalArgumentException().isThrownBy(() -> Broadcast.withCapacity(0));
    }
}
