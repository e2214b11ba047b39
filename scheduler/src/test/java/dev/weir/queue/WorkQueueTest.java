package dev.weir.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Iterations;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkQueueTest {
    private static WorkQueue<Integer> full(int capacity) {
        WorkQueue<Integer> queue = new WorkQueue<>(capacity);
        for (int i = 0; i < capacity; i++) {
            assertThat(queue.offer(i)).isTrue();
        }
        return queue;
    }

    private static List<Integer> takeAll(WorkQueue<Integer> queue) {
        List<Integer> taken = new ArrayList<>();
        for (Integer each = queue.poll(); each != null; each = queue.poll()) {
            taken.add(each);
        }
        return taken;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 256})
    void while_a_thief_copies_no_other_gets_anything_and_the_owner_overwrites_nothing(int capacity) {
        WorkQueue<Integer> queue = full(capacity);
        WorkQueue<Integer> own = new WorkQueue<>(capacity);
        long claim = queue.claimHalf(capacity); // the thief is held up here

        assertThat(queue.stealInto(new WorkQueue<>(capacity)))
                .as("a second thief")
                .isNull();
        assertThat(queue.offer(-1)).as("room in the slots of the claim").isFalse();
        assertThat(queue.evictHalf(element -> {})).as("evicted under a thief").isZero();
        assertThat(queue.poll()).as("the oldest that is not claimed").isEqualTo(capacity / 2);
        assertThat(queue.offer(-1)).as("room before the thief is done").isFalse();

        assertThat(queue.moveClaimed(claim, own)).isEqualTo(capacity / 2 - 1);
        queue.release();
        assertThat(takeAll(own)).hasSize(capacity / 2 - 1).isSorted();
        for (int i = 0; i <= capacity / 2; i++) {
            assertThat(queue.offer(capacity + i)).as("room afterwards").isTrue();
        }
        assertThat(queue.offer(-1)).isFalse();
        assertThat(takeAll(queue)).hasSize(capacity).isSorted();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 256})
    void a_renewed_queue_holds_what_it_held_in_order(int capacity) {
        WorkQueue<Integer> queue = full(capacity);
        int next = capacity;
        int taken = 0;
        for (int round = 0; round < 10; round++) {
            queue.renew();
            assertThat(queue.size()).isEqualTo(capacity);
            assertThat(queue.offer(-1)).as("room in a full queue").isFalse();
            for (int i = 0; i <= capacity / 2; i++) {
                assertThat(queue.poll()).isEqualTo(taken++);
                assertThat(queue.offer(next++)).isTrue();
            }
        }
        assertThat(takeAll(queue)).hasSize(capacity).isSorted();
        queue.renew();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void a_queue_is_not_renewed_under_a_thief() {
        WorkQueue<Integer> queue = full(4);
        WorkQueue<Integer> own = new WorkQueue<>(4);
        long claim = queue.claimHalf(4);
        queue.renew();
        assertThat(queue.moveClaimed(claim, own)).isEqualTo(1);
        queue.release();
        assertThat(takeAll(own)).containsExactly(0);
        assertThat(takeAll(queue)).containsExactly(2, 3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void it_grows_to_its_capacity_and_keeps_the_order(boolean thieves) {
        WorkQueue<Integer> queue = new WorkQueue<>(2, 64, thieves);
        queue.offer(-2);
        queue.offer(-1);
        queue.poll();
        queue.poll(); // what it holds wraps around
        for (int i = 0; i < 64; i++) {
            assertThat(queue.offer(i)).isTrue();
            assertThat(queue.size()).isEqualTo(i + 1);
        }
        assertThat(queue.offer(64)).as("room beyond the capacity").isFalse();
        List<Integer> evicted = new ArrayList<>();
        assertThat(queue.evictHalf(evicted::add)).isEqualTo(32);
        evicted.addAll(0, takeAll(queue));
        assertThat(evicted).hasSize(64).isSorted();
    }

    @Test
    void it_does_not_grow_under_a_thief() {
        WorkQueue<Integer> queue = new WorkQueue<>(4, 64, true);
        for (int i = 0; i < 4; i++) {
            queue.offer(i);
        }
        WorkQueue<Integer> own = new WorkQueue<>(4);
        long claim = queue.claimHalf(4);
        assertThat(queue.offer(4)).isFalse();
        assertThat(queue.moveClaimed(claim, own)).isEqualTo(1);
        queue.release();
        for (int i = 4; i < 10; i++) {
            assertThat(queue.offer(i)).isTrue();
        }
        assertThat(takeAll(own)).containsExactly(0);
        assertThat(takeAll(queue)).hasSize(8).isSorted();
    }

    @Test
    void a_renewed_queue_is_no_longer_than_it_needs() {
        WorkQueue<Integer> queue = new WorkQueue<>(4, 64, true);
        for (int i = 0; i < 33; i++) {
            queue.offer(i);
        }
        assertThat(queue.length()).isEqualTo(64);
        queue.renew();
        assertThat(queue.length()).as("for 33").isEqualTo(64);
        while (queue.size() > 8) {
            queue.poll();
        }
        queue.renew();
        assertThat(queue.length()).as("for 8").isEqualTo(16);
        assertThat(takeAll(queue)).hasSize(8).isSorted();
        queue.renew();
        assertThat(queue.length()).as("for none").isEqualTo(4);
    }

    @Test
    void without_thieves_the_owner_finds_the_same() {
        WorkQueue<Integer> queue = new WorkQueue<>(4, false);
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 4; i++) {
                assertThat(queue.offer(i)).isTrue();
            }
            List<Integer> evicted = new ArrayList<>();
            assertThat(queue.evictHalf(evicted::add)).isEqualTo(2);
            queue.renew();
            assertThat(takeAll(queue)).containsExactly(0, 1);
            assertThat(evicted).containsExactly(2, 3);
        }
    }

    @Test
    void a_thief_that_is_done_catches_up_with_what_the_owner_took() {
        WorkQueue<Integer> queue = full(4);
        long claim = queue.claimHalf(4);
        assertThat(queue.poll()).isEqualTo(2);
        queue.moveClaimed(claim, new WorkQueue<>(4));
        queue.release();
        assertThat(queue.poll()).as("taken once").isEqualTo(3);
        assertThat(queue.poll()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 256})
    void q2_what_goes_in_comes_out_in_order_as_often_as_it_wraps(int capacity) {
        WorkQueue<Integer> queue = new WorkQueue<>(capacity);
        int in = 0;
        int out = 0;
        for (int round = 0; round < 10; round++) {
            while (queue.offer(in)) {
                in++;
            }
            assertThat(queue.size()).isEqualTo(capacity);
            assertThat(queue.isEmpty()).isFalse();
            for (int i = 0; i <= capacity / 2; i++) {
                assertThat(queue.poll()).isEqualTo(out++);
            }
        }
        assertThat(takeAll(queue)).hasSize(in - out);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.size()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "3, 2", "4, 2", "7, 4", "8, 4"})
    void a_thief_takes_the_older_half_rounded_up_and_runs_the_youngest_of_it(int size, int half) {
        WorkQueue<Integer> victim = new WorkQueue<>(8);
        for (int i = 0; i < size; i++) {
            victim.offer(i);
        }
        WorkQueue<Integer> thief = new WorkQueue<>(8);
        assertThat(victim.stealInto(thief)).isEqualTo(half - 1);
        assertThat(takeAll(thief)).hasSize(half - 1).isSorted();
        assertThat(takeAll(victim)).hasSize(size - half).isSorted();
    }

    @Test
    void a_thief_takes_no_more_than_it_has_room_for() {
        WorkQueue<Integer> thief = full(4);
        thief.poll();
        assertThat(full(8).stealInto(thief)).isEqualTo(1);
        assertThat(takeAll(thief)).containsExactly(1, 2, 3, 0);
        assertThat(new WorkQueue<Integer>(4).stealInto(thief)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void an_owner_without_room_gives_up_the_younger_half_and_the_older_keeps_its_turn(int capacity) {
        WorkQueue<Integer> queue = full(capacity);
        List<Integer> evicted = new ArrayList<>();
        assertThat(queue.evictHalf(evicted::add)).isEqualTo(capacity - capacity / 2);
        assertThat(evicted).hasSize(capacity - capacity / 2).isSorted();
        assertThat(queue.evictHalf(evicted::add)).isZero();
        List<Integer> all = takeAll(queue);
        all.addAll(evicted);
        assertThat(all).hasSize(capacity).isSorted();
    }

    @Test
    void q4_nothing_that_was_taken_is_kept() {
        WorkQueue<Object> queue = new WorkQueue<>(4);
        WorkQueue<Object> thief = new WorkQueue<>(4);
        List<WeakReference<Object>> references = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Object element = new Object();
            references.add(new WeakReference<>(element));
            queue.offer(element);
        }
        queue.evictHalf(element -> {});
        queue.stealInto(thief);
        queue.poll();
        for (int i = 0; i < 100 && references.stream().anyMatch(each -> each.get() != null); i++) {
            System.gc();
        }
        assertThat(references).allMatch(each -> each.get() == null);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 3, 100, Integer.MIN_VALUE})
    void a_capacity_that_is_no_power_of_two_is_refused(int capacity) {
        assertThatThrownBy(() -> new WorkQueue<>(capacity))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(capacity));
    }

    /** Q1, Q2 and Q3 under fire: an owner that offers, polls and evicts, two thieves, and nothing lost or twice. */
    @ParameterizedTest
    @CsvSource({"1, 1, 50_000", "2, 2, 50_000", "4, 4, 500_000", "64, 64, 50_000", "1, 64, 500_000"})
    void each_of_many_pushes_comes_out_once_and_in_order(int shortest, int capacity, String count) throws Exception {
        int pushes = Iterations.scaled(Integer.parseInt(count.replace("_", "")));
        WorkQueue<int[]> queue = new WorkQueue<>(shortest, capacity, true);
        byte[] seen = new byte[pushes];
        AtomicBoolean stop = new AtomicBoolean();
        List<Thief> thieves = List.of(new Thief(queue, stop), new Thief(queue, stop));
        thieves.forEach(Thread::start);
        Tally evicted = new Tally();
        Tally own = new Tally();
        for (int i = 0; i < pushes; ) {
            int[] element = new int[1];
            element[0] = i; // written plainly before the offer (Q3)
            if (queue.offer(element)) {
                i++;
            } else if (i % 3 == 0) {
                queue.evictHalf(evicted);
            } else {
                own.accept(queue.poll());
            }
            if (i % 4 == 0) {
                own.accept(queue.poll());
            }
            for (int drained = i % 1_000; drained > 900; drained--) { // it is short again
                own.accept(queue.poll());
            }
            if (i % 7 == 0) {
                queue.renew();
            }
        }
        while (!queue.isEmpty()) {
            own.accept(queue.poll());
        }
        stop.set(true);
        for (Thief thief : thieves) {
            thief.join(30_000);
            assertThat(thief.isAlive()).isFalse();
            thief.tally.addTo(seen);
            assertThat(thief.tally.disorder).isZero();
        }
        own.addTo(seen);
        evicted.addTo(seen);
        assertThat(own.disorder).isZero();
        for (int i = 0; i < pushes; i++) {
            assertThat((int) seen[i]).as("element %d", i).isEqualTo(1);
        }
    }

    /** What one consumer got. */
    private static final class Tally implements Consumer<int[]> {
        private int[] values = new int[1024];
        private int count;
        private int last = -1;
        int disorder;

        @Override
        public void accept(int[] element) {
            if (element == null) {
                return;
            }
            if (count == values.length) {
                values = Arrays.copyOf(values, 2 * count);
            }
            values[count++] = element[0];
            disorder += element[0] <= last ? 1 : 0;
            last = element[0];
        }

        void addTo(byte[] seen) {
            for (int i = 0; i < count; i++) {
                seen[values[i]]++;
            }
        }
    }

    private static final class Thief extends Thread {
        final Tally tally = new Tally();
        private final WorkQueue<int[]> victim;
        private final WorkQueue<int[]> own;
        private final AtomicBoolean stop;

        Thief(WorkQueue<int[]> victim, AtomicBoolean stop) {
            this.victim = victim;
            this.own = new WorkQueue<>(victim.capacity());
            this.stop = stop;
            setDaemon(true);
        }

        @Override
        public void run() {
            while (!stop.get()) {
                int[] last = victim.stealInto(own);
                for (int[] each = own.poll(); each != null; each = own.poll()) {
                    tally.accept(each);
                }
                tally.accept(last);
                if (last == null) {
                    Iterations.pause();
                }
            }
        }
    }
}
