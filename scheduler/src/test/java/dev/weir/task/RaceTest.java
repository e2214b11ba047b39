package dev.weir.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RaceTest {
    private final Lane lane = new Lane();
    private final AtomicInteger wakes = new AtomicInteger();
    private final Context cx = lane.context().withWaker(wakes::incrementAndGet);

    @Test
    void the_first_result_wins_and_the_losers_are_closed_with_the_race_once() throws Exception {
        Branch<String> slow = new Branch<>();
        Branch<String> fast = new Branch<>();
        Race<String> race = Race.of(slow, fast);
        assertThat(race.poll(cx).isPending()).isTrue();

        fast.finish("won");
        assertThat(wakes).hasValue(1);
        assertThat(race.poll(cx).get()).isEqualTo("won");
        race.close();
        assertThat(List.of(slow.closes, fast.closes)).containsExactly(1, 1);
    }

    @Test
    void the_first_failure_decides_as_well() throws Exception {
        Branch<String> slow = new Branch<>();
        Race<String> race = Race.of(slow, Branch.failed(new IOException("broken")));
        assertThatThrownBy(() -> race.poll(cx)).isInstanceOf(IOException.class).hasMessage("broken");
        race.close();
        assertThat(slow.closes).isEqualTo(1);
    }

    @Test
    void to_succeed_bears_failures_and_never_polls_who_has_failed() throws Exception {
        Branch<String> slow = new Branch<>();
        Branch<String> broken = Branch.failed(new IOException("broken"));
        Race<String> race = Race.toSucceed(List.of(broken, slow));
        assertThat(race.poll(cx).isPending()).isTrue();
        assertThat(race.poll(cx).isPending()).isTrue();
        assertThat(broken.polls).isEqualTo(1);
        assertThat(broken.closes).isEqualTo(1);

        slow.finish("late");
        assertThat(race.poll(cx).get()).isEqualTo("late");
        race.close();
        assertThat(broken.closes).isEqualTo(1);
    }

    @Test
    void to_succeed_fails_when_all_have_failed_and_tells_of_all() {
        Race<String> race = Race.<String>toSucceed(
                        List.of(Branch.failed(new IOException("one")), Branch.failed(new IOException("two"))))
                .biased();
        assertThatThrownBy(() -> race.poll(cx))
                .hasMessage("one")
                .satisfies(thrown -> assertThat(thrown.getSuppressed()).hasSize(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, Children.FEW + 1, 200})
    void without_bias_each_of_those_that_are_ready_wins_now_and_then(int count) throws Exception {
        Set<Integer> winners = new HashSet<>();
        for (int i = 0; i < 20 * count; i++) {
            winners.add(Race.of(ready(count)).poll(cx).get());
        }
        assertThat(winners).hasSize(count);
    }

    private static List<Branch<Integer>> ready(int count) {
        return IntStream.range(0, count).mapToObj(Branch::ready).toList();
    }

    /** Among many, one that has to wait is woken by its own waker, wherever the first poll began. */
    @Test
    void of_many_the_one_that_is_woken_is_the_one_that_is_polled() throws Exception {
        List<Branch<Integer>> branches =
                IntStream.range(0, 100).mapToObj(i -> new Branch<Integer>()).toList();
        Race<Integer> race = Race.of(branches);
        assertThat(race.poll(cx).isPending()).isTrue();
        branches.get(70).wake();
        assertThat(race.poll(cx).isPending()).isTrue();
        assertThat(branches.get(70).polls).isEqualTo(2);
        branches.get(3).finish(3);
        assertThat(race.poll(cx).get()).isEqualTo(3);
        assertThat(branches.stream().mapToInt(branch -> branch.polls).sum()).isEqualTo(102);
    }

    /** Who waits for long for one task, beside many others that are over soon, must not be remembered by it each time. */
    @Test
    void races_that_are_over_leave_nothing_with_a_task_that_runs_on() throws Exception {
        Task<Integer> forEver = lane.spawn(cx -> Poll.pending());
        for (int i = 0; i < 1_000; i++) {
            List<Pollable<Integer>> pollables = new ArrayList<>(List.of(forEver));
            pollables.addAll(Collections.nCopies(Children.FEW, own -> Poll.pending()));
            Race<Integer> race = Race.of(pollables);
            assertThat(race.poll(cx).isPending()).isTrue();
            assertThat(forEver.joinerCount()).isLessThan(8);
            race.close();
        }
    }

    /** Its bit is set by that waker only: if it were forgotten with the first task, nobody would poll the child again. */
    @Test
    void a_child_that_a_task_polled_which_has_ended_is_still_woken_for_the_next() {
        ReadySet ready = new ReadySet(1);
        Task<Integer> awaited = lane.spawn(cx -> Poll.pending());
        lane.spawn(cx -> {
            ready.register(cx.waker());
            assertThat(awaited.poll(cx.withWaker(ready.waker(0))).isPending()).isTrue();
            return Poll.ready(1);
        });
        lane.runAll();
        for (int i = 0; i < 100; i++) {
            Waker other = () -> {};
            awaited.addJoiner(other); // sweeps now and then
            awaited.removeJoiner(other);
        }
        ready.register(Waker.noop());
        awaited.cancel();
        lane.runAll();
        assertThat(ready.next()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, Children.FEW, Children.FEW + 1, 200})
    void with_bias_the_first_that_is_ready_wins(int count) throws Exception {
        List<Branch<Integer>> branches = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            branches.add(i == 0 ? new Branch<>() : Branch.ready(i));
        }
        Race<Integer> race = Race.of(branches).biased();
        assertThat(race.poll(cx).get()).isEqualTo(1);
        race.close();
        assertThat(branches).allMatch(branch -> branch.closes == 1);
    }

    @Test
    void a_race_that_is_given_up_closes_all_though_one_close_throws() {
        Branch<String> last = new Branch<>();
        Race<String> race = Race.of(new Broken(), last);
        assertThatThrownBy(race::close).hasMessage("close");
        assertThat(last.closes).isEqualTo(1);
    }

    @Test
    void refuses_a_race_of_nobody() {
        assertThatThrownBy(() -> Race.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    private static final class Broken implements Pollable<String> {
        @Override
        public Poll<String> poll(Context cx) {
            return Poll.pending();
        }

        @Override
        public void close() {
            throw new IllegalStateException("close");
        }
    }
}
