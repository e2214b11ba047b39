package dev.weir.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.task.Iterations;
import java.lang.ref.WeakReference;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InjectQueueTest {
    private final InjectQueue<Integer> queue = new InjectQueue<>();

    @Test
    void q2_it_is_a_fifo() {
        assertThat(queue.poll()).isNull();
        queue.add(1);
        queue.addAll(List.of(2, 3));
        queue.add(4);
        assertThat(queue.size()).isEqualTo(4);
        for (int i = 1; i <= 4; i++) {
            assertThat(queue.isEmpty()).isFalse();
            assertThat(queue.poll()).isEqualTo(i);
        }
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void a_batch_is_bounded_by_its_limit_and_by_the_room_there_is() {
        queue.addAll(List.of(1, 2, 3, 4, 5, 6, 7));
        WorkQueue<Integer> own = new WorkQueue<>(2);
        assertThat(queue.pollInto(own, 1)).isEqualTo(1);
        assertThat(own.isEmpty()).isTrue();
        assertThat(queue.pollInto(own, 2)).isEqualTo(2);
        assertThat(own.size()).isEqualTo(1);
        assertThat(queue.pollInto(own, 10)).isEqualTo(4);
        assertThat(own.poll()).isEqualTo(3);
        assertThat(own.poll()).isEqualTo(5);
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.pollInto(own, 10)).isEqualTo(6);
        assertThat(queue.pollInto(own, 10)).isNull();
        assertThat(own.poll()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 128})
    void q2_also_across_segments(int length) {
        InjectQueue<Integer> small = new InjectQueue<>(length, 0);
        int in = 0;
        int out = 0;
        for (int round = 0; round < 10; round++) {
            small.add(in++);
            small.addAll(List.of(in, in + 1, in + 2, in + 3, in + 4));
            in += 5;
            assertThat(small.size()).isEqualTo(in - out);
            for (int i = 0; i < 4; i++) {
                assertThat(small.isEmpty()).isFalse();
                assertThat(small.poll()).isEqualTo(out++);
            }
            assertThat(small.taken()).isEqualTo(out);
        }
        while (out < in) {
            assertThat(small.poll()).isEqualTo(out++);
        }
        assertThat(small.isEmpty()).isTrue();
        assertThat(small.size()).isZero();
        assertThat(small.poll()).isNull();
    }

    /** A list that does something whenever an element of it is asked for: after its slot was claimed, before it is filled. */
    private static final class HeldUp extends AbstractList<Integer> {
        private final List<Integer> elements;
        private final Runnable meanwhile;

        HeldUp(List<Integer> elements, Runnable meanwhile) {
            this.elements = elements;
            this.meanwhile = meanwhile;
        }

        @Override
        public Integer get(int index) {
            meanwhile.run();
            return elements.get(index);
        }

        @Override
        public int size() {
            return elements.size();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 128})
    void who_takes_passes_by_a_slot_that_is_not_filled_and_its_filler_takes_another(int length) {
        InjectQueue<Integer> small = new InjectQueue<>(length, 3);
        List<Integer> taken = new ArrayList<>();
        int[] left = {5};
        small.addAll(new HeldUp(List.of(1, 2, 3, 4), () -> {
            if (left[0]-- > 0) {
                Integer element = small.poll();
                if (element != null) {
                    taken.add(element);
                }
            }
        }));
        for (Integer each = small.poll(); each != null; each = small.poll()) {
            taken.add(each);
        }
        assertThat(taken).containsExactly(1, 2, 3, 4);
        assertThat(small.isEmpty()).isTrue();
    }

    @Test
    void what_another_added_is_not_held_up_by_a_filler_that_is() {
        List<Integer> taken = new ArrayList<>();
        queue.addAll(new HeldUp(List.of(2), () -> {
            if (taken.isEmpty()) {
                queue.add(1);
                taken.add(queue.poll());
            }
        }));
        taken.add(queue.poll());
        assertThat(taken).containsExactly(1, 2);
    }

    @Test
    void q4_nothing_that_was_taken_is_kept() {
        InjectQueue<Object> small = new InjectQueue<>(4, 0);
        List<WeakReference<Object>> references = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Object element = new Object();
            references.add(new WeakReference<>(element));
            small.add(element);
        }
        for (int i = 0; i < 6; i++) {
            assertThat(small.poll()).isNotNull();
        }
        for (int i = 0; i < 100 && references.stream().anyMatch(each -> each.get() != null); i++) {
            System.gc();
        }
        assertThat(references).allMatch(each -> each.get() == null);
    }

    /** A segment of one element is left behind with each that is taken, perhaps under the eyes of who looks. */
    @Test
    void a_look_comes_to_an_end_however_fast_segments_are_left_behind() throws Exception {
        InjectQueue<Integer> small = new InjectQueue<>(1, 0);
        int rounds = Iterations.scaled(100_000);
        AtomicBoolean over = new AtomicBoolean();
        Thread looker = new Thread(() -> {
            while (!over.get()) {
                small.isEmpty();
            }
        });
        looker.setDaemon(true);
        looker.start();
        for (int i = 0; i < rounds; i++) {
            small.add(i);
            assertThat(small.poll()).isEqualTo(i);
        }
        over.set(true);
        looker.join(20_000);
        assertThat(looker.isAlive()).isFalse();
    }

    @Test
    void from_many_threads_nothing_is_lost_and_nothing_comes_twice() throws Exception {
        int each = Iterations.scaled(50_000);
        int producers = 3;
        AtomicInteger left = new AtomicInteger(each * producers);
        ExecutorService pool = Executors.newFixedThreadPool(5);
        try {
            List<Future<?>> produced = new ArrayList<>();
            for (int p = 0; p < producers; p++) {
                int first = p * each;
                produced.add(pool.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        queue.add(first + i);
                    }
                }));
            }
            Callable<List<Integer>> consumer = () -> {
                WorkQueue<Integer> own = new WorkQueue<>(4);
                List<Integer> taken = new ArrayList<>();
                while (left.get() > 0) {
                    int before = taken.size();
                    for (Integer e = queue.pollInto(own, 3); e != null; e = own.poll()) {
                        taken.add(e);
                    }
                    left.addAndGet(before - taken.size());
                }
                return taken;
            };
            Future<List<Integer>> one = pool.submit(consumer);
            Future<List<Integer>> other = pool.submit(consumer);
            for (Future<?> future : produced) {
                future.get();
            }
            byte[] seen = new byte[each * producers];
            one.get().forEach(e -> seen[e]++);
            other.get().forEach(e -> seen[e]++);
            for (byte times : seen) {
                assertThat((int) times).isEqualTo(1);
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
