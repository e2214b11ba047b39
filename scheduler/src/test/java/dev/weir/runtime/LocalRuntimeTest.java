package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.weir.task.Iterations;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.time.Sleep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tasks that never leave their thread, whoever wakes, cancels, spawns and closes. */
class LocalRuntimeTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final Executor NEW_THREAD = body -> {
        Thread thread = new Thread(body);
        thread.setDaemon(true);
        thread.start();
    };

    /** Fails the task when it is polled elsewhere than on the thread that made this recipe. */
    private static <T> Pollable<T> pinned(Pollable<T> pollable) {
        Thread here = Thread.currentThread();
        return cx -> {
            assertThat(Thread.currentThread()).isSameAs(here);
            return pollable.poll(cx);
        };
    }

    @Test
    void local_tasks_spawn_wake_and_sleep_on_their_thread() {
        try (LocalRuntime runtime = TaskRuntime.local().build()) {
            List<JoinHandle<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < 128; i++) {
                int id = i;
                tasks.add(runtime.spawnLocal(pinned(Recipes.sequence(
                        Recipes.yields(i % 3),
                        Recipes.sequence(
                                Sleep.of(Duration.ofMillis(i % 4)),
                                pinned(runtime.spawnLocal(pinned(Recipes.run(() -> id)))))))));
            }
            assertThat(runtime.blockOn(Recipes.all(tasks))).hasSize(128).contains(0, 127);
        }
    }

    @Test
    void another_thread_is_refused_and_told_what_to_do() throws Exception {
        try (LocalRuntime runtime = TaskRuntime.local().build()) {
            CompletableFuture<Void> refused = CompletableFuture.runAsync(
                    () -> {
                        assertThatIllegalStateException()
                                .isThrownBy(() -> runtime.spawnLocal(Recipes.yields(1)))
                                .withMessageContainingAll("spawnLocal", "that thread only", "spawn what may");
                        assertThatIllegalStateException()
                                .isThrownBy(() -> runtime.blockOn(Recipes.yields(1)))
                                .withMessageContainingAll("blockOn", "join its handle");
                    },
                    NEW_THREAD);
            refused.get(10, TimeUnit.SECONDS);
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> runtime.blockOn(cx -> Poll.ready(TaskRuntime.blockInPlace(() -> 1))))
                    .havingRootCause()
                    .withMessageContaining("spawnBlocking");
        }
    }

    @Test
    void what_other_threads_spawn_wake_and_cancel_is_run_and_closed_by_the_owner() throws Exception {
        int rounds = Iterations.scaled(500);
        try (LocalRuntime runtime = TaskRuntime.local().build()) {
            Thread owner = Thread.currentThread();
            CompletableFuture<List<Watched<Integer>>> others = CompletableFuture.supplyAsync(
                    () -> {
                        List<Watched<Integer>> all = new ArrayList<>();
                        List<JoinHandle<Integer>> handles = new ArrayList<>();
                        for (int i = 0; i < rounds; i++) {
                            Signal signal = new Signal();
                            Watched<Integer> task = new Watched<>(i % 2 == 0 ? signal : Recipes.never());
                            all.add(task);
                            handles.add(runtime.spawn(task));
                            signal.set(i);
                            if (i % 2 == 1) {
                                handles.get(i).cancel();
                            }
                        }
                        for (JoinHandle<Integer> each : handles) {
                            runtime.spawn(Recipes.end(each)).join();
                        }
                        return all;
                    },
                    NEW_THREAD);
            runtime.blockOn(Recipes.spinUntil(others::isDone));
            assertThat(others.get()).hasSize(rounds).allSatisfy(task -> {
                assertThat(task.closer).isSameAs(owner);
                assertThat(task.closes).hasValue(1);
                assertThat(task.violations).hasValue(0);
            });
        }
    }

    @Test
    void a_shutdown_from_elsewhere_waits_until_the_owner_has_closed_its_tasks() throws Exception {
        int rounds = Iterations.scaled(100);
        for (int i = 0; i < rounds; i++) {
            LocalRuntime runtime = TaskRuntime.local().build();
            Watched<Integer> local = new Watched<>(Recipes.never());
            runtime.spawnLocal(local);
            CountDownLatch blocked = new CountDownLatch(1);
            CompletableFuture<Boolean> closed = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            blocked.await();
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                        return runtime.shutdown(BOUND);
                    },
                    NEW_THREAD);
            assertThatExceptionOfType(CancellationException.class)
                    .isThrownBy(() -> runtime.blockOn(cx -> {
                        blocked.countDown();
                        return Poll.pending();
                    }));
            assertThat(closed.get(20, TimeUnit.SECONDS)).isTrue();
            assertThat(local.closer).isSameAs(Thread.currentThread());
            assertThat(local.closes).hasValue(1);
        }
    }

    @Test
    void a_shutdown_from_elsewhere_gives_up_in_time_and_the_owner_closes_later() throws Exception {
        LocalRuntime runtime = TaskRuntime.local().build();
        Watched<Integer> local = new Watched<>(Recipes.never());
        JoinHandle<Integer> handle = runtime.spawnLocal(local);
        CompletableFuture<Boolean> other =
                CompletableFuture.supplyAsync(() -> runtime.shutdown(Duration.ofMillis(10)), NEW_THREAD);
        assertThat(other.get(20, TimeUnit.SECONDS)).isFalse();
        assertThat(local.closes).hasValue(0);
        runtime.close();
        assertThat(local.closer).isSameAs(Thread.currentThread());
        assertThat(handle.isDone()).isTrue();
    }

    @Test
    void the_tasks_of_a_dead_thread_are_closed_by_whoever_shuts_down() throws Exception {
        Watched<Integer> local = new Watched<>(Recipes.never());
        CompletableFuture<LocalRuntime> made = new CompletableFuture<>();
        Thread owner = new Thread(() -> {
            LocalRuntime runtime = TaskRuntime.local().build();
            runtime.spawnLocal(local);
            made.complete(runtime);
        });
        owner.start();
        owner.join();
        assertThat(made.get().shutdown(BOUND)).isTrue();
        assertThat(local.closes).hasValue(1);
    }

    @Test
    void a_close_in_one_of_its_tasks_does_not_wait_for_itself() {
        LocalRuntime runtime = TaskRuntime.local().build();
        List<Boolean> answers = new ArrayList<>();
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> runtime.blockOn(cx -> {
                    answers.add(runtime.shutdown(BOUND));
                    return Poll.pending();
                }));
        assertThat(answers).containsExactly(false);
        assertThat(runtime.shutdown(BOUND)).isTrue();
        await().until(() -> runtime.metrics().liveTasks() == 0);
    }
}
