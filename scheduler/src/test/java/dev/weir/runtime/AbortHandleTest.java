package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.task.AbortHandle;
import dev.weir.task.JoinHandle;
import dev.weir.task.JoinSet;
import dev.weir.task.Pollable;
import dev.weir.time.Sleep;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Cancelling without a join handle, and what belongs to whom. */
class AbortHandleTest {
    private static final Duration BOUND = Duration.ofSeconds(10);

    @ParameterizedTest
    @EnumSource
    void it_cancels_a_task_whose_join_handle_was_dropped(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Watched<Integer> watched = new Watched<>(Recipes.never());
            AbortHandle abort = runtime.spawn(watched).abortHandle();
            runtime.blockOn(Recipes.spinUntil(() -> watched.polls.get() == 1));
            assertThat(abort.isDone()).isFalse();
            abort.cancel();
            abort.cancel();
            runtime.blockOn(Recipes.spinUntil(abort::isDone));
            assertThat(watched.closes).hasValue(1);
            assertThat(watched.violations).hasValue(0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void after_the_end_it_changes_nothing(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            JoinHandle<Integer> task = runtime.spawn(Pollable.ready(7));
            AbortHandle abort = task.abortHandle();
            runtime.blockOn(task);
            abort.cancel();
            assertThat(abort.isDone()).isTrue();
            assertThat(task.join()).isEqualTo(7);
            assertThat(abort).isEqualTo(task.abortHandle()).hasSameHashCodeAs(task.abortHandle());
            assertThat(abort.id()).isEqualTo(task.info().id());
            assertThat(abort).isNotEqualTo(runtime.spawn(Pollable.ready(7)).abortHandle());
        }
    }

    @ParameterizedTest
    @EnumSource
    void it_keeps_neither_the_task_nor_its_result_alive(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            List<AbortHandle> kept = new ArrayList<>();
            WeakReference<Object> result = abandonedResult(runtime, kept);
            await().atMost(BOUND).until(() -> {
                System.gc();
                return result.get() == null;
            });
            assertThat(kept.get(0).isDone()).isTrue();
            kept.get(0).cancel();
        }
    }

    private static WeakReference<Object> abandonedResult(TaskRuntime runtime, List<AbortHandle> kept) {
        JoinHandle<Object> task = runtime.spawn(Pollable.of(Object::new));
        kept.add(task.abortHandle());
        WeakReference<Object> result = new WeakReference<>(runtime.blockOn(task));
        runtime.blockOn(Recipes.yields(1)); // the thread has another task to remember
        return result;
    }

    @ParameterizedTest
    @EnumSource
    void a_blocking_call_is_cancelled_only_before_it_starts(Runtimes on) throws Exception {
        try (TaskRuntime runtime = on.builder().blockingThreads(1).build()) {
            CountDownLatch started = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            AtomicBoolean secondRan = new AtomicBoolean();
            JoinHandle<String> running = runtime.spawnBlocking(() -> {
                started.countDown();
                release.await();
                return "ran to its end";
            });
            JoinHandle<Boolean> waiting = runtime.spawnBlocking(() -> secondRan.getAndSet(true));
            assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
            running.abortHandle().cancel();
            waiting.abortHandle().cancel();
            release.countDown();
            assertThat(running.join(BOUND)).isEqualTo("ran to its end");
            assertThatThrownBy(() -> waiting.join(BOUND)).isInstanceOf(CancellationException.class);
            assertThat(secondRan).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_task_owned_by_a_wait_ends_with_it(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Watched<Integer> watched = new Watched<>(Recipes.never());
            JoinHandle<Integer> child = runtime.spawn(watched);
            JoinHandle<Integer> parent = runtime.spawn(child.cancelOnClose());
            runtime.blockOn(Recipes.spinUntil(() -> watched.polls.get() == 1));
            parent.cancel();
            runtime.blockOn(Recipes.end(child));
            assertThat(child.failure()).isInstanceOf(CancellationException.class);
            assertThat(runtime.blockOn(runtime.spawn(Pollable.ready(1)).cancelOnClose()))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_outcome_of_a_task_that_has_not_ended_cannot_be_asked_for(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            JoinHandle<Integer> task = runtime.spawn(Recipes.never());
            assertThatThrownBy(task::failure)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("has not ended");
        }
    }

    // ---- sets, on every runtime ----

    @ParameterizedTest
    @EnumSource
    void ten_tasks_that_sleep_are_each_seen_once(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            JoinSet<Integer> set = new JoinSet<>(runtime);
            for (int i = 0; i < 10; i++) {
                int id = i;
                set.spawn(Sleep.of(Duration.ofMillis(10 - i)).map(nothing -> id));
            }
            Set<Integer> seen = new HashSet<>();
            for (JoinHandle<Integer> next = runtime.blockOn(set.joinNext());
                    next != null;
                    next = runtime.blockOn(set.joinNext())) {
                assertThat(seen.add(next.join())).isTrue();
            }
            assertThat(seen).hasSize(10);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_set_that_is_closed_cancels_sixteen_pending_tasks(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            List<Watched<Integer>> watched = new ArrayList<>();
            List<JoinHandle<Integer>> tasks = new ArrayList<>();
            try (JoinSet<Integer> set = new JoinSet<>(runtime)) {
                for (int i = 0; i < 16; i++) {
                    watched.add(new Watched<>(Recipes.never()));
                    tasks.add(set.spawn(watched.get(i)));
                }
            }
            tasks.forEach(task -> runtime.blockOn(Recipes.end(task)));
            assertThat(tasks).allMatch(task -> task.failure() instanceof CancellationException);
            assertThat(watched).allMatch(each -> each.closes.get() == 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_tasks_of_a_set_on_a_runtime_that_was_shut_down_are_cancelled(Runtimes on) {
        JoinSet<Integer> set;
        try (TaskRuntime runtime = on.build()) {
            set = new JoinSet<>(runtime);
            set.spawn(Recipes.never());
        }
        set.spawn(Pollable.ready(1));
        assertThat(set.tryJoinNext().failure()).isInstanceOf(CancellationException.class);
        assertThat(set.tryJoinNext().failure()).isInstanceOf(CancellationException.class);
        assertThat(set.isEmpty()).isTrue();
    }
}
