package dev.weir.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FifoTest {
    private static final int LONGEST = 1 << 20;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 16})
    void q1_q2_what_was_added_comes_out_once_and_in_order_wherever_it_grows(int shortest) {
        Fifo<Integer> queue = new Fifo<>(shortest, LONGEST);
        Random random = new Random(shortest);
        int in = 0;
        int out = 0;
        for (int round = 0; round < 200; round++) {
            for (int i = random.nextInt(20); i > 0; i--) {
                queue.add(in++);
            }
            for (int i = random.nextInt(20); i > 0 && out < in; i--) {
                assertThat(queue.poll()).isEqualTo(out++);
            }
            assertThat(queue.size()).isEqualTo(in - out);
            assertThat(queue.isEmpty()).isEqualTo(in == out);
        }
        assertThat(in).isGreaterThan(1_000);
        for (; out < in; out++) {
            assertThat(queue.poll()).isEqualTo(out);
        }
        assertThat(queue.poll()).isNull();
        assertThat(queue.size()).isZero();
    }

    /** Grown or not, and wherever in the ring the oldest is. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void without_memory_to_grow_an_element_is_refused_and_the_others_are_where_they_were(int taken) {
        Fifo<Integer> queue = new Fifo<>(2, 4);
        List<Integer> left = new ArrayList<>(List.of(1, 2, 3, 4));
        left.forEach(queue::add);
        for (int i = 0; i < taken; i++) {
            assertThat(queue.poll()).isEqualTo(left.remove(0));
            queue.add(5 + i);
            left.add(5 + i);
        }
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> queue.add(99)).isInstanceOf(OutOfMemoryError.class);
            assertThatThrownBy(queue::makeRoom).isInstanceOf(OutOfMemoryError.class);
        }
        assertThat(queue.size()).isEqualTo(4);
        assertThat(queue.poll()).isEqualTo(left.remove(0));
        queue.add(100);
        left.add(100);
        for (Integer each : left) {
            assertThat(queue.poll()).isEqualTo(each);
        }
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void once_there_is_room_an_element_needs_none() {
        Fifo<Integer> queue = new Fifo<>(1, 2);
        queue.makeRoom();
        queue.makeRoom();
        queue.add(1);
        queue.makeRoom();
        queue.add(2);
        assertThat(queue.size()).isEqualTo(2);
    }

    @Test
    void q4_what_was_taken_is_forgotten() {
        Fifo<Object> queue = new Fifo<>();
        WeakReference<Object> taken = addAndTake(queue);
        for (int i = 0; i < 100 && taken.get() != null; i++) {
            System.gc();
        }
        assertThat(taken.get()).isNull();
        queue.add(new Object());
        assertThat(queue.poll()).isNotNull();
    }

    private static WeakReference<Object> addAndTake(Fifo<Object> queue) {
        queue.add(new Object());
        return new WeakReference<>(queue.poll());
    }
}
