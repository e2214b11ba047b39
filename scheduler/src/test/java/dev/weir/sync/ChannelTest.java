package dev.weir.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.Pollable;
import dev.weir.testkit.PollProbe;
import dev.weir.testkit.SinkLaws;
import dev.weir.testkit.SourceLaws;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelTest {
    private final PollProbe receiving = PollProbe.create();
    private final PollProbe sending = PollProbe.create();

    private static Channel<Integer> full(int capacity) {
        Channel<Integer> channel = Channel.bounded(capacity);
        for (int i = 0; i < capacity; i++) {
            assertThat(channel.sender().trySend(i)).isEqualTo(Channel.Offer.ACCEPTED);
        }
        return channel;
    }

    // ---- room, tokio 96 ----

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 1024, 20_000})
    void holds_as_many_items_as_it_was_made_for_and_gives_them_back_in_order(int capacity) throws Exception {
        Channel<Integer> channel = full(capacity);
        assertThat(channel.sender().trySend(-1)).isEqualTo(Channel.Offer.FULL);
        assertThat(channel.sender().capacity()).isZero();
        assertThat(channel.sender().maxCapacity()).isEqualTo(capacity);
        assertThat(channel.receiver().size()).isEqualTo(capacity);
        for (int i = 0; i < capacity; i++) {
            assertThat(receiving.poll(channel.receiver())).isEqualTo(i);
        }
        assertThat(receiving.poll(channel.receiver())).isNull();
        assertThat(channel.sender().capacity()).isEqualTo(capacity);
        assertThat(channel.receiver().isEmpty()).isTrue();
    }

    @Test
    void without_a_bound_promises_beyond_what_can_be_counted_wait_for_others_to_be_given_back() throws Exception {
        Channel<Integer> channel = Channel.unbounded();
        Channel.Sender<Integer> sender = channel.sender();
        Channel.Permit<Integer> first =
                sending.poll(sender.reserve(Channel.MAX_CAPACITY)).get();
        Pollable<Channel.Permit<Integer>> second = sender.reserve(Channel.MAX_CAPACITY);
        assertThat(sending.poll(second).isPending()).isTrue();
        assertThat(channel.receiver().size()).isZero();
        first.close();
        assertThat(sending.poll(second).get().left()).isEqualTo(Channel.MAX_CAPACITY);
        assertThat(channel.receiver().size()).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sender.reserve(Channel.MAX_CAPACITY + 1))
                .withMessageContaining("from 0 to " + Channel.MAX_CAPACITY);
    }

    @Test
    void a_number_that_is_put_late_finds_its_chunk_though_others_are_chunks_ahead() {
        Slots<Integer> slots = new ChunkSlots<>();
        for (int number = 1; number < 400; number++) {
            slots.put(number, number);
        }
        assertThat(slots.take(0)).isNull();
        slots.put(0, 0);
        for (int number = 0; number < 400; number++) {
            assertThat(slots.take(number)).isEqualTo(number);
        }
        assertThat(slots.take(400)).isNull();
    }

    @Test
    void numbers_that_run_round_the_ring_and_the_chunks_keep_the_order() throws Exception {
        for (Channel<Integer> channel : List.<Channel<Integer>>of(
                Channel.bounded(3), Channel.<Integer>unbounded(), Channel.bounded(Slots.LARGEST_RING + 1))) {
            int next = 0;
            int sent = 0;
            for (int i = 0; i < 2_000; i++) {
                for (int burst = 0; burst < 1 + i % 3; burst++) {
                    sent += channel.sender().trySend(sent) == Channel.Offer.ACCEPTED ? 1 : 0;
                }
                for (int burst = 0; burst < 1 + i % 2; burst++) {
                    Integer item = channel.receiver().tryReceive();
                    if (item != null) {
                        assertThat(item).isEqualTo(next++);
                    }
                }
            }
            assertThat(channel.receiver().size()).isEqualTo(sent - next);
        }
    }

    @Test
    void who_finds_it_full_waits_and_is_served_first_come_first_served() throws Exception {
        Channel<Integer> channel = full(1);
        PollProbe later = PollProbe.create();
        Pollable<Void> first = channel.sender().send(10);
        Pollable<Void> second = channel.sender().send(20);
        assertThat(sending.poll(first).isPending()).isTrue();
        assertThat(later.poll(second).isPending()).isTrue();

        assertThat(receiving.poll(channel.receiver())).isZero();
        assertThat(sending.isWoken()).isTrue();
        assertThat(later.isWoken()).isFalse();
        assertThat(later.poll(second).isPending()).isTrue();
        assertThat(channel.sender().trySend(30))
                .as("nobody overtakes the queue")
                .isEqualTo(Channel.Offer.FULL);
        assertThat(sending.poll(first).isReady()).isTrue();
        assertThat(receiving.poll(channel.receiver())).isEqualTo(10);
        assertThat(later.isWoken()).isTrue();
        assertThat(later.poll(second).isReady()).isTrue();
        assertThat(receiving.poll(channel.receiver())).isEqualTo(20);
        assertThatIllegalStateException().isThrownBy(() -> later.poll(second));
    }

    @Test
    void a_send_that_is_given_up_is_not_sent_and_passes_its_room_on() throws Exception {
        Channel<Integer> channel = full(1);
        PollProbe later = PollProbe.create();
        Pollable<Void> waiting = channel.sender().send(10);
        Pollable<Void> granted = channel.sender().send(11);
        Pollable<Void> last = channel.sender().send(12);
        sending.poll(waiting);
        sending.poll(granted);
        later.poll(last);
        waiting.close();
        receiving.poll(channel.receiver());
        granted.close();
        assertThat(later.isWoken()).isTrue();
        assertThat(later.poll(last).isReady()).isTrue();
        assertThat(receiving.poll(channel.receiver())).isEqualTo(12);
        assertThat(channel.sender().capacity()).isEqualTo(1);
    }

    @Test
    void the_waker_of_the_last_poll_is_woken_on_either_side() throws Exception {
        PollProbe other = PollProbe.create();
        Channel<Integer> channel = Channel.bounded(1);
        receiving.poll(channel.receiver());
        other.poll(channel.receiver());
        channel.sender().trySend(1);
        assertThat(receiving.isWoken()).isFalse();
        assertThat(other.isWoken()).isTrue();

        Pollable<Void> send = channel.sender().send(2);
        sending.poll(send);
        other.poll(send);
        receiving.poll(channel.receiver());
        assertThat(sending.isWoken()).isFalse();
        assertThat(other.isWoken()).isTrue();
    }

    @Test
    void a_receiver_is_woken_once_for_many_items() throws Exception {
        Channel<Integer> channel = Channel.bounded(4);
        receiving.poll(channel.receiver());
        for (int i = 0; i < 4; i++) {
            channel.sender().trySend(i);
        }
        assertThat(receiving.wakes()).isEqualTo(1);
    }

    // ---- permits, tokio 98 ----

    @Test
    void a_permit_is_room_until_it_is_used_or_given_back() throws Exception {
        Channel<Integer> channel = Channel.bounded(2);
        Channel.Permit<Integer> permit =
                sending.poll(channel.sender().reserve(2)).get();
        assertThat(permit.left()).isEqualTo(2);
        assertThat(channel.sender().trySend(0)).isEqualTo(Channel.Offer.FULL);
        assertThat(channel.sender().tryReserve()).isNull();
        permit.send(1);
        assertThat(receiving.poll(channel.receiver())).isEqualTo(1);
        assertThat(channel.sender().capacity()).isEqualTo(1);
        permit.close();
        permit.close();
        assertThat(channel.sender().capacity()).isEqualTo(2);
        assertThatIllegalStateException().isThrownBy(() -> permit.send(2));
    }

    @Test
    void items_sent_while_a_permit_is_out_are_received_without_it() throws Exception {
        Channel<Integer> channel = Channel.bounded(2);
        Channel.Permit<Integer> permit = channel.sender().tryReserve();
        channel.sender().trySend(2);
        assertThat(receiving.poll(channel.receiver())).isEqualTo(2);
        permit.send(1);
        assertThat(receiving.poll(channel.receiver())).isEqualTo(1);
    }

    @Test
    void who_reserves_many_waits_for_all_at_the_head_of_the_queue() throws Exception {
        Channel<Integer> channel = full(2);
        PollProbe later = PollProbe.create();
        Pollable<Channel.Permit<Integer>> both = channel.sender().reserve(2);
        Pollable<Void> one = channel.sender().send(9);
        assertThat(sending.poll(both).isPending()).isTrue();
        assertThat(later.poll(one).isPending()).isTrue();
        receiving.poll(channel.receiver());
        assertThat(sending.isWoken() || later.isWoken()).isFalse();
        assertThat(channel.sender().trySend(9)).isEqualTo(Channel.Offer.FULL);
        both.close();
        assertThat(later.isWoken()).as("needs less").isTrue();
        assertThat(later.poll(one).isReady()).isTrue();
    }

    @Test
    void nothing_can_be_reserved_beyond_the_bound() throws Exception {
        Channel<Integer> channel = Channel.bounded(2);
        assertThat(sending.poll(channel.sender().reserve(0)).get().left()).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> channel.sender().reserve(3))
                .withMessageContaining("3");
        assertThatIllegalArgumentException().isThrownBy(() -> Channel.bounded(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Channel.bounded(Channel.MAX_CAPACITY + 1));
    }

    // ---- ends, tokio 99 ----

    @Test
    void the_receiver_ends_after_the_last_sender_and_the_last_item() throws Exception {
        Channel<Integer> channel = Channel.bounded(2);
        Channel.Sender<Integer> other = channel.sender().copy();
        Channel.WeakSender<Integer> weak = channel.sender().downgrade();
        assertThat(other.senders()).isEqualTo(2);
        other.trySend(1);
        channel.sender().close();
        channel.sender().close();
        assertThat(channel.receiver().isDone()).isFalse();
        Channel.Sender<Integer> upgraded = weak.upgrade();
        assertThat(upgraded.isSameChannel(other)).isTrue();
        upgraded.close();
        other.close();
        assertThat(weak.upgrade()).isNull();
        assertThat(channel.receiver().isDone()).isFalse();
        assertThat(receiving.poll(channel.receiver())).isEqualTo(1);
        assertThat(channel.receiver().isDone()).isTrue();
        assertThat(receiving.poll(channel.receiver().receive()).get()).isNull();
        assertThatIllegalStateException().isThrownBy(() -> other.trySend(2));
    }

    @Test
    void the_last_sender_wakes_the_receiver_when_it_is_closed() throws Exception {
        Channel<Integer> channel = Channel.bounded(1);
        Pollable<Integer> receive = channel.receiver().receive();
        assertThat(receiving.poll(receive).isPending()).isTrue();
        channel.sender().close();
        assertThat(receiving.isWoken()).isTrue();
        assertThat(receiving.poll(receive).get()).isNull();
    }

    @Test
    void a_stopped_receiver_still_gets_what_was_sent_and_what_was_reserved() throws Exception {
        Channel<Integer> channel = Channel.bounded(3);
        Channel.Permit<Integer> used = channel.sender().tryReserve();
        Channel.Permit<Integer> unused = channel.sender().tryReserve();
        channel.sender().trySend(1);
        Pollable<Void> waiting = channel.sender().send(4);
        Pollable<Void> closed = channel.sender().closed();
        assertThat(sending.poll(waiting).isPending()).isTrue();
        assertThat(sending.poll(closed).isPending()).isTrue();
        channel.receiver().stop();
        assertThat(sending.poll(closed).isReady()).isTrue();
        assertThatExceptionOfType(ClosedException.class).isThrownBy(() -> sending.poll(waiting));
        assertThat(channel.sender().trySend(5)).isEqualTo(Channel.Offer.CLOSED);

        assertThat(receiving.poll(channel.receiver())).isEqualTo(1);
        assertThat(receiving.poll(channel.receiver())).isNull();
        assertThat(channel.receiver().isDone()).isFalse();
        used.send(2);
        assertThat(receiving.isWoken()).isTrue();
        assertThat(receiving.poll(channel.receiver())).isEqualTo(2);
        assertThat(receiving.poll(channel.receiver())).isNull();
        unused.close();
        assertThat(receiving.isWoken()).as("nothing more can come").isTrue();
        assertThat(channel.receiver().isDone()).isTrue();
    }

    @Test
    void a_closed_receiver_drops_what_is_there_and_refuses_the_rest() throws Exception {
        Channel<Integer> channel = full(2);
        Pollable<Void> waiting = channel.sender().send(3);
        sending.poll(waiting);
        channel.receiver().close();
        assertThat(sending.isWoken()).isTrue();
        assertThatExceptionOfType(ClosedException.class).isThrownBy(() -> sending.poll(waiting));
        assertThat(channel.sender().isClosed()).isTrue();
        assertThat(channel.receiver().size()).isZero();
        assertThatExceptionOfType(ClosedException.class)
                .isThrownBy(() -> channel.sender().sendBlocking(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 20_000})
    @Timeout(10)
    void what_is_sent_on_a_permit_after_the_receiver_has_gone_is_dropped_and_waited_for_by_nobody(int capacity)
            throws Exception {
        Channel<Integer> channel = Channel.bounded(capacity);
        Channel.Permit<Integer> used = channel.sender().tryReserve();
        Channel.Permit<Integer> kept = channel.sender().tryReserve();
        channel.receiver().close();
        used.send(1);
        assertThat(channel.receiver().size()).isZero();
        assertThat(channel.receiver().isDone()).as("nothing will ever come").isTrue();
        assertThat(channel.receiver().tryReceive()).isNull();
        assertThat(channel.receiver().receiveBlocking()).isNull();
        kept.close();
        assertThat(channel.sender().capacity()).isEqualTo(capacity);
    }

    @Test
    void a_sender_that_is_closed_gives_up_what_it_waits_for_and_what_it_has_reserved() throws Exception {
        Channel<Integer> channel = Channel.bounded(1);
        Channel.Sender<Integer> waits = channel.sender().copy();
        assertThat(channel.sender().pollReserve(sending.turn())).isTrue();
        assertThat(channel.sender().pollReserve(sending.turn())).isTrue();
        assertThat(waits.pollSend(receiving.turn(), 1)).isFalse();
        channel.sender().close();
        assertThat(receiving.isWoken()).isTrue();
        waits.close();
        assertThat(channel.receiver().isDone()).isTrue();
    }

    // ---- many at once ----

    @Test
    void many_are_received_for_one_charge_and_one_pass_over_who_waits() throws Exception {
        Channel<Integer> channel = full(4);
        PollProbe other = PollProbe.create();
        Pollable<Void> first = channel.sender().send(4);
        Pollable<Void> second = channel.sender().send(5);
        sending.poll(first);
        other.poll(second);
        List<Integer> got = new ArrayList<>();
        Context cx = receiving.turn();
        int before = remaining(cx);
        assertThat(channel.receiver().pollMany(cx, got::add, 3)).isEqualTo(3);
        assertThat(before - remaining(cx)).isEqualTo(1);
        assertThat(got).containsExactly(0, 1, 2);
        assertThat(sending.isWoken() && other.isWoken()).isTrue();
        assertThat(receiving.poll(channel.receiver().receiveMany(got::add, 10)).get())
                .isEqualTo(1);
        assertThat(receiving.poll(channel.receiver().receiveMany(got::add, 10)).isPending())
                .isTrue();
        channel.receiver().stop();
        assertThat(receiving.poll(channel.receiver().receiveMany(got::add, 10)).isPending())
                .as("two slots were granted")
                .isTrue();
        first.close();
        second.close();
        assertThat(receiving.poll(channel.receiver().receiveMany(got::add, 10)).get())
                .isZero();
    }

    @Test
    void a_taker_that_throws_has_received_what_it_was_given() {
        Channel<Integer> channel = full(3);
        assertThatIllegalStateException()
                .isThrownBy(() -> channel.receiver()
                        .pollMany(
                                receiving.turn(),
                                item -> {
                                    if (item == 1) {
                                        throw new IllegalStateException("of the taker");
                                    }
                                },
                                3));
        assertThat(channel.receiver().tryReceive()).isEqualTo(2);
        assertThat(channel.sender().capacity()).isEqualTo(3);
    }

    // ---- budget, tokio 55 ----

    @Test
    void a_thousand_items_take_more_than_one_turn() throws Exception {
        Channel<Integer> channel = full(1_000);
        Context cx = receiving.turn();
        int got = 0;
        while (channel.receiver().poll(cx) != null) {
            got++;
        }
        assertThat(got).isEqualTo(Budget.DEFAULT);
        assertThat(receiving.isWoken()).isTrue();
    }

    @Test
    void what_waits_charges_nothing() throws Exception {
        PollProbe poor = PollProbe.withBudget(1);
        Context cx = poor.turn();
        Channel<Integer> channel = Channel.bounded(1);
        assertThat(channel.receiver().poll(cx)).isNull();
        assertThat(cx.budget().isExhausted()).isFalse();
        assertThat(channel.sender().pollSend(cx, 1)).isTrue();
        assertThat(cx.budget().isExhausted()).isTrue();
        assertThat(channel.sender().pollSend(cx, 2)).isFalse();
        assertThat(poor.wakes()).isEqualTo(2);
        cx = poor.turn();
        assertThat(channel.sender().pollSend(cx, 2)).isFalse();
        assertThat(channel.sender().pollSend(cx, 2)).isFalse();
        assertThat(cx.budget().isExhausted()).isFalse();
    }

    // ---- as source and as sink ----

    @Test
    void its_receiver_keeps_the_laws_of_a_source() throws Exception {
        Channel<Integer> channel = Channel.bounded(2);
        SourceLaws<Integer> source = SourceLaws.check(channel.receiver());
        assertThat(receiving.poll(source)).isNull();
        assertThat(sending.poll(source)).isNull();
        source.assertWakerKept();
        channel.sender().trySend(1);
        assertThat(sending.isWoken()).isTrue();
        assertThat(receiving.poll(source)).isEqualTo(1);
        channel.sender().trySend(2);
        channel.sender().close();
        assertThat(source.isDone()).isFalse();
        assertThat(receiving.poll(source)).isEqualTo(2);
        assertThat(source.isDone()).isTrue();
        assertThat(receiving.poll(source)).isNull();
        source.close();
        source.assertClosed();
    }

    @Test
    void its_sender_keeps_the_laws_of_a_sink() throws Exception {
        Channel<Integer> channel = Channel.bounded(1);
        SinkLaws<Integer> sink = SinkLaws.check(channel.sender().sink());
        channel.sender().close();
        assertThat(sink.pollReady(sending.turn())).isTrue();
        sink.send(1);
        assertThat(sink.pollFlush(sending.turn())).isTrue();
        assertThat(sink.pollReady(sending.turn())).isFalse();
        sink.assertWakerKept();
        assertThat(receiving.poll(channel.receiver())).isEqualTo(1);
        assertThat(sending.isWoken()).isTrue();
        assertThat(sink.pollReady(sending.turn())).isTrue();
        assertThat(sink.pollFinish(sending.turn())).isTrue();
        assertThat(channel.receiver().isDone()).as("gives its room back").isTrue();
        sink.close();
        sink.assertClosed();
    }

    @Test
    void a_sink_without_room_refuses_a_send() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Channel.<Integer>bounded(1).sender().sink().send(1));
    }

    private static int remaining(Context cx) {
        int n = 0;
        while (cx.budget().tryCharge()) {
            n++;
        }
        for (int i = 0; i < n; i++) {
            cx.budget().refund();
        }
        return n;
    }
}
