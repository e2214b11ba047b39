package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.task.Context;
import dev.weir.task.Iterations;
import dev.weir.task.JoinHandle;
import dev.weir.task.JoinSet;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.util.BitSet;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** None is lost and none is joined twice: a hundred thousand tasks in every build, a million with {@code -Plong}. */
class JoinSetStressTest {
    private static final int TASKS = Iterations.scaled(100_000);
    private static final int ALIVE = 1_000;

    @ParameterizedTest
    @EnumSource
    void every_task_is_joined_once_while_others_are_spawned(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Owner owner = new Owner(runtime);
            assertThat(runtime.blockOn(runtime.spawn(owner))).isEqualTo(TASKS);
            assertThat(owner.joined.cardinality()).isEqualTo(TASKS);
            assertThat(owner.cancelled).isEqualTo(TASKS / 10);
        }
    }

    /** Keeps so many tasks alive; each yields now and then; every tenth waits for ever and is cancelled. */
    private static final class Owner implements Pollable<Integer> {
        final BitSet joined = new BitSet(TASKS);
        int cancelled;
        private final JoinSet<Integer> set;
        private int spawned;
        private int ended;

        Owner(TaskRuntime runtime) {
            set = new JoinSet<>(runtime);
        }

        @Override
        public Poll<Integer> poll(Context cx) throws Exception {
            while (ended < TASKS) {
                while (spawned < TASKS && set.size() < ALIVE) {
                    spawn(spawned++);
                }
                Poll<JoinHandle<Integer>> next = set.joinNext().poll(cx);
                if (next.isPending()) {
                    return Poll.pending();
                }
                join(next.get());
            }
            return Poll.ready(ended);
        }

        private void spawn(int id) {
            if (id % 10 == 0) {
                set.spawn(Recipes.never()).cancel();
            } else {
                set.spawn(id % 3 == 0 ? Recipes.yields(2).map(polls -> id) : Pollable.ready(id));
            }
        }

        private void join(JoinHandle<Integer> handle) {
            ended++;
            if (handle.failure() instanceof CancellationException) {
                joined.set(10 * cancelled++);
                return;
            }
            int id = handle.join();
            assertThat(joined.get(id)).isFalse();
            joined.set(id);
        }

        @Override
        public void close() {
            set.close();
        }
    }
}
