package dev.weir.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.PollProbe;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadySetTest {
    private static List<Integer> takeAll(ReadySet set) {
        List<Integer> taken = new ArrayList<>();
        for (int child = set.next(); child >= 0; child = set.next()) {
            taken.add(child);
        }
        return taken;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 63, 64, 65, 4095, 4096, 4097, 10_000})
    void each_child_is_taken_once_for_each_time_it_was_set(int capacity) {
        ReadySet set = new ReadySet(capacity);
        assertThat(set.capacity()).isEqualTo(capacity);
        for (int child = 0; child < capacity; child++) {
            assertThat(set.isEmpty()).isTrue();
            set.waker(child).wake();
            set.waker(child).wake();
            assertThat(set.isEmpty()).isFalse();
            assertThat(set.next()).isEqualTo(child);
            assertThat(set.next()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 63, 64, 65, 4096, 10_000})
    void a_round_takes_all_that_were_ready_in_order(int capacity) {
        ReadySet set = new ReadySet(capacity);
        Random random = new Random(capacity);
        for (int round = 0; round < 20; round++) {
            BitSet expected = new BitSet();
            for (int i = 0; i < capacity; i++) {
                int child = random.nextInt(capacity);
                expected.set(child);
                set.mark(child);
            }
            assertThat(takeAll(set))
                    .containsExactlyElementsOf(expected.stream().boxed().toList());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 63, 64, 65, 4096})
    void a_child_that_is_always_ready_waits_for_the_others(int capacity) {
        ReadySet set = new ReadySet(capacity);
        for (int child = 0; child < capacity; child++) {
            set.mark(child);
        }
        AtomicIntegerArray turns = new AtomicIntegerArray(capacity);
        for (int i = 0; i < 5 * capacity; i++) {
            int child = set.next();
            turns.incrementAndGet(child);
            set.waker(child).wake();
        }
        for (int child = 0; child < capacity; child++) {
            assertThat(turns.get(child)).isEqualTo(5);
        }
    }

    @Test
    void a_wake_reaches_the_parent_registered_last_and_a_mark_reaches_nobody() {
        ReadySet set = new ReadySet(2);
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        set.waker(0).wake();
        set.register(first::incrementAndGet);
        set.waker(0).wake();
        set.register(second::incrementAndGet);
        set.waker(1).wake();
        set.mark(0);
        assertThat(first).hasValue(1);
        assertThat(second).hasValue(1);
        assertThat(takeAll(set)).containsExactly(0, 1);
    }

    @Test
    void the_bit_is_set_before_the_parent_hears_of_it() {
        ReadySet set = new ReadySet(1);
        List<Integer> seen = new ArrayList<>();
        set.register(() -> seen.add(set.next()));
        set.waker(0).wake();
        assertThat(seen).containsExactly(0);
    }

    @Test
    void without_budget_the_rest_of_a_round_waits_for_the_next_turn_unless_it_costs_nothing() {
        PollProbe probe = PollProbe.withBudget(1);
        ReadySet set = new ReadySet(3);
        set.mark(0);
        set.mark(1);
        Context cx = probe.turn();
        assertThat(set.next(cx)).isZero();
        while (cx.charge()) {}
        int before = probe.wakes();

        assertThat(set.next(cx)).isEqualTo(-1);
        assertThat(probe.wakes()).isEqualTo(before + 1);
        assertThat(set.next(cx, () -> true)).isEqualTo(1);
        assertThat(set.next(cx)).as("nothing is left to wait for").isEqualTo(-1);
        assertThat(probe.wakes()).isEqualTo(before + 1);
    }

    @Test
    void what_the_owner_has_marked_waits_for_a_budget_as_well() {
        PollProbe probe = PollProbe.withBudget(1);
        ReadySet set = new ReadySet(2);
        Context cx = probe.turn();
        while (cx.charge()) {}
        set.mark(1);
        assertThat(set.isEmpty()).isFalse();
        assertThat(set.next(cx)).isEqualTo(-1);
        assertThat(set.next(probe.turn())).isEqualTo(1);
        assertThat(set.isEmpty()).isTrue();
    }

    @Test
    void those_marked_and_those_woken_are_of_one_round() {
        ReadySet set = new ReadySet(3);
        set.mark(0);
        set.waker(1).wake();
        set.mark(2);
        assertThat(takeAll(set)).containsExactly(0, 1, 2);
    }

    /** Children that come in the middle of a round, in new words and new segments. */
    @ParameterizedTest
    @ValueSource(ints = {10_000, Integer.MAX_VALUE})
    void a_set_grows_with_its_children_and_loses_none_that_is_ready(int capacity) {
        ReadySet set = new ReadySet(capacity);
        assertThat(set.capacity()).isEqualTo(capacity);
        int[] children = {0, 7, 8, 63, 64, 4095, 4096, 9_999};
        set.waker(0).wake();
        set.mark(1);
        assertThat(set.next()).isZero();
        List<Waker> wakers = new ArrayList<>();
        for (int child : children) {
            wakers.add(set.waker(child));
            set.waker(child).wake();
            set.mark(child / 2);
        }
        assertThat(set.next()).isEqualTo(1);
        assertThat(takeAll(set)).containsExactly(0, 3, 4, 7, 8, 31, 32, 63, 64, 2047, 2048, 4095, 4096, 4999, 9_999);
        wakers.forEach(Waker::wake);
        assertThat(takeAll(set)).containsExactly(0, 7, 8, 63, 64, 4095, 4096, 9_999);
        assertThat(set.isEmpty()).isTrue();
    }

    @Test
    void a_child_keeps_its_waker() {
        ReadySet set = new ReadySet(3);
        assertThat(set.waker(2)).isSameAs(set.waker(2)).isNotSameAs(set.waker(1));
    }

    @Test
    void children_that_do_not_exist_are_refused() {
        assertThatThrownBy(() -> new ReadySet(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
        ReadySet set = new ReadySet(3);
        assertThatThrownBy(() -> set.mark(3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> set.mark(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> set.waker(3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> set.waker(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(set.isEmpty()).isTrue();
    }

    /** Whoever sets a bit waits for the owner to take it, so every set can be counted. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 63, 65, 4097})
    void under_concurrent_wakes_no_bit_is_lost_and_none_invented(int capacity) throws Exception {
        int setters = 3;
        int rounds = Iterations.scaled(200_000 / (capacity + 64) + 100);
        ReadySet set = new ReadySet(capacity);
        AtomicIntegerArray pending = new AtomicIntegerArray(capacity);
        AtomicInteger parentWakes = new AtomicInteger();
        set.register(parentWakes::incrementAndGet);
        for (int child = 0; child < capacity; child++) {
            set.waker(child);
        }
        CountDownLatch running = new CountDownLatch(setters);
        for (int s = 0; s < setters; s++) {
            int first = s;
            new Thread(() -> {
                        for (int round = 0; round < rounds; round++) {
                            for (int child = first; child < capacity; child += setters) {
                                while (!pending.compareAndSet(child, 0, 1)) {
                                    Iterations.pause();
                                }
                                set.waker(child).wake();
                            }
                        }
                        running.countDown();
                    })
                    .start();
        }
        long taken = 0;
        long expected = (long) rounds * capacity;
        long deadline = System.nanoTime() + 50_000_000_000L;
        while (taken < expected) {
            int child = set.next();
            if (child >= 0) {
                assertThat(pending.compareAndSet(child, 1, 0))
                        .as("child %d was set", child)
                        .isTrue();
                taken++;
            } else {
                Iterations.pause();
                assertThat(System.nanoTime() - deadline)
                        .as("lost after %d", taken)
                        .isNegative();
            }
        }
        running.await();
        assertThat(set.next()).isEqualTo(-1);
        assertThat(set.isEmpty()).isTrue();
        assertThat(parentWakes.get()).isEqualTo(expected);
    }
}
