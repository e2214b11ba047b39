package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Poll;
import dev.weir.task.Source;
import dev.weir.testkit.simulation.Simulation;
import dev.weir.time.Sleep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rails in tasks of their own: each item once, in any order, and nothing is left open. */
class ParallelTest {
    private static final int SEEDS = Boolean.getBoolean("weir.long") ? 10_000 : 25;
    private final List<Throwable> undeliverable = new ArrayList<>();
    private final AtomicInteger closes = new AtomicInteger();

    private TaskRuntime currentThread(int budget) {
        return TaskRuntime.currentThread()
                .budget(budget)
                .onUndeliverable(undeliverable::add)
                .build();
    }

    private AsyncStream<Integer> counted(int items) {
        return AsyncStream.range(0, items).onClose(closes::incrementAndGet);
    }

    private static List<Integer> upTo(int items) {
        return IntStream.range(0, items).boxed().toList();
    }

    @Test
    void gives_each_item_once_with_every_number_of_rails_capacity_and_budget() {
        int runs = 0;
        for (int budget : new int[] {1, 2, 128}) {
            for (int rails : new int[] {1, 2, 5}) {
                for (int capacity : new int[] {1, 2, 64}) {
                    try (TaskRuntime runtime = currentThread(budget)) {
                        assertThat(runtime.blockOn(counted(300)
                                        .parallel(rails, capacity, rail -> rail.filter(n -> n % 2 == 0))
                                        .toList()))
                                .containsExactlyInAnyOrderElementsOf(
                                        upTo(150).stream().map(n -> 2 * n).toList());
                    }
                    assertThat(closes).hasValue(++runs);
                }
            }
        }
        assertThat(undeliverable).isEmpty();
    }

    @Test
    void one_rail_keeps_the_order() {
        try (TaskRuntime runtime = currentThread(3)) {
            assertThat(runtime.blockOn(
                            counted(300).parallel(1, 4, Function.identity()).toList()))
                    .isEqualTo(upTo(300));
        }
    }

    @Test
    void rails_run_at_the_same_time() {
        CyclicBarrier meeting = new CyclicBarrier(2);
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build()) {
            assertThat(runtime.blockOn(counted(2)
                            .parallel(2, 1, rail -> rail.peek(n -> meet(meeting)))
                            .toList()))
                    .containsExactlyInAnyOrder(0, 1);
        }
    }

    /** Alone, a rail would wait for ever. */
    private static void meet(CyclicBarrier meeting) {
        try {
            meeting.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void rails_can_run_on_another_runtime() {
        try (TaskRuntime other = TaskRuntime.builder().name("other").workers(2).build();
                TaskRuntime runtime = currentThread(128)) {
            assertThat(runtime.blockOn(counted(100)
                            .parallel(
                                    other,
                                    2,
                                    4,
                                    rail -> rail.map(n -> Thread.currentThread().getName()))
                            .toList()))
                    .hasSize(100)
                    .allMatch(name -> name.startsWith("other"));
        }
    }

    @Test
    void a_rail_that_waits_leaves_the_items_to_the_others() {
        try (TaskRuntime runtime = currentThread(128)) {
            AtomicInteger rails = new AtomicInteger();
            List<Integer> items = runtime.blockOn(counted(100)
                    .parallel(
                            2,
                            1,
                            rail -> rails.getAndIncrement() == 0 ? rail.concatMap(n -> AsyncStream.never()) : rail)
                    .take(99)
                    .toList());

            assertThat(items).hasSize(99).doesNotHaveDuplicates();
        }
        assertThat(closes).hasValue(1);
    }

    @Test
    void a_rail_that_ends_early_or_never_begins_leaves_the_items_to_the_others() {
        try (TaskRuntime runtime = currentThread(128)) {
            AtomicInteger rails = new AtomicInteger();
            assertThat(runtime.blockOn(counted(100)
                            .parallel(3, 1, rail -> switch (rails.getAndIncrement()) {
                                case 0 -> rail.take(1);
                                case 1 -> AsyncStream.of(-1);
                                default -> rail;
                            })
                            .toList()))
                    .hasSize(101)
                    .contains(-1)
                    .containsAll(upTo(100));
            assertThat(closes).hasValue(1);
            assertThat(runtime.blockOn(
                            counted(100).parallel(2, 1, rail -> rail.take(3)).count()))
                    .isEqualTo(6);
            assertThat(closes).hasValue(2);
        }
    }

    @Test
    void a_failure_above_or_in_a_rail_fails_the_whole_and_closes_everything() {
        try (TaskRuntime runtime = currentThread(128)) {
            assertThatThrownBy(() -> runtime.blockOn(counted(50)
                            .concatWith(AsyncStream.failed(new IllegalStateException("above")))
                            .parallel(3, 2, Function.identity())
                            .toList()))
                    .hasRootCauseMessage("above");
            assertThatThrownBy(() -> runtime.blockOn(counted(50)
                            .parallel(3, 2, rail -> rail.map(n -> 1 / (n - 20)))
                            .toList()))
                    .hasRootCauseInstanceOf(ArithmeticException.class);
            assertThatThrownBy(() -> runtime.blockOn(counted(50)
                            .parallel(3, 2, rail -> {
                                throw new IllegalStateException("no pipeline");
                            })
                            .toList()))
                    .hasMessageContaining("no pipeline");
            runtime.blockOn(Sleep.of(Duration.ofMillis(1)));
        }
        assertThat(closes.get()).isBetween(2, 3); // the last run may not have been opened above
        assertThat(undeliverable).isEmpty();
    }

    @Test
    void a_failure_above_can_be_handled_in_the_rails() {
        try (TaskRuntime runtime = currentThread(128)) {
            assertThat(runtime.blockOn(AsyncStream.<Integer>failed(new IllegalStateException("above"))
                            .parallel(3, 1, rail -> rail.onErrorReturn(7))
                            .toList()))
                    .containsExactly(7, 7, 7);
        }
    }

    @Test
    void it_takes_no_more_than_the_rails_hold() {
        try (TaskRuntime runtime = currentThread(128)) {
            AtomicInteger taken = new AtomicInteger();
            Source<Integer> source = AsyncStream.range(0, 1_000)
                    .peek(n -> taken.incrementAndGet())
                    .parallel(3, 4, Function.identity())
                    .open();
            runtime.blockOn(AsyncStream.from(source).take(1).toList());
            assertThat(taken.get()).isBetween(1, 3 * (4 + 1) + 1);
        }
    }

    @Test
    void closing_after_any_number_of_items_closes_everything_once() {
        for (int items = 0; items < 12; items++) {
            closes.set(0);
            AtomicInteger pipelines = new AtomicInteger();
            try (TaskRuntime runtime = currentThread(2)) {
                assertThat(runtime.blockOn(counted(1_000)
                                .parallel(2, 2, rail -> rail.onClose(pipelines::incrementAndGet))
                                .take(items)
                                .toList()))
                        .hasSize(items);
                runtime.blockOn(Sleep.of(Duration.ofMillis(1)));
            }
            assertThat(closes).hasValue(1);
            assertThat(pipelines).hasValue(2);
        }
        assertThat(undeliverable).isEmpty();
    }

    @Test
    void a_rail_in_the_midst_of_an_item_sees_no_completion_when_all_is_closed() throws Exception {
        CountDownLatch amidAnItem = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        AtomicInteger completions = new AtomicInteger();
        AtomicInteger written = new AtomicInteger();
        try (TaskRuntime other = TaskRuntime.builder().workers(1).build();
                TaskRuntime runtime = currentThread(128)) {
            Source<Integer> source = counted(100)
                    .parallel(
                            other,
                            1,
                            8,
                            rail -> rail.map(n -> {
                                        amidAnItem.countDown();
                                        await(mayGoOn);
                                        return n;
                                    })
                                    .concatWith(AsyncStream.of(-1).peek(footer -> written.incrementAndGet()))
                                    .onComplete(completions::incrementAndGet)
                                    .onClose(closed::countDown))
                    .open();
            runtime.blockOn(cx -> Poll.ready(source.poll(cx)));
            await(amidAnItem);
            source.close();
            mayGoOn.countDown();
            await(closed);
        }
        assertThat(written).hasValue(0);
        assertThat(completions).hasValue(0);
        assertThat(closes).hasValue(1);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void bad_arguments_are_refused_by_name() {
        AsyncStream<Integer> stream = AsyncStream.of(1);
        assertThatThrownBy(() -> stream.parallel(0, 1, rail -> rail)).hasMessageContaining("rails");
        assertThatThrownBy(() -> stream.parallel(1, 0, rail -> rail)).hasMessageContaining("capacity");
    }

    @Test
    void with_any_seed_nothing_is_lost_and_nobody_hangs() {
        Simulation.explore(
                SEEDS,
                simulation -> AsyncStream.range(0, 40)
                        .delayElements(Duration.ofMillis(1))
                        .detach(3)
                        .parallel(3, 2, rail -> rail.delayElements(Duration.ofMillis(2)))
                        .toList()
                        .map(items -> {
                            assertThat(items).containsExactlyInAnyOrderElementsOf(upTo(40));
                            return items;
                        }));
    }

    @Test
    void workers_that_take_from_one_source_lose_and_double_nothing() {
        int rounds = Boolean.getBoolean("weir.long") ? 2_000 : 60;
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
                TaskRuntime other = TaskRuntime.builder().workers(2).build()) {
            for (int round = 0; round < rounds; round++) {
                assertThat(runtime.blockOn(counted(500)
                                .parallel(other, 1 + round % 4, 1 + round % 3, Function.identity())
                                .toList()))
                        .containsExactlyInAnyOrderElementsOf(upTo(500));
            }
        }
        assertThat(closes).hasValue(rounds);
    }
}
