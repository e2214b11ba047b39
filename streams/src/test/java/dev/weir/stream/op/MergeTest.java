package dev.weir.stream.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.testkit.PollProbe;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of its state table; what holds for all operators is in OperatorLawsTest. */
class MergeTest {
    private final PollProbe probe = PollProbe.create();
    private final Scripted a = new Scripted(1, Scripted.ENDLESS);
    private final Scripted b = new Scripted(2, Scripted.ENDLESS);
    private final Source<Integer> merge = new Merge<>(List.of(a, b));

    private static List<Integer> polled(Source<Integer> source, PollProbe probe, int polls) throws Exception {
        List<Integer> items = new ArrayList<>();
        for (int i = 0; i < polls; i++) {
            items.add(probe.poll(source));
        }
        return items;
    }

    private static List<Integer> streaks(Integer... items) {
        List<Integer> all = new ArrayList<>();
        for (Integer item : items) {
            all.addAll(Collections.nCopies(Merge.STREAK, item));
        }
        return all;
    }

    /** Of one item a turn, too, when each turn has just the budget for it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 128})
    void who_always_has_items_gives_a_streak_of_them_and_then_waits_for_its_turn(int budget) throws Exception {
        Scripted c = new Scripted(3, Scripted.ENDLESS);
        Source<Integer> three = new Merge<>(List.of(a, b, c));

        assertThat(polled(three, PollProbe.withBudget(budget), 6 * Merge.STREAK))
                .isEqualTo(streaks(1, 2, 3, 1, 2, 3));
        assertThat(List.of(a.polls, b.polls, c.polls)).containsOnly(2 * Merge.STREAK);
    }

    @Test
    void who_uses_up_the_budget_in_a_streak_comes_after_those_that_were_ready() throws Exception {
        PollProbe tight = PollProbe.withBudget(4);
        List<Integer> items = new ArrayList<>();
        for (int turn = 0; turn < 4; turn++) {
            Context cx = tight.turn();
            for (Integer item = merge.poll(cx); item != null; item = merge.poll(cx)) {
                items.add(item);
            }
            assertThat(tight.isWoken()).isTrue();
        }
        assertThat(items).containsExactly(1, 1, 1, 1, 2, 2, 2, 2, 1, 1, 1, 1, 2, 2, 2, 2);
    }

    @Test
    void who_is_woken_amid_the_streak_of_another_has_its_turn_after_it() throws Exception {
        a.left = 0;
        assertThat(polled(merge, probe, 10)).containsOnly(2);

        a.give(2);

        assertThat(polled(merge, probe, Merge.STREAK - 10)).containsOnly(2);
        assertThat(polled(merge, probe, 3)).containsExactly(1, 1, 2);
        assertThat(a.polls)
                .as("in vain, twice in its streak, and at the end of it")
                .isEqualTo(4);
    }

    @Test
    void who_gives_nothing_in_its_streak_is_asked_no_more_until_it_is_woken() throws Exception {
        a.left = 3;
        b.left = 0;
        assertThat(polled(merge, probe, 6)).containsExactly(1, 1, 1, null, null, null);
        assertThat(List.of(a.polls, b.polls)).containsExactly(4, 1);
        assertThat(probe.isWoken()).isFalse();

        a.give(1);

        assertThat(probe.isWoken()).isTrue();
        assertThat(probe.poll(merge)).isEqualTo(1);
    }

    @Test
    void who_gives_nothing_in_its_streak_wakes_who_has_polled_then() throws Exception {
        a.left = 1;
        b.left = 0;
        PollProbe later = PollProbe.create();
        assertThat(probe.poll(merge)).isEqualTo(1);
        assertThat(later.poll(merge)).isNull();

        a.waker.wake();

        assertThat(later.isWoken()).isTrue();
        assertThat(probe.isWoken()).isFalse();
    }

    @Test
    void who_goes_on_with_a_streak_pays_for_it() throws Exception {
        PollProbe first = PollProbe.withBudget(1);
        assertThat(first.poll(merge)).isEqualTo(1);

        assertThat(polled(merge, PollProbe.withBudget(1), 3)).containsExactly(1, 1, 1);
    }

    /** The wake reaches the parent of the poll before, and this poll still has to look. */
    @Test
    void a_wake_while_a_streak_ends_is_not_lost() throws Exception {
        a.left = 1;
        b.left = 0;
        PollProbe later = PollProbe.create();
        assertThat(probe.poll(merge)).isEqualTo(1);
        a.meanwhile = () -> {
            a.meanwhile = () -> {};
            a.give(1);
        };

        assertThat(later.poll(merge)).isEqualTo(1);
    }

    @Test
    void who_completes_in_its_streak_is_closed_and_its_place_is_free() throws Exception {
        Merge<Integer> one = new Merge<>(1);
        one.add(new Scripted(1, 2).thatEnds());
        Scripted second = new Scripted(2, 2).thatEnds();
        assertThat(polled(one, probe, 2)).containsExactly(1, 1);
        assertThat(one.isFull()).isTrue();
        assertThat(one.isDone()).isTrue();
        assertThat(one.goOn(probe.turn())).isNull();
        assertThat(one.isFull()).isFalse();

        one.add(second);

        assertThat(polled(one, probe, 3)).containsExactly(2, 2, null);
        assertThat(second.closes).isEqualTo(1);
        one.close();
        assertThat(second.closes).isEqualTo(1);
    }

    @Test
    void who_fails_in_its_streak_fails_the_whole_and_all_are_closed_once() throws Exception {
        a.left = 2;
        a.failure = new ArithmeticException("x");
        assertThat(polled(merge, probe, 2)).containsExactly(1, 1);

        assertThatThrownBy(() -> probe.poll(merge)).isSameAs(a.failure);
        merge.close();

        assertThat(List.of(a.closes, b.closes, b.polls)).containsExactly(1, 1, 0);
    }

    @Test
    void a_close_amid_a_streak_closes_all_once() throws Exception {
        assertThat(polled(merge, probe, 5)).containsOnly(1);

        merge.close();

        assertThat(List.of(a.closes, b.closes)).containsExactly(1, 1);
    }
}
