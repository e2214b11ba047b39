package dev.weir.stream.boundary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.push.Drops;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Poll;
import dev.weir.task.Source;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One boundary, its feeder stepped by hand. */
class DetachedTest {
    private final CurrentThreadRuntime runtime = TaskRuntime.currentThread().build();
    private final Upstream upstream = new Upstream();
    private final Context cx = new Context(new NoServices(), 4);

    @AfterEach
    void close() {
        runtime.close();
    }

    /** Gives what it holds, then fails or pends. */
    private static class Upstream implements Source<Integer> {
        final ArrayDeque<Integer> items = new ArrayDeque<>();

        @Nullable Exception failure;

        Runnable amidAPoll = () -> {};
        int closes;

        @Override
        public @Nullable Integer poll(Context cx) throws Exception {
            amidAPoll.run();
            if (items.isEmpty() && failure != null) {
                throw failure;
            }
            return items.poll();
        }

        @Override
        public boolean isDone() {
            return false;
        }

        @Override
        public void close() {
            closes++;
        }
    }

    private record NoServices() implements Host {
        @Override
        public <S> @Nullable S service(Class<S> type) {
            return null;
        }
    }

    @Test
    void a_poll_that_finds_nothing_costs_nothing() throws Exception {
        Detached<Integer> detached = new Detached<>(upstream, runtime, 4);
        for (int i = 0; i < 10; i++) {
            assertThat(detached.poll(cx)).isNull();
        }
        assertThat(cx.budget().isExhausted()).isFalse();
        detached.close();
    }

    /** Chunks of one item to more than all, that are filled to the bound and emptied, many times over. */
    @Test
    void gives_all_in_order_in_chunks_of_every_size() throws Exception {
        for (int capacity : new int[] {1, 2, 5, 64, 20_000, Integer.MAX_VALUE}) {
            for (int chunk : new int[] {1, 2, 3, 16, 1024}) {
                Upstream many = new Upstream();
                Detached<Integer> detached = new Detached<>(many, runtime, capacity, chunk);
                Context generous = new Context(new NoServices(), 1_000_000);
                for (int i = 0; i < 200; i++) {
                    many.items.add(i);
                }
                assertThat(detached.poll(generous)).isNull();
                for (int i = 0; i < 200; i++) {
                    if (i % 3 == 0) {
                        runtime.runUntilIdle();
                    }
                    Integer item = detached.poll(generous);
                    if (item == null) {
                        runtime.runUntilIdle();
                        item = detached.poll(generous);
                    }
                    assertThat(item).isEqualTo(i);
                }
                detached.close();
                runtime.runUntilIdle();
                assertThat(many.closes).isEqualTo(1);
            }
        }
    }

    @Test
    void a_failure_that_came_out_is_not_told_to_drops_by_the_feeder() throws Exception {
        upstream.failure = new IllegalStateException("as planned");
        Detached<Integer> detached = new Detached<>(upstream, runtime, 4);
        List<Throwable> thrown = new ArrayList<>();
        List<Throwable> told = new ArrayList<>();
        Drops.listen(drop -> told.add(drop.failure()));
        try {
            detached.poll(cx.withWaker(() -> {
                try {
                    detached.poll(cx);
                } catch (Exception e) {
                    thrown.add(e);
                }
                detached.close();
            }));
            runtime.runUntilIdle();
        } finally {
            Drops.listen(null);
        }
        assertThat(thrown).containsExactly(upstream.failure);
        assertThat(told).isEmpty();
    }

    @Test
    void a_failure_that_waits_when_the_owner_leaves_is_told_to_drops() throws Exception {
        upstream.failure = new IllegalStateException("as planned");
        Detached<Integer> detached = new Detached<>(upstream, runtime, 4);
        List<Throwable> told = new ArrayList<>();
        Drops.listen(drop -> told.add(drop.failure()));
        try {
            detached.poll(cx);
            runtime.runUntilIdle();
            assertThat(told).isEmpty();
            detached.close();
            runtime.runUntilIdle();
        } finally {
            Drops.listen(null);
        }
        assertThat(told).containsExactly(upstream.failure);
    }

    @Test
    void the_feeder_goes_on_when_half_of_a_full_ring_was_taken() throws Exception {
        upstream.items.addAll(List.of(1, 2, 3, 4, 5, 6));
        Detached<Integer> detached = new Detached<>(upstream, runtime, 4);
        assertThat(detached.poll(cx)).isNull();
        runtime.runUntilIdle();
        assertThat(upstream.items).containsExactly(5, 6);
        assertThat(detached.poll(cx)).isEqualTo(1);
        runtime.runUntilIdle();
        assertThat(upstream.items).containsExactly(5, 6);
        assertThat(detached.poll(cx)).isEqualTo(2);
        runtime.runUntilIdle();
        assertThat(upstream.items).isEmpty();
        detached.close();
    }

    /** An upstream that finds one item in many turns, and never pauses, is not waited for until half of the ring is full. */
    @Test
    void the_owner_is_told_of_few_items_after_some_turns() throws Exception {
        int[] wakes = new int[1];
        List<Integer> wakesAtTurns = new ArrayList<>();
        Source<Integer> rare = new Source<>() {
            private int polls;

            @Override
            public @Nullable Integer poll(Context cx) {
                if (wakesAtTurns.size() == 8) {
                    return null;
                }
                while (cx.charge()) {
                    if (polls++ == 0) {
                        return 1;
                    }
                }
                wakesAtTurns.add(wakes[0]);
                return null;
            }

            @Override
            public boolean isDone() {
                return false;
            }

            @Override
            public void close() {}
        };
        Detached<Integer> detached = new Detached<>(rare, runtime, 1024);
        assertThat(detached.poll(cx.withWaker(() -> wakes[0]++))).isNull();
        runtime.runUntilIdle();
        assertThat(wakesAtTurns)
                .as("wakes at the end of each turn, before it goes on")
                .containsExactly(0, 0, 0, 0, 1, 1, 1, 1);
        assertThat(detached.poll(cx)).isEqualTo(1);
        detached.close();
    }

    @Test
    void a_feeder_whose_upstream_charges_nothing_lets_others_run_though_the_owner_is_as_fast() throws Exception {
        boolean[] othersRan = new boolean[1];
        int[] polls = new int[1];
        Context generous = new Context(new NoServices(), 1_000_000);
        Upstream free = new Upstream() {
            @Override
            public @Nullable Integer poll(Context cx) throws Exception {
                amidAPoll.run();
                return othersRan[0] || polls[0] == 100_000 ? null : Integer.valueOf(++polls[0]);
            }
        };
        Detached<Integer> detached = new Detached<>(free, runtime, 4);
        assertThat(detached.poll(generous)).isNull();
        runtime.spawn(any -> {
            othersRan[0] = true;
            return Poll.done();
        });
        free.amidAPoll = () -> {
            try {
                detached.poll(generous);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        };

        runtime.runUntilIdle();

        assertThat(polls[0]).as("items before the other task ran").isBetween(1, 99_999);
        free.amidAPoll = () -> {};
        detached.close();
    }

    @Test
    void a_failure_that_comes_after_a_null_waits_for_the_next_poll() throws Exception {
        Detached<Integer> detached = new Detached<>(upstream, runtime, 4);
        assertThat(detached.poll(cx)).isNull();
        upstream.failure = new IllegalStateException("as planned");
        runtime.runUntilIdle();
        assertThat(detached.isDone())
                .as("null and then done would mean completed (S3)")
                .isFalse();
        assertThatThrownBy(() -> detached.poll(cx)).hasMessage("as planned");
        assertThat(detached.isDone()).isTrue();
        detached.close();
        assertThat(upstream.closes).isEqualTo(1);
    }

    @Test
    void a_failure_that_nobody_hears_of_any_more_is_told_to_drops_and_no_other() throws Exception {
        List<Throwable> told = new ArrayList<>();
        Drops.listen(drop -> told.add(drop.failure()));
        try {
            Detached<Integer> left = new Detached<>(upstream, runtime, 4);
            assertThat(left.poll(cx)).isNull();
            upstream.amidAPoll = left::close;
            upstream.failure = new IllegalStateException("as planned");
            runtime.runUntilIdle();
            assertThat(told).containsExactly(upstream.failure);
            assertThat(upstream.closes).isEqualTo(1);
            upstream.amidAPoll = () -> {};
            Detached<Integer> heard = new Detached<>(upstream, runtime, 4);
            assertThat(heard.poll(cx)).isNull();
            runtime.runUntilIdle();
            assertThatThrownBy(() -> heard.poll(cx)).hasMessage("as planned");
            heard.close();
            assertThat(told).hasSize(1);
        } finally {
            Drops.listen(null);
        }
    }

    @Test
    void where_there_is_no_runtime_what_is_above_is_closed_once() {
        Detached<Integer> detached = new Detached<>(upstream, null, 4);
        assertThatThrownBy(() -> detached.poll(cx)).isInstanceOf(RuntimeException.class);
        detached.close();
        assertThat(upstream.closes).isEqualTo(1);
    }

    @Test
    void a_feeder_that_cannot_be_started_closes_what_is_above_once() {
        runtime.close();
        Detached<Integer> detached = new Detached<>(upstream, runtime, 4);
        try {
            assertThat(detached.poll(cx)).isNull();
        } catch (Exception refused) {
            assertThat(refused).isInstanceOf(RuntimeException.class);
        }
        detached.close();
        assertThat(upstream.closes).isEqualTo(1);
    }
}
