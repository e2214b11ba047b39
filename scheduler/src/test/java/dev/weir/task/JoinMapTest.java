package dev.weir.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.sync.Oneshot;
import dev.weir.testkit.PollProbe;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class JoinMapTest {
    private final Lane lane = new Lane();
    private final PollProbe probe = PollProbe.create();
    private final JoinMap<String, Integer> map = new JoinMap<>(lane::spawn);

    private Oneshot<Integer> spawnGated(String key) {
        Oneshot<Integer> gate = new Oneshot<>();
        map.spawn(key, gate);
        lane.runAll();
        return gate;
    }

    private JoinMap.Ended<String, Integer> joinNow() throws Exception {
        Poll<JoinMap.Ended<String, Integer>> next = probe.poll(map.joinNext());
        return next.isPending() ? null : next.get();
    }

    @Test
    void tasks_come_with_their_keys_in_the_order_of_their_ends() throws Exception {
        Oneshot<Integer> a = spawnGated("a");
        Oneshot<Integer> b = spawnGated("b");
        b.send(2);
        a.send(1);
        lane.runAll();
        JoinMap.Ended<String, Integer> first = joinNow();
        assertThat(first.key()).isEqualTo("b");
        assertThat(first.handle().join()).isEqualTo(2);
        assertThat(map.contains("b")).isFalse();
        assertThat(map.keys()).containsExactly("a");
        assertThat(map.tryJoinNext().key()).isEqualTo("a");
        assertThat(map.tryJoinNext()).isNull();
        assertThat(joinNow()).isNull();
        assertThat(map.isEmpty()).isTrue();
    }

    @Test
    void a_second_task_on_a_key_cancels_the_first_and_is_the_only_one_to_appear() throws Exception {
        JoinHandle<Integer> hidden = map.spawn("key", new Oneshot<>());
        Oneshot<Integer> gate = spawnGated("key");
        assertThat(map.size()).isEqualTo(1);
        lane.runAll();
        assertThat(hidden.failure()).isInstanceOf(CancellationException.class);
        assertThat(joinNow()).isNull();
        gate.send(2);
        lane.runAll();
        assertThat(joinNow().handle().join()).isEqualTo(2);
        assertThat(map.isEmpty()).isTrue();
        Poll<?> empty = probe.poll(map.joinNext());
        assertThat(empty.isReady()).isTrue();
        assertThat(empty.get()).isNull();
    }

    @Test
    void a_task_that_ended_before_its_key_was_taken_again_does_not_appear_either() throws Exception {
        map.spawn("key", cx -> Poll.ready(1));
        lane.runAll();
        map.spawn("key", cx -> Poll.ready(2));
        lane.runAll();
        assertThat(map.size()).isEqualTo(1);
        assertThat(joinNow().handle().join()).isEqualTo(2);
        assertThat(map.isEmpty()).isTrue();
    }

    @Test
    void tasks_are_cancelled_by_key_and_by_predicate_and_stay_until_they_are_joined() throws Exception {
        spawnGated("a1");
        spawnGated("a2");
        spawnGated("b");
        assertThat(map.cancel("b")).isTrue();
        assertThat(map.cancel("c")).isFalse();
        lane.runAll();
        assertThat(map.size()).isEqualTo(3);
        assertThat(joinNow().key()).isEqualTo("b");
        map.cancelIf(key -> key.startsWith("a"));
        lane.runAll();
        JoinMap.Ended<String, Integer> next = joinNow();
        assertThat(next.handle().failure()).isInstanceOf(CancellationException.class);
        assertThat(joinNow().key()).isNotEqualTo(next.key());
        assertThat(map.isEmpty()).isTrue();
    }

    @Test
    void a_shutdown_waits_for_every_task_and_the_map_may_be_used_again() throws Exception {
        spawnGated("a");
        spawnGated("b");
        Pollable<Void> shutdown = map.shutdown();
        assertThat(probe.poll(shutdown).isPending()).isTrue();
        lane.runAll();
        assertThat(probe.poll(shutdown).isReady()).isTrue();
        assertThat(map.isEmpty()).isTrue();
        map.spawn("a", cx -> Poll.ready(3));
        lane.runAll();
        assertThat(joinNow().handle().join()).isEqualTo(3);
    }

    @Test
    void a_closed_map_cancels_refuses_and_leaves_nothing_running() {
        JoinHandle<Integer> task = map.spawn("a", new Oneshot<>());
        map.close();
        lane.runAll();
        assertThat(task.failure()).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> map.spawn("b", new Oneshot<>())).isInstanceOf(IllegalStateException.class);
        lane.runAll();
        assertThat(lane.completions).hasValue(2);
    }

    @Test
    void tasks_that_were_let_go_run_on() throws Exception {
        Oneshot<Integer> gate = new Oneshot<>();
        JoinHandle<Integer> task = map.spawn("a", gate);
        map.detachAll();
        assertThat(map.isEmpty()).isTrue();
        gate.send(1);
        lane.runAll();
        assertThat(task.join()).isEqualTo(1);
        assertThat(map.tryJoinNext()).isNull();
    }
}
