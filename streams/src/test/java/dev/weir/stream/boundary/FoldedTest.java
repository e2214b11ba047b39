package dev.weir.stream.boundary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.stream.push.Drops;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.testkit.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is not taken in time is made one. */
class FoldedTest {
    private static final int SEEDS = Boolean.getBoolean("weir.long") ? 10_000 : 25;

    private int wakes;
    private final Context cx = new Context(new NoServices(), 2).withWaker(() -> wakes++);
    private final Folded<Integer, Integer> folded = new Folded<>(n -> n, Integer::sum);

    private record NoServices() implements Host {
        @Override
        public <S> @Nullable S service(Class<S> type) {
            return null;
        }
    }

    @Test
    void what_comes_between_two_polls_is_folded() throws Exception {
        folded.put(1);
        folded.put(2);
        folded.put(3);
        assertThat(folded.poll(cx)).isEqualTo(6);
        assertThat(folded.poll(cx)).isNull();
        folded.put(4);
        assertThat(wakes).isEqualTo(1);
        folded.end(Outcome.How.of(null));
        assertThat(folded.isDone()).as("what is held comes before the end").isFalse();
        cx.budget().refill();
        assertThat(folded.poll(cx)).isEqualTo(4);
        assertThat(folded.isDone()).isTrue();
        assertThat(folded.poll(cx)).isNull();
    }

    @Test
    void a_poll_that_finds_nothing_costs_nothing_and_one_without_budget_takes_nothing() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(folded.poll(cx)).isNull();
        }
        assertThat(cx.charge()).isTrue();
        assertThat(cx.charge()).isTrue();
        folded.put(1);
        assertThat(folded.poll(cx)).isNull();
        cx.budget().refill();
        assertThat(folded.poll(cx)).isEqualTo(1);
    }

    @Test
    void a_failure_waits_behind_what_is_held_and_behind_a_null() throws Exception {
        folded.put(1);
        assertThat(folded.poll(cx)).isEqualTo(1);
        assertThat(folded.poll(cx)).isNull();
        folded.end(Outcome.How.of(new IllegalStateException("as planned")));
        assertThat(wakes).isEqualTo(1);
        assertThat(folded.isDone())
                .as("null and then done would mean completed (S3)")
                .isFalse();
        assertThatThrownBy(() -> folded.poll(cx)).hasMessage("as planned");
        assertThat(folded.isDone()).isTrue();
    }

    @Test
    void a_failure_after_the_close_is_told_to_drops_and_a_value_is_let_go_of() throws Exception {
        folded.put(1);
        folded.close();
        assertThat(folded.isClosed()).isTrue();
        assertThat(folded.poll(cx)).isNull();
        List<Throwable> told = new ArrayList<>();
        Drops.listen(drop -> told.add(drop.failure()));
        try {
            folded.end(Outcome.How.of(new IllegalStateException("late")));
        } finally {
            Drops.listen(null);
        }
        assertThat(told).hasSize(1).first().extracting(Throwable::getMessage).isEqualTo("late");
    }

    @Test
    void a_failure_that_came_out_is_not_told_to_drops_by_who_is_still_ending() throws Exception {
        List<Throwable> thrown = new ArrayList<>();
        Context looksAtOnce = new Context(new NoServices(), 2).withWaker(() -> {
            try {
                folded.poll(cx);
            } catch (Exception e) {
                thrown.add(e);
            }
            folded.close();
        });
        folded.poll(looksAtOnce);
        List<Throwable> told = new ArrayList<>();
        Drops.listen(drop -> told.add(drop.failure()));
        try {
            folded.end(Outcome.How.of(new IllegalStateException("as planned")));
        } finally {
            Drops.listen(null);
        }
        assertThat(thrown).hasSize(1);
        assertThat(told).isEmpty();
    }

    @Test
    void what_the_reducer_throws_fails_the_stream_and_null_is_refused() {
        AtomicInteger closes = new AtomicInteger();
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            assertThatThrownBy(() -> runtime.blockOn(AsyncStream.range(0, 9)
                            .onClose(closes::incrementAndGet)
                            .onBackpressureReduce((a, b) -> {
                                throw new IllegalStateException("as planned");
                            })
                            .toList()))
                    .hasRootCauseMessage("as planned");
            assertThatThrownBy(() -> runtime.blockOn(AsyncStream.range(0, 9)
                            .onBackpressureReduce(() -> 0, (a, b) -> null)
                            .toList()))
                    .hasMessageContaining("the reducer returned null");
        }
        assertThat(closes).hasValue(1);
    }

    @Test
    void with_any_seed_nothing_is_lost() {
        Simulation.explore(
                SEEDS,
                simulation -> AsyncStream.range(0, 40)
                        .delayElements(Duration.ofMillis(1))
                        .<List<Integer>>onBackpressureReduce(ArrayList::new, (list, n) -> {
                            list.add(n);
                            return list;
                        })
                        .delayElements(Duration.ofMillis(3))
                        .concatMapIterable(list -> list)
                        .toList()
                        .map(items -> {
                            assertThat(items)
                                    .isEqualTo(IntStream.range(0, 40).boxed().toList());
                            return items;
                        }));
    }

    @Test
    void a_feeder_and_an_owner_on_two_threads_lose_and_double_nothing() {
        int rounds = Boolean.getBoolean("weir.long") ? 2_000 : 40;
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build()) {
            for (int round = 0; round < rounds; round++) {
                assertThat(runtime.blockOn(AsyncStream.range(0, 2_000)
                                .detach(64)
                                .onBackpressureReduce(Integer::sum)
                                .reduce(0, Integer::sum)))
                        .isEqualTo(1_999 * 1_000);
            }
        }
    }
}
