package dev.weir.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.task.Iterations;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

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
