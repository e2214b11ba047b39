package dev.weir.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.Iterations;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.testkit.PollProbe;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OneshotTest {
    private static final Duration LIMIT = Duration.ofSeconds(50);

    private final Oneshot<String> channel = new Oneshot<>();
    private final PollProbe receiver = PollProbe.create();
    private final PollProbe sender = PollProbe.create();

    @Test
    void a_value_sent_before_is_received_by_the_first_poll() throws Exception {
        assertThat(channel.send("a")).isTrue();
        assertThat(receiver.poll(channel).get()).isEqualTo("a");
        assertThat(receiver.wakes()).isZero();
    }

    @Test
    void a_send_wakes_the_receiver_once() throws Exception {
        assertThat(receiver.poll(channel).isPending()).isTrue();
        assertThat(receiver.poll(channel).isPending()).isTrue();
        assertThat(channel.send("a")).isTrue();
        assertThat(receiver.wakes()).isEqualTo(1);
        assertThat(receiver.poll(channel).get()).isEqualTo("a");
    }

    @Test
    void null_is_a_value_like_any_other() throws Exception {
        assertThat(channel.send(null)).isTrue();
        assertThat(receiver.poll(channel).get()).isNull();
        assertThat(channel.isOver()).isTrue();
    }

    @Test
    void only_the_first_value_is_accepted() throws Exception {
        assertThat(channel.send("first")).isTrue();
        assertThat(channel.send("second")).isFalse();
        assertThat(receiver.poll(channel).get()).isEqualTo("first");
        assertThat(channel.send("third")).isFalse();
    }

    @Test
    void a_sender_that_closes_fails_the_receiver_and_wakes_it() throws Exception {
        receiver.poll(channel);
        channel.close();
        assertThat(receiver.isWoken()).isTrue();
        assertThatThrownBy(() -> receiver.poll(channel)).isInstanceOf(ClosedException.class);
        assertThat(channel.isOver()).isTrue();
    }

    @Test
    void a_receiver_that_closes_refuses_what_is_sent_later() {
        channel.close();
        channel.close();
        assertThat(channel.isClosed()).isTrue();
        assertThat(channel.send("late")).isFalse();
        assertThatThrownBy(channel::tryReceive).isInstanceOf(ClosedException.class);
    }

    @Test
    void a_receiver_that_closes_still_takes_what_was_sent() {
        channel.send("a");
        channel.close();
        assertThat(channel.tryReceive().get()).isEqualTo("a");
    }

    @Test
    void try_receive_waits_for_nothing_and_registers_nobody() throws Exception {
        assertThat(channel.tryReceive().isPending()).isTrue();
        assertThat(channel.isOver()).isFalse();
        channel.send("a");
        assertThat(channel.tryReceive().get()).isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_poll_after_the_end_is_refused(boolean sent) throws Exception {
        if (sent) {
            channel.send("a");
        }
        channel.close();
        assertThat(sent ? channel.tryReceive().get() : "none").isNotNull();
        if (!sent) {
            assertThatThrownBy(() -> receiver.poll(channel)).isInstanceOf(ClosedException.class);
        }
        assertThatIllegalStateException().isThrownBy(() -> receiver.poll(channel));
        assertThatIllegalStateException().isThrownBy(channel::tryReceive);
    }

    @Test
    void the_last_waker_that_polled_is_woken() throws Exception {
        PollProbe before = PollProbe.create();
        before.poll(channel);
        receiver.poll(channel);
        channel.send("a");
        assertThat(before.wakes()).isZero();
        assertThat(receiver.wakes()).isEqualTo(1);
    }

    @Test
    void a_sender_learns_that_the_receiver_has_closed() throws Exception {
        Pollable<Void> closed = channel.closed();
        assertThat(sender.poll(closed).isPending()).isTrue();
        assertThat(channel.isClosed()).isFalse();
        channel.close();
        assertThat(sender.isWoken()).isTrue();
        assertThat(sender.poll(closed).isReady()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void both_ends_may_wait_at_once_and_move_to_other_tasks(boolean senderFirst) throws Exception {
        Pollable<Void> closed = channel.closed();
        PollProbe strangerToBoth = PollProbe.create();
        if (senderFirst) {
            strangerToBoth.poll(closed);
            sender.poll(closed);
            strangerToBoth.poll(channel);
            receiver.poll(channel);
        } else {
            receiver.poll(channel);
            sender.poll(closed);
        }
        channel.send("a");
        assertThat(receiver.wakes()).isEqualTo(1);
        assertThat(sender.wakes()).isEqualTo(1);
        assertThat(strangerToBoth.wakes()).isZero();
        assertThat(receiver.poll(channel).get()).isEqualTo("a");
        assertThat(sender.poll(closed).isReady()).isTrue();
    }

    @Test
    void only_polls_that_end_the_wait_charge_the_budget() throws Exception {
        PollProbe poor = PollProbe.withBudget(1);
        Context cx = poor.turn();
        assertThat(channel.poll(cx).isPending()).isTrue();
        assertThat(channel.closed().poll(cx).isPending()).isTrue();
        assertThat(cx.budget().isExhausted()).isFalse();
        channel.send("a");
        assertThat(channel.closed().poll(cx).isReady()).isTrue();
        assertThat(cx.budget().isExhausted()).isTrue();

        int before = poor.wakes();
        assertThat(channel.poll(cx).isPending()).isTrue();
        assertThat(poor.wakes()).isEqualTo(before + 1);
        assertThat(channel.poll(poor.turn()).get()).isEqualTo("a");
    }

    @Test
    void its_state_can_be_read() {
        assertThat(channel).hasToString("Oneshot[waiting]");
        channel.send("a");
        assertThat(channel).hasToString("Oneshot[sent]");
        channel.tryReceive();
        assertThat(channel).hasToString("Oneshot[over]");
        Oneshot<String> other = new Oneshot<>();
        other.close();
        assertThat(other).hasToString("Oneshot[closed]");
    }

    @Test
    void tasks_of_two_runtimes_meet_in_it() throws Exception {
        try (var one = TaskRuntime.builder().workers(1).build();
                var other = TaskRuntime.builder().workers(1).build()) {
            JoinHandle<String> received = one.spawn(channel);
            JoinHandle<Boolean> sent = other.spawn(cx -> Poll.ready(channel.send("across")));
            assertThat(sent.join(LIMIT)).isTrue();
            assertThat(received.join(LIMIT)).isEqualTo("across");
        }
    }

    /** Two senders, a receiver that may give up: whatever happens, what was accepted equals what was received. */
    @Test
    void a_value_is_accepted_if_and_only_if_it_can_be_received() throws Exception {
        int rounds = Iterations.scaled(20_000);
        AtomicInteger accepted = new AtomicInteger();
        AtomicLong received = new AtomicLong();
        AtomicInteger givenUp = new AtomicInteger();
        try (var runtime = TaskRuntime.builder().workers(2).build()) {
            for (int i = 0; i < rounds; i++) {
                Oneshot<Integer> race = new Oneshot<>();
                boolean impatient = i % 3 == 0;
                JoinHandle<?> first = runtime.spawn(count(race, accepted));
                JoinHandle<?> second = runtime.spawn(i % 5 == 0 ? count(race, accepted) : cx -> Poll.done());
                JoinHandle<?> last = runtime.spawn(cx -> {
                    if (impatient) {
                        race.close();
                    }
                    try {
                        Poll<Integer> value = race.poll(cx);
                        received.addAndGet(value.isReady() ? value.get() : 0);
                        return value.isReady() ? Poll.done() : Poll.pending();
                    } catch (ClosedException e) {
                        givenUp.incrementAndGet();
                        return Poll.done();
                    }
                });
                first.join(LIMIT);
                second.join(LIMIT);
                last.join(LIMIT);
            }
        }
        assertThat(received).hasValue(accepted.get());
        assertThat(accepted.get() + givenUp.get()).isEqualTo(rounds);
    }

    private static Pollable<Void> count(Oneshot<Integer> channel, AtomicInteger accepted) {
        return cx -> {
            if (channel.send(1)) {
                accepted.incrementAndGet();
            }
            return Poll.done();
        };
    }
}
