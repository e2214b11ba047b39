package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.TaskInfo;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who a task is, and where that can be asked. */
class TaskInfoTest {
    private static final Duration BOUND = Duration.ofSeconds(10);

    /** Notes which task its calls find themselves in. */
    private static final class Witness implements Pollable<Integer> {
        final Queue<Long> polledIn = new ConcurrentLinkedQueue<>();
        final Queue<Long> closedIn = new ConcurrentLinkedQueue<>();
        private final Pollable<Integer> work;

        Witness(Pollable<Integer> work) {
            this.work = work;
        }

        @Override
        public Poll<Integer> poll(Context cx) throws Exception {
            polledIn.add(currentId());
            return work.poll(cx);
        }

        @Override
        public void close() {
            closedIn.add(currentId());
        }
    }

    /** -1 outside of tasks. */
    private static long currentId() {
        TaskInfo current = TaskInfo.current();
        return current == null ? -1 : current.id();
    }

    @ParameterizedTest
    @EnumSource
    void a_task_knows_its_id_in_every_poll_and_in_its_close(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Witness witness = new Witness(Recipes.yields(3));
            JoinHandle<Integer> task = runtime.spawn(witness);
            assertThat(runtime.blockOn(task)).isEqualTo(4);
            assertThat(task.info().id()).isPositive();
            assertThat(witness.polledIn).hasSize(4).containsOnly(task.info().id());
            assertThat(witness.closedIn).containsExactly(task.info().id());
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_cancelled_task_knows_its_id_in_its_close(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Witness witness = new Witness(Recipes.never());
            JoinHandle<Integer> task = runtime.spawn(witness);
            task.cancel();
            runtime.blockOn(Recipes.end(task));
            assertThat(witness.closedIn).containsExactly(task.info().id());
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_task_that_is_refused_knows_its_id_in_its_close_and_the_spawner_keeps_its_own(Runtimes on) throws Exception {
        TaskRuntime closed = on.build();
        closed.close();
        Witness inner = new Witness(Recipes.never());
        try (TaskRuntime runtime = on.build()) {
            Witness outer = new Witness(cx -> {
                JoinHandle<Integer> refused = closed.spawn(inner);
                assertThat(inner.closedIn).containsExactly(refused.info().id());
                assertThat(refused.info().id()).isNotEqualTo(currentId());
                return Poll.ready((int) currentId());
            });
            JoinHandle<Integer> task = runtime.spawn(outer);
            assertThat(runtime.blockOn(task)).isEqualTo((int) task.info().id());
        }
        JoinHandle<Integer> fromPlainThread = closed.spawn(inner);
        assertThat(inner.closedIn).last().isEqualTo(fromPlainThread.info().id());
        assertThat(TaskInfo.current()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void what_runs_because_a_task_ends_sees_that_task(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Signal signal = new Signal();
            JoinHandle<Integer> task = runtime.spawn(signal);
            CompletableFuture<Long> seen =
                    task.toCompletionStage().thenApply(value -> currentId()).toCompletableFuture();
            signal.set();
            runtime.blockOn(Recipes.spinUntil(seen::isDone));
            assertThat(seen).isCompletedWithValue(task.info().id());
        }
    }

    @ParameterizedTest
    @EnumSource
    void outside_of_tasks_there_is_none(Runtimes on) throws Exception {
        try (TaskRuntime runtime = on.build()) {
            assertThat(TaskInfo.current()).isNull();
            long inside = runtime.blockOn(Recipes.run(TaskInfoTest::currentId));
            assertThat(inside).isPositive();
            assertThat(TaskInfo.current()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_blocking_call_is_in_its_own_task_and_in_another_while_it_blocks_on_it(Runtimes on) throws Exception {
        try (TaskRuntime runtime = on.build();
                TaskRuntime other = on.build()) {
            JoinHandle<List<Long>> call = runtime.spawnBlocking(() -> {
                long before = currentId();
                long inside = other.blockOn(Recipes.run(TaskInfoTest::currentId));
                return List.of(before, inside, currentId());
            });
            List<Long> seen = call.join(BOUND);
            long id = call.info().id();
            assertThat(seen.get(0)).isEqualTo(id);
            assertThat(seen.get(1)).isPositive().isNotEqualTo(id);
            assertThat(seen.get(2)).isEqualTo(id);
        }
    }

    @Test
    void ids_are_unique_over_runtimes_and_spawning_threads() throws Exception {
        int threads = 3;
        int each = 5_000;
        Set<Long> ids = new HashSet<>();
        Queue<Long> given = new ConcurrentLinkedQueue<>();
        try (TaskRuntime one = Runtimes.FOUR_WORKERS.build();
                TaskRuntime two = Runtimes.ONE_WORKER.build()) {
            CountDownLatch done = new CountDownLatch(threads);
            for (int i = 0; i < threads; i++) {
                Thread thread = new Thread(() -> {
                    for (int n = 0; n < each; n++) {
                        TaskRuntime on = n % 2 == 0 ? one : two;
                        given.add(on.spawn(cx -> Poll.done()).info().id());
                    }
                    done.countDown();
                });
                thread.setDaemon(true);
                thread.start();
            }
            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        }
        ids.addAll(given);
        assertThat(given).hasSize(threads * each);
        assertThat(ids).hasSize(threads * each);
    }

    @ParameterizedTest
    @EnumSource
    void a_name_and_the_spawn_site_stay_with_the_task_and_appear_in_messages(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            JoinHandle<Integer> task = runtime.task().name("fetch").spawn(Recipes.never());
            assertThat(task.info().name()).isEqualTo("fetch");
            assertThat(task.info().spawnSite().getClassName()).isEqualTo(TaskInfoTest.class.getName());
            assertThat(task.info().spawnSite().getMethodName()).startsWith("a_name_and_the_spawn_site");
            assertThat(task.toString())
                    .contains("fetch")
                    .contains(String.valueOf(task.info().id()));
            task.cancel();
            runtime.blockOn(Recipes.end(task));
            assertThat(task.info().name()).isEqualTo("fetch");
            assertThatThrownBy(task::join)
                    .isInstanceOf(CancellationException.class)
                    .hasMessageContaining("fetch")
                    .hasMessageContaining(String.valueOf(task.info().id()));
        }
    }

    @Test
    void a_blocking_call_can_have_a_name() throws Exception {
        try (TaskRuntime runtime = Runtimes.ONE_WORKER.build()) {
            JoinHandle<String> call = runtime.task()
                    .name("resolve")
                    .spawnBlocking(() -> TaskInfo.current().name());
            assertThat(call.join(BOUND)).isEqualTo("resolve");
            assertThat(call.info().spawnSite().getClassName()).isEqualTo(TaskInfoTest.class.getName());
        }
    }

    @Test
    void a_task_without_a_name_is_described_by_what_it_polls_until_it_ends() {
        try (TaskRuntime runtime = Runtimes.CURRENT_THREAD.build()) {
            Signal signal = new Signal();
            JoinHandle<Integer> task = runtime.spawn(signal);
            assertThat(task.info().name()).isNull();
            assertThat(task.info().spawnSite()).isNull();
            assertThat(task.info().type()).isEqualTo(Signal.class);
            assertThat(task.toString()).contains(Signal.class.getName());
            signal.set();
            runtime.blockOn(task);
            assertThat(task.info().type()).isNull();
            assertThat(task.info().isDone()).isTrue();
        }
    }

    @Test
    void a_runtime_asked_for_spawn_sites_remembers_them_of_every_task() throws Exception {
        try (TaskRuntime runtime =
                TaskRuntime.builder().workers(1).spawnSites(true).build()) {
            String here = TaskInfoTest.class.getName();
            assertThat(runtime.spawn(Recipes.never()).info().spawnSite().getClassName())
                    .isEqualTo(here);
            assertThat(runtime.spawnBlocking(() -> 1).info().spawnSite().getClassName())
                    .isEqualTo(here);
            assertThat(runtime.task().spawn(Recipes.never()).info().spawnSite().getClassName())
                    .isEqualTo(here);
        }
    }

    @Test
    void options_do_not_change_the_builder_they_were_taken_from() {
        try (TaskRuntime runtime = Runtimes.CURRENT_THREAD.build()) {
            TaskBuilder plain = runtime.task();
            TaskBuilder named = plain.name("named");
            assertThat(plain.spawn(Recipes.never()).info().name()).isNull();
            assertThat(named.spawn(Recipes.never()).info().name()).isEqualTo("named");
            assertThatThrownBy(() -> plain.name(" "))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("name");
        }
    }
}
