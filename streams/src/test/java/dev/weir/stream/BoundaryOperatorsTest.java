package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.push.Drops;
import dev.weir.stream.push.Overflow;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Source;
import dev.weir.time.Sleep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where a stream is more than one task: order, end, failure and cancellation cross, and nothing is left behind. */
class BoundaryOperatorsTest {

    private final List<Throwable> undeliverable = new ArrayList<>();

    private TaskRuntime currentThread(int budget) {
        return TaskRuntime.currentThread()
                .budget(budget)
                .onUndeliverable(undeliverable::add)
                .build();
    }

    @Test
    void detach_keeps_the_order_and_the_end_with_every_capacity_and_budget() {
        for (int budget : new int[] {1, 2, 128}) {
            for (int capacity : new int[] {1, 2, 3, 1024}) {
                try (TaskRuntime runtime = currentThread(budget)) {
                    List<Integer> expected = IntStream.range(0, 500).boxed().toList();
                    assertThat(runtime.blockOn(
                                    AsyncStream.range(0, 500).detach(capacity).toList()))
                            .isEqualTo(expected);
                    assertThat(runtime.blockOn(AsyncStream.range(0, 500)
                                    .detach(capacity)
                                    .filter(n -> true)
                                    .detach(capacity)
                                    .toList()))
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void detach_passes_a_failure_behind_the_items() {
        try (TaskRuntime runtime = currentThread(128)) {
            List<Integer> seen = new ArrayList<>();
            AsyncStream<Integer> stream =
                    AsyncStream.of(1, 2, 0).map(n -> 2 / n).detach(2).peek(seen::add);

            assertThatThrownBy(() -> runtime.blockOn(stream.toList()))
                    .hasRootCauseInstanceOf(ArithmeticException.class);
            assertThat(seen).containsExactly(2, 1);
        }
    }

    @Test
    void detach_pulls_at_most_what_it_holds_ahead() {
        try (TaskRuntime runtime = currentThread(128)) {
            AtomicInteger pulled = new AtomicInteger();
            Source<Integer> source = AsyncStream.range(0, 1_000)
                    .peek(n -> pulled.incrementAndGet())
                    .detach(4)
                    .open();

            assertThat(runtime.<Integer>blockOn(cx -> ready(source.poll(cx)))).isZero();
            runtime.blockOn(Sleep.of(Duration.ofMillis(1)));
            assertThat(pulled).hasValueBetween(1, 5);
            source.close();
        }
    }

    @Test
    void items_of_a_slow_upstream_do_not_wait_until_the_ring_is_half_full() {
        try (TaskRuntime runtime = currentThread(128)) {
            assertThat(runtime.blockOn(AsyncStream.of(1, 2)
                            .concatWith(AsyncStream.never())
                            .detach(64)
                            .take(2)
                            .toList()))
                    .containsExactly(1, 2);
        }
    }

    @Test
    void cancelling_behind_a_boundary_closes_what_is_above_once_on_its_task() {
        for (int polls = 0; polls < 5; polls++) {
            AtomicInteger closes = new AtomicInteger();
            try (TaskRuntime runtime = currentThread(2)) {
                Source<Integer> source = AsyncStream.range(0, 1_000)
                        .onClose(closes::incrementAndGet)
                        .detach(3)
                        .open();
                for (int i = 0; i < polls; i++) {
                    runtime.<Integer>blockOn(cx -> ready(source.poll(cx)));
                }
                source.close();
                runtime.blockOn(Sleep.of(Duration.ofMillis(1)));
            }
            assertThat(closes).hasValue(1);
        }
        assertThat(undeliverable).isEmpty();
    }

    @Test
    void detach_to_another_runtime_runs_what_is_above_there() {
        try (TaskRuntime other = TaskRuntime.builder().name("other").workers(1).build();
                TaskRuntime runtime = currentThread(128)) {
            List<String> threads = runtime.blockOn(AsyncStream.range(0, 2_000)
                    .map(n -> Thread.currentThread().getName())
                    .detach(other, 64)
                    .toList());

            assertThat(threads).hasSize(2_000).allMatch(name -> name.startsWith("other"));
        }
    }

    @Test
    void items_cross_between_workers_in_order_and_none_is_lost_when_runs_are_cancelled() {
        int rounds = Boolean.getBoolean("weir.long") ? 5_000 : 300;
        AtomicInteger opened = new AtomicInteger();
        AtomicInteger closed = new AtomicInteger();
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
                TaskRuntime other = TaskRuntime.builder().workers(1).build()) {
            Random random = new Random(7);
            for (int round = 0; round < rounds; round++) {
                int wanted = random.nextInt(200);
                int capacity = 1 + random.nextInt(8);
                AsyncStream<Integer> stream = AsyncStream.defer(() -> {
                            opened.incrementAndGet();
                            return AsyncStream.range(0, 150);
                        })
                        .onClose(closed::incrementAndGet)
                        .detach(other, capacity)
                        .take(wanted);
                assertThat(runtime.blockOn(stream.toList()))
                        .isEqualTo(IntStream.range(0, Math.min(wanted, 150))
                                .boxed()
                                .toList());
            }
        }
        assertThat(closed).as("every run was closed").hasValue(rounds);
        assertThat(opened.get()).isPositive();
    }

    @Test
    void onBackpressureLatest_gives_the_latest_and_counts_what_it_drops() {
        long before = Drops.items();
        try (TaskRuntime runtime = currentThread(128)) {
            Source<Integer> source =
                    AsyncStream.range(0, 100).onBackpressureLatest().open();
            List<Integer> seen = new ArrayList<>();
            for (Integer item = runtime.blockOn(cx -> await(source, cx)); item != null; ) {
                seen.add(item);
                item = runtime.blockOn(cx -> await(source, cx));
            }
            source.close();

            assertThat(seen).isSorted().endsWith(99);
            assertThat(Drops.items() - before).isGreaterThanOrEqualTo(100 - seen.size());
        }
    }

    @Test
    void onBackpressure_shows_what_overflows_and_fails_behind_what_is_held_if_that_throws() {
        try (TaskRuntime runtime = currentThread(128)) {
            List<Integer> dropped = new ArrayList<>();
            assertThat(runtime.blockOn(AsyncStream.range(0, 20)
                            .onBackpressureDrop(10, dropped::add)
                            .toList()))
                    .hasSize(10);
            assertThat(dropped).containsExactly(10, 11, 12, 13, 14, 15, 16, 17, 18, 19);
            dropped.clear();
            assertThat(runtime.blockOn(AsyncStream.range(0, 20)
                            .onBackpressureLatest(dropped::add)
                            .toList()))
                    .containsExactly(19);
            assertThat(dropped).hasSize(19);
            dropped.clear();
            assertThatThrownBy(() -> runtime.blockOn(AsyncStream.range(0, 20)
                            .onBackpressureBuffer(10, dropped::add)
                            .toList()))
                    .hasMessageContaining("10 are held");
            assertThat(dropped).containsExactly(10);
            List<Integer> seen = new ArrayList<>();
            assertThatThrownBy(() -> runtime.blockOn(AsyncStream.range(0, 20)
                            .onBackpressureDrop(10, item -> {
                                throw new ArithmeticException("as planned");
                            })
                            .peek(seen::add)
                            .toList()))
                    .hasRootCauseMessage("as planned");
            assertThat(seen).hasSize(10);
        }
    }

    @Test
    void onBackpressureDrop_keeps_the_oldest() {
        try (TaskRuntime runtime = currentThread(128)) {
            assertThat(runtime.blockOn(
                            AsyncStream.range(0, 100).onBackpressureDrop(10).toList()))
                    .startsWith(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
                    .isSorted();
        }
    }

    @Test
    void onBackpressureBuffer_and_Error_fail_behind_what_is_held() {
        try (TaskRuntime runtime = currentThread(128)) {
            List<Integer> seen = new ArrayList<>();
            assertThatThrownBy(() -> runtime.blockOn(AsyncStream.range(0, 100)
                            .onBackpressureBuffer(10)
                            .peek(seen::add)
                            .toList()))
                    .hasRootCauseInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("10 are held");
            assertThat(seen).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
            assertThatThrownBy(() -> runtime.blockOn(
                            AsyncStream.range(0, 100).onBackpressureError().toList()))
                    .hasMessageContaining("1 are held");
            assertThat(runtime.blockOn(AsyncStream.range(0, 100)
                            .onBackpressure(100, Overflow.FAIL)
                            .toList()))
                    .hasSize(100);
        }
    }

    @Test
    void a_boundary_that_was_never_polled_closes_what_is_above() {
        AtomicInteger closes = new AtomicInteger();
        AsyncStream<Integer> stream = AsyncStream.of(1).onClose(closes::incrementAndGet);

        stream.detach(1).open().close();
        stream.onBackpressureLatest().open().close();

        assertThat(closes).hasValue(2);
    }

    private static <T> Poll<@Nullable T> ready(@Nullable T item) {
        return item == null ? Poll.pending() : Poll.ready(item);
    }

    private static <T> Poll<@Nullable T> await(Source<T> source, Context cx) throws Exception {
        T item = source.poll(cx);
        return item != null || (source.isDone() && source.poll(cx) == null) ? Poll.ready(item) : Poll.pending();
    }

    @Test
    void an_upstream_that_charges_nothing_and_never_ends_leaves_the_owner_its_turn() {
        Source<Integer> free = new Source<>() {
            @Override
            public Integer poll(Context cx) {
                return 1;
            }

            @Override
            public boolean isDone() {
                return false;
            }

            @Override
            public void close() {}
        };
        try (TaskRuntime one = TaskRuntime.currentThread().build()) {
            assertThat(one.blockOn(
                            AsyncStream.from(free).onBackpressureDrop(1).take(2).toList()))
                    .containsExactly(1, 1);
        }
    }
}
