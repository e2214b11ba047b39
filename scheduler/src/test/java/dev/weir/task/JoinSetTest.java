package dev.weir.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.sync.Oneshot;
import dev.weir.testkit.PollProbe;
import dev.weir.testkit.SourceLaws;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a set says and does, with every end placed by hand. */
class JoinSetTest {
    private final Lane lane = new Lane();
    private final PollProbe probe = PollProbe.create();
    private final JoinSet<Integer> set = new JoinSet<>(lane::spawn);
    private final List<Oneshot<Integer>> gates = new ArrayList<>();

    private JoinHandle<Integer> spawnGated() {
        Oneshot<Integer> gate = new Oneshot<>();
        gates.add(gate);
        JoinHandle<Integer> task = set.spawn(gate);
        lane.runAll();
        return task;
    }

    private void end(int task) {
        gates.get(task).send(task);
        lane.runAll();
    }

    private JoinHandle<Integer> joinNow() throws Exception {
        Poll<JoinHandle<Integer>> next = probe.poll(set.joinNext());
        return next.isPending() ? null : next.get();
    }

    @Test
    void it_counts_what_was_not_joined_whether_or_not_it_has_ended() throws Exception {
        assertThat(set.isEmpty()).isTrue();
        spawnGated();
        spawnGated();
        assertThat(set.size()).isEqualTo(2);
        end(0);
        assertThat(set.size()).isEqualTo(2);
        assertThat(joinNow()).isNotNull();
        assertThat(set.size()).isEqualTo(1);
        assertThat(set.isEmpty()).isFalse();
    }

    @Test
    void tasks_are_joined_in_the_order_of_their_ends_and_each_once() throws Exception {
        IntStream.range(0, 5).forEach(i -> spawnGated());
        end(3);
        end(0);
        assertThat(joinNow().join()).isEqualTo(3);
        end(4);
        end(1);
        assertThat(joinNow().join()).isZero();
        assertThat(joinNow().join()).isEqualTo(4);
        assertThat(joinNow().join()).isEqualTo(1);
        assertThat(joinNow()).isNull();
        end(2);
        assertThat(set.tryJoinNext().join()).isEqualTo(2);
        assertThat(set.tryJoinNext()).isNull();
    }

    @Test
    void an_empty_set_is_ready_with_null() throws Exception {
        Poll<JoinHandle<Integer>> next = probe.poll(set.joinNext());
        assertThat(next.isReady()).isTrue();
        assertThat(next.get()).isNull();
    }

    @Test
    void whoever_waits_is_woken_by_the_next_end_and_the_last_waker_counts() throws Exception {
        spawnGated();
        PollProbe earlier = PollProbe.create();
        assertThat(earlier.poll(set.joinNext()).isPending()).isTrue();
        assertThat(joinNow()).isNull();
        assertThat(probe.isWoken()).isFalse();
        end(0);
        assertThat(probe.isWoken()).isTrue();
        assertThat(earlier.isWoken()).isFalse();
        assertThat(joinNow().join()).isZero();
    }

    @Test
    void a_wait_given_up_loses_nothing() throws Exception {
        spawnGated();
        Pollable<JoinHandle<Integer>> wait = set.joinNext();
        assertThat(probe.poll(wait).isPending()).isTrue();
        wait.close();
        end(0);
        assertThat(joinNow().join()).isZero();
    }

    @Test
    void a_thousand_ended_tasks_use_up_the_budget_on_the_way() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            int value = i;
            set.spawn(cx -> Poll.ready(value));
        }
        lane.runAll();
        int joined = 0;
        int turns = 1;
        Context cx = probe.turn();
        while (!set.isEmpty()) {
            Poll<JoinHandle<Integer>> next = set.joinNext().poll(cx);
            if (next.isPending()) {
                assertThat(probe.isWoken()).isTrue();
                assertThat(joined).isEqualTo(turns * Budget.DEFAULT);
                turns++;
                cx = probe.turn();
            } else {
                assertThat(next.get().join()).isEqualTo(joined++);
            }
        }
        assertThat(joined).isEqualTo(1_000);
        assertThat(turns).isEqualTo(1_000 / Budget.DEFAULT + 1);
    }

    @Test
    void waiting_costs_no_budget() throws Exception {
        spawnGated();
        Context cx = probe.turn();
        for (int i = 0; i < 2 * Budget.DEFAULT; i++) {
            assertThat(set.joinNext().poll(cx).isPending()).isTrue();
        }
        assertThat(cx.budget().exhaustions()).isZero();
    }

    @Test
    void of_sixteen_tasks_every_second_is_cancelled_by_its_abort_handle() throws Exception {
        List<AbortHandle> handles = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            handles.add(spawnGated().abortHandle());
        }
        for (int i = 1; i < 16; i += 2) {
            handles.get(i).cancel();
        }
        lane.runAll();
        for (int i = 0; i < 16; i += 2) {
            end(i);
        }
        int cancelled = 0;
        int ok = 0;
        for (JoinHandle<Integer> next = joinNow(); next != null; next = joinNow()) {
            if (next.failure() instanceof CancellationException) {
                cancelled++;
            } else {
                assertThat(next.join()).isEven();
                ok++;
            }
        }
        assertThat(cancelled).isEqualTo(8);
        assertThat(ok).isEqualTo(8);
        assertThat(handles).allMatch(AbortHandle::isDone);
    }

    @Test
    void a_cancel_of_all_leaves_ten_outcomes_of_which_five_had_come_before() throws Exception {
        IntStream.range(0, 10).forEach(i -> spawnGated());
        IntStream.range(0, 5).forEach(this::end);
        set.cancelAll();
        lane.runAll();
        List<Boolean> ends = new ArrayList<>();
        for (JoinHandle<Integer> next = joinNow(); next != null; next = joinNow()) {
            ends.add(next.failure() == null);
        }
        assertThat(ends).hasSize(10).filteredOn(ok -> ok).hasSize(5);
        assertThat(set.isEmpty()).isTrue();
    }

    @Test
    void join_all_yields_the_results_in_the_order_of_their_ends() throws Exception {
        IntStream.range(0, 4).forEach(i -> spawnGated());
        Pollable<List<Integer>> all = set.joinAll();
        assertThat(probe.poll(all).isPending()).isTrue();
        for (int i : new int[] {2, 0, 3, 1}) {
            end(i);
        }
        assertThat(probe.poll(all).get()).containsExactly(2, 0, 3, 1);
    }

    @Test
    void join_all_cancels_the_rest_and_throws_the_first_failure_when_all_have_ended() throws Exception {
        IOException first = new IOException("first");
        IOException second = new IOException("second");
        Pollable<Integer> stubborn = cx -> {
            throw second;
        };
        spawnGated();
        spawnGated();
        Pollable<List<Integer>> all = set.joinAll();
        set.spawn(cx -> {
            throw first;
        });
        set.spawn(stubborn);
        lane.runAll();
        assertThat(probe.poll(all).isPending()).isTrue();
        lane.runAll();
        assertThat(probe.isWoken()).isTrue();
        assertThatThrownBy(() -> probe.poll(all)).isSameAs(first);
        assertThat(first).hasSuppressedException(second);
        assertThat(first.getSuppressed()).hasSize(1);
        assertThat(gates).allMatch(Oneshot::isClosed);
        assertThat(set.isEmpty()).isTrue();
    }

    @Test
    void a_failure_counts_though_the_task_was_asked_to_end() {
        IOException first = new IOException("first");
        IOException second = new IOException("second");
        set.spawn(cx -> {
            throw first;
        });
        set.spawn(cx -> {
            set.cancelAll();
            throw second;
        });
        lane.runAll();
        assertThatThrownBy(() -> probe.poll(set.joinAll())).isSameAs(first);
        assertThat(first.getSuppressed()).containsExactly(second);
    }

    @Test
    void tasks_that_were_let_go_run_on_and_are_not_heard_of() throws Exception {
        JoinHandle<Integer> task = spawnGated();
        assertThat(joinNow()).isNull();
        set.detachAll();
        assertThat(set.isEmpty()).isTrue();
        end(0);
        assertThat(task.join()).isZero();
        assertThat(probe.isWoken()).isFalse();
        assertThat(set.tryJoinNext()).isNull();
        spawnGated();
        end(1);
        assertThat(joinNow().join()).isEqualTo(1);
    }

    @Test
    void closing_cancels_what_is_left_and_refuses_what_comes() {
        List<JoinHandle<Integer>> tasks =
                IntStream.range(0, 16).mapToObj(i -> spawnGated()).toList();
        set.close();
        set.close();
        lane.runAll();
        assertThat(tasks).allMatch(task -> task.failure() instanceof CancellationException);
        assertThat(set.isEmpty()).isTrue();
        assertThatThrownBy(() -> set.spawn(cx -> Poll.ready(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThat(lane.size()).isZero();
    }

    @Test
    void a_cancel_of_all_asks_each_task_once_however_often_it_is_repeated() throws Exception {
        AtomicInteger cancels = new AtomicInteger();
        set.add(counted(lane.spawn(cx -> Poll.pending()), cancels));
        set.add(counted(lane.spawn(cx -> Poll.ready(7)), cancels));
        lane.runAll();
        set.cancelAll();
        set.cancelAll();
        assertThat(cancels).hasValue(2);

        assertThat(set.tryJoinNext()).as("the newest of those").isNotNull();
        set.add(counted(lane.spawn(cx -> Poll.pending()), cancels));
        set.cancelAll();
        assertThat(cancels).hasValue(3);
        lane.runAll();
        assertThat(probe.poll(set.shutdown()).isReady()).isTrue();
    }

    @SuppressWarnings("unchecked")
    private static JoinHandle<Integer> counted(JoinHandle<Integer> handle, AtomicInteger cancels) {
        return (JoinHandle<Integer>) Proxy.newProxyInstance(
                JoinHandle.class.getClassLoader(), new Class<?>[] {JoinHandle.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("cancel")) {
                        cancels.incrementAndGet();
                    }
                    return method.invoke(handle, arguments);
                });
    }

    @Test
    void a_shutdown_waits_for_every_task() throws Exception {
        IntStream.range(0, 3).forEach(i -> spawnGated());
        Pollable<Void> shutdown = set.shutdown();
        assertThat(probe.poll(shutdown).isPending()).isTrue();
        assertThat(lane.size()).isEqualTo(3);
        lane.runAll();
        assertThat(probe.isWoken()).isTrue();
        assertThat(probe.poll(shutdown).isReady()).isTrue();
        assertThat(set.isEmpty()).isTrue();
    }

    @Test
    void a_task_started_elsewhere_can_be_taken_in_even_after_its_end() throws Exception {
        Task<Integer> ended = lane.spawn(cx -> Poll.ready(7));
        lane.runAll();
        assertThat(set.add(ended)).isSameAs(ended);
        assertThat(joinNow()).isSameAs(ended);
    }

    @Test
    void as_a_source_it_yields_results_and_completes_when_none_is_left() throws Exception {
        IntStream.range(0, 3).forEach(i -> spawnGated());
        SourceLaws<Integer> results = SourceLaws.check(set.results());
        assertThat(probe.poll(results)).isNull();
        results.assertWakerKept();
        end(2);
        end(1);
        assertThat(probe.isWoken()).isTrue();
        assertThat(probe.poll(results)).isEqualTo(2);
        assertThat(probe.poll(results)).isEqualTo(1);
        assertThat(results.isDone()).isFalse();
        end(0);
        assertThat(probe.poll(results)).isZero();
        assertThat(results.isDone()).isTrue();
        assertThat(probe.poll(results)).isNull();
        results.close();
        results.assertClosed();
    }

    @Test
    void as_a_source_it_fails_with_the_first_failure_and_cancels_the_rest() throws Exception {
        IOException failure = new IOException("planted");
        JoinHandle<Integer> other = spawnGated();
        Source<Integer> results = set.results();
        set.spawn(cx -> {
            throw failure;
        });
        lane.runAll();
        assertThatThrownBy(() -> probe.poll(results)).isSameAs(failure);
        assertThat(results.isDone()).isTrue();
        results.close();
        lane.runAll();
        assertThat(other.failure()).isInstanceOf(CancellationException.class);
    }

    @Test
    void a_set_that_was_empty_once_stays_done_as_a_source() throws Exception {
        Source<Integer> results = set.results();
        assertThat(results.isDone()).isTrue();
        set.spawn(cx -> Poll.ready(1));
        lane.runAll();
        assertThat(results.isDone()).isTrue();
        assertThat(probe.poll(results)).isNull();
    }
}
