package dev.weir.stream.boundary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Source;
import java.util.ArrayDeque;
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
    private static final class Upstream implements Source<Integer> {
        final ArrayDeque<Integer> items = new ArrayDeque<>();

        @Nullable Exception failure;

        int closes;

        @Override
        public @Nullable Integer poll(Context cx) throws Exception {
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
