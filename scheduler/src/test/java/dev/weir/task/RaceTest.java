package dev.weir.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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

    @Test
    void without_bias_each_of_two_that_are_ready_wins_now_and_then() throws Exception {
        List<String> winners = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            winners.add(Race.of(Branch.ready("a"), Branch.ready("b")).poll(cx).get());
        }
        assertThat(winners).contains("a", "b");
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
