package dev.weir.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.sync.Oneshot;
import dev.weir.testkit.PollProbe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class JoinQueueTest {
    private final Lane lane = new Lane();
    private final PollProbe probe = PollProbe.create();
    private final JoinQueue<Integer> queue = new JoinQueue<>(lane::spawn);
    private final List<Oneshot<Integer>> gates = new ArrayList<>();

    private JoinHandle<Integer> spawnGated() {
        Oneshot<Integer> gate = new Oneshot<>();
        gates.add(gate);
        return queue.spawn(gate);
    }

    private void end(int task) {
        gates.get(task).send(task);
        lane.runAll();
    }

    @Test
    void tasks_are_joined_in_the_order_of_their_spawns_whatever_the_order_of_their_ends() throws Exception {
        for (int i = 0; i < 3; i++) {
            spawnGated();
        }
        lane.runAll();
        assertThat(probe.poll(queue.joinNext()).isPending()).isTrue();
        end(2);
        end(1);
        assertThat(probe.isWoken()).isFalse();
        assertThat(queue.tryJoinNext()).isNull();
        assertThat(queue.size()).isEqualTo(3);
        end(0);
        assertThat(probe.isWoken()).isTrue();
        assertThat(probe.poll(queue.joinNext()).get().join()).isZero();
        assertThat(probe.poll(queue.joinNext()).get().join()).isEqualTo(1);
        assertThat(queue.tryJoinNext().join()).isEqualTo(2);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(probe.poll(queue.joinNext()).get()).isNull();
    }

    @Test
    void waiting_again_and_again_leaves_one_waiter_and_costs_no_budget() throws Exception {
        Task<Integer> task = (Task<Integer>) spawnGated();
        Context cx = probe.turn();
        for (int i = 0; i < 2 * Budget.DEFAULT; i++) {
            assertThat(queue.joinNext().poll(cx).isPending()).isTrue();
        }
        assertThat(task.joinerCount()).isEqualTo(1);
        assertThat(cx.budget().exhaustions()).isZero();
    }

    @Test
    void who_waited_is_not_woken_for_what_was_let_go() throws Exception {
        spawnGated();
        lane.runAll();
        assertThat(probe.poll(queue.joinNext()).isPending()).isTrue();
        queue.detachAll();
        end(0);
        assertThat(probe.isWoken()).isFalse();
    }

    @Test
    void closing_cancels_what_is_left_and_refuses_what_comes() {
        JoinHandle<Integer> task = spawnGated();
        queue.close();
        lane.runAll();
        assertThat(task.failure()).isInstanceOf(CancellationException.class);
        assertThatThrownBy(this::spawnGated).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void tasks_that_were_let_go_run_on() {
        JoinHandle<Integer> task = spawnGated();
        queue.detachAll();
        assertThat(queue.isEmpty()).isTrue();
        end(0);
        assertThat(task.join()).isZero();
    }
}
