package dev.weir.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TaskRegistryTest {
    private final TaskRegistry registry = new TaskRegistry();
    private final Lane lane = new Lane();

    private Task<Void> idleTask() {
        Task<Void> task = new Task<>(cx -> Poll.pending(), lane);
        task.run(lane.context());
        return task;
    }

    @Test
    void tasks_can_be_removed_in_any_order() {
        int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
        for (int[] order : orders) {
            List<Task<Void>> tasks = List.of(idleTask(), idleTask(), idleTask());
            tasks.forEach(task -> assertThat(registry.add(task)).isTrue());
            for (int i = 0; i < 3; i++) {
                assertThat(registry.size()).isEqualTo(3 - i);
                TaskRegistry.remove(tasks.get(order[i]));
                TaskRegistry.remove(tasks.get(order[i]));
            }
            assertThat(registry.size()).isZero();
        }
    }

    @Test
    void a_removed_task_keeps_no_other_alive() {
        List<Task<Void>> tasks = List.of(idleTask(), idleTask(), idleTask());
        tasks.forEach(registry::add);
        TaskRegistry.remove(tasks.get(1));
        assertThat(tasks.get(1).registry).isNull();
        assertThat(tasks.get(1).registryNext).isNull();
        assertThat(tasks.get(1).registryPrevious).isNull();
    }

    @Test
    void a_task_of_no_registry_is_removed_without_harm() {
        TaskRegistry.remove(idleTask());
        assertThat(registry.size()).isZero();
    }

    @Test
    void closing_cancels_what_is_there_and_refuses_what_comes() {
        Task<Void> before = idleTask();
        Task<Void> gone = idleTask();
        Task<Void> after = idleTask();
        registry.add(before);
        registry.add(gone);
        TaskRegistry.remove(gone);
        registry.closeAndCancel();
        assertThat(registry.add(after)).isFalse();
        assertThat(before.isCancelled()).isTrue();
        assertThat(gone.isCancelled()).isFalse();
        assertThat(after.isCancelled()).isFalse();
        assertThat(lane.size()).isEqualTo(1);
    }

    @Test
    void a_cancel_that_ends_tasks_at_once_may_remove_them_while_closing() {
        Lane[] here = new Lane[1];
        here[0] = new Lane() {
            @Override
            public void schedule(Task<?> task) {
                task.run(context());
            }

            @Override
            public void completed(Task<?> task) {
                TaskRegistry.remove(task);
            }
        };
        for (int i = 0; i < 10; i++) {
            Task<Void> task = new Task<>(cx -> Poll.pending(), here[0]);
            task.run(here[0].context());
            registry.add(task);
        }
        registry.closeAndCancel();
        assertThat(registry.size()).isZero();
    }

    /** Whatever the close finds is cancelled, whatever it does not find is refused: no task is left behind. */
    @Test
    void every_task_is_either_removed_cancelled_or_refused() throws Exception {
        int rounds = Iterations.scaled(200);
        int threads = 4;
        var pool = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < rounds; round++) {
                TaskRegistry contended = new TaskRegistry();
                AtomicInteger left = new AtomicInteger();
                CountDownLatch start = new CountDownLatch(1);
                List<Future<?>> futures = new ArrayList<>();
                for (int t = 0; t < threads; t++) {
                    futures.add(pool.submit(() -> {
                        List<Task<Void>> kept = new ArrayList<>();
                        start.await();
                        for (int i = 0; i < 100; i++) {
                            Task<Void> task = idleTask();
                            if (!contended.add(task)) {
                                assertThat(task.isCancelled()).isFalse();
                            } else if (i % 3 == 0) {
                                TaskRegistry.remove(task);
                            } else {
                                kept.add(task);
                                left.incrementAndGet();
                            }
                        }
                        return kept;
                    }));
                }
                start.countDown();
                contended.closeAndCancel();
                List<Task<Void>> kept = new ArrayList<>();
                for (Future<?> future : futures) {
                    ((List<?>) future.get()).forEach(task -> kept.add(cast(task)));
                }
                assertThat(contended.size()).isEqualTo(left.get());
                assertThat(kept).allMatch(Task::isCancelled);
                kept.forEach(TaskRegistry::remove);
                assertThat(contended.size()).isZero();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @SuppressWarnings("unchecked")
    private static Task<Void> cast(Object task) {
        return (Task<Void>) task;
    }
}
