package dev.weir.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.PollProbe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What can be made of nothing, and of another computation. */
class PollableTest {
    private final PollProbe probe = PollProbe.create();

    /** Pending once, then as told; notes its close. */
    private static final class Step implements Pollable<Integer> {
        final AtomicInteger closes = new AtomicInteger();
        private final Pollable<Integer> end;
        private boolean begun;

        Step(Pollable<Integer> end) {
            this.end = end;
        }

        @Override
        public Poll<Integer> poll(Context cx) throws Exception {
            if (!begun) {
                begun = true;
                cx.waker().wake();
                return Poll.pending();
            }
            return end.poll(cx);
        }

        @Override
        public void close() {
            closes.incrementAndGet();
        }
    }

    private <T> Poll<T> pollTwice(Pollable<T> pollable) throws Exception {
        assertThat(probe.poll(pollable).isPending()).isTrue();
        assertThat(probe.isWoken()).isTrue();
        return probe.poll(pollable);
    }

    @Test
    void a_call_is_made_in_the_first_poll_and_not_before() throws Exception {
        List<String> calls = new ArrayList<>();
        Pollable<Boolean> call = Pollable.of(() -> calls.add("called"));
        assertThat(calls).isEmpty();
        assertThat(probe.poll(call).get()).isTrue();
        assertThat(calls).hasSize(1);
        assertThatThrownBy(() -> Pollable.of(null)).hasMessage("call");
    }

    @Test
    void what_is_ready_is_ready_and_what_failed_fails() throws Exception {
        IOException failure = new IOException("planted");
        assertThat(probe.poll(Pollable.ready(7)).get()).isEqualTo(7);
        assertThatThrownBy(() -> probe.poll(Pollable.failed(failure))).isSameAs(failure);
    }

    @Test
    void a_mapped_computation_closes_what_it_was_made_of() throws Exception {
        Step step = new Step(Pollable.ready(20));
        Pollable<String> mapped = step.map(n -> "n=" + n);
        assertThat(pollTwice(mapped).get()).isEqualTo("n=20");
        assertThat(step.closes).hasValue(0);
        mapped.close();
        assertThat(step.closes).hasValue(1);
    }

    @Test
    void one_computation_follows_another_that_was_closed_before() throws Exception {
        Step first = new Step(Pollable.ready(1));
        AtomicInteger closesSeen = new AtomicInteger(-1);
        Step second = new Step(Pollable.ready(2));
        Pollable<Integer> both = first.then(one -> {
            closesSeen.set(first.closes.get());
            return second;
        });
        assertThat(pollTwice(both).isPending()).isTrue();
        assertThat(closesSeen).hasValue(1);
        assertThat(probe.poll(both).get()).isEqualTo(2);
        both.close();
        assertThat(first.closes).hasValue(1);
        assertThat(second.closes).hasValue(1);
    }

    @Test
    void closed_early_a_sequence_closes_only_what_it_had_begun() {
        Step first = new Step(Pollable.ready(1));
        Pollable<Integer> both = first.then(one -> {
            throw new AssertionError("never made");
        });
        both.close();
        assertThat(first.closes).hasValue(1);
    }

    @Test
    void a_second_computation_that_cannot_be_made_is_the_failure_and_nothing_is_closed_twice() {
        Step first = new Step(Pollable.ready(1));
        Pollable<Integer> both = first.then(one -> {
            throw new IllegalStateException("planted");
        });
        assertThatThrownBy(() -> pollTwice(both)).hasMessage("planted");
        both.close();
        assertThat(first.closes).hasValue(1);
    }

    @Test
    void a_failure_is_replaced_by_another_computation_and_the_first_is_closed() throws Exception {
        Step first = new Step(Pollable.failed(new IOException("planted")));
        Pollable<Integer> recovered = first.recover(failure -> {
            assertThat(failure).isInstanceOf(IOException.class);
            assertThat(first.closes).hasValue(1);
            return Pollable.ready(3);
        });
        assertThat(pollTwice(recovered).get()).isEqualTo(3);
        recovered.close();
        assertThat(first.closes).hasValue(1);
        Step sound = new Step(Pollable.ready(4));
        Pollable<Integer> unneeded = sound.recover(failure -> Pollable.ready(5));
        assertThat(pollTwice(unneeded).get()).isEqualTo(4);
        unneeded.close();
        assertThat(sound.closes).hasValue(1);
    }

    @Test
    void errors_are_not_recovered_from() {
        Pollable<Integer> sick = cx -> {
            throw new StackOverflowError("planted");
        };
        assertThatThrownBy(() -> probe.poll(sick.recover(failure -> Pollable.ready(1))))
                .isInstanceOf(StackOverflowError.class);
    }

    @Test
    void a_yield_outside_of_a_runtime_is_woken_at_once() throws Exception {
        assertThat(pollTwice(Pollable.yieldNow()).isReady()).isTrue();
        assertThat(probe.wakes()).isEqualTo(1);
    }

    @Test
    void after_exactly_128_operations_nothing_remains() throws Exception {
        Context cx = probe.turn();
        for (int i = 0; i < 128; i++) {
            assertThat(cx.budget().isExhausted()).isFalse();
            assertThat(Pollable.consumeBudget().poll(cx).isReady()).isTrue();
        }
        assertThat(cx.budget().isExhausted()).isTrue();
        assertThat(probe.isWoken()).isFalse();
        assertThat(Pollable.consumeBudget().poll(cx).isPending()).isTrue();
        assertThat(probe.isWoken()).isTrue();
    }

    @Test
    void two_who_find_the_budget_used_up_in_one_turn_cut_it_short_once() throws Exception {
        Context cx = probe.turn();
        while (Pollable.consumeBudget().poll(cx).isReady()) {
            // use it up
        }
        assertThat(Pollable.consumeBudget().poll(cx).isPending()).isTrue();
        assertThat(cx.budget().exhaustions()).isEqualTo(1);
        cx = probe.turn();
        assertThat(Pollable.consumeBudget().poll(cx).isReady()).isTrue();
        assertThat(cx.budget().exhaustions()).isEqualTo(1);
    }

    @Test
    void unconstrained_nothing_ends_a_poll_but_the_work_itself_and_the_others_lose_nothing() throws Exception {
        Pollable<Integer> thousand = cx -> {
            for (int i = 0; i < 1_000; i++) {
                if (!cx.charge()) {
                    return Poll.pending();
                }
            }
            return Poll.ready(1_000);
        };
        assertThat(probe.poll(thousand).isPending()).isTrue();
        Context cx = probe.turn();
        Step closed = new Step(thousand);
        Pollable<Integer> free = closed.unconstrained();
        assertThat(free.poll(cx).isPending()).isTrue();
        assertThat(free.poll(cx).get()).isEqualTo(1_000);
        for (int i = 0; i < Budget.DEFAULT; i++) {
            assertThat(cx.charge()).isTrue();
        }
        assertThat(cx.charge()).isFalse();
        free.close();
        assertThat(closed.closes).hasValue(1);
    }

    @Test
    void surroundings_are_there_in_every_poll_and_in_the_close_and_gone_in_between() throws Exception {
        List<String> events = new ArrayList<>();
        Pollable<Integer> noisy = new Pollable<>() {
            @Override
            public Poll<Integer> poll(Context cx) throws Exception {
                events.add("poll");
                throw new IOException("planted");
            }

            @Override
            public void close() {
                events.add("close");
                throw new IllegalStateException("planted");
            }
        };
        Pollable<Integer> within = noisy.within(() -> {
            events.add("enter");
            return () -> events.add("leave");
        });
        assertThatThrownBy(() -> probe.poll(within)).isInstanceOf(IOException.class);
        assertThatThrownBy(within::close).isInstanceOf(IllegalStateException.class);
        assertThat(events).containsExactly("enter", "poll", "leave", "enter", "close", "leave");
    }
}
