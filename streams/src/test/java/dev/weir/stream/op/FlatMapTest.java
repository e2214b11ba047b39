package dev.weir.stream.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.stream.source.IterableSource;
import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.testkit.PollProbe;
import dev.weir.testkit.SourceLaws;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is asked when; what holds for all operators is in OperatorLawsTest. */
class FlatMapTest {
    private final PollProbe probe = PollProbe.create();
    private final List<Scripted> inners = new ArrayList<>();

    /** Opens those that are given, and then some that have one item each. */
    private Source<Integer> flatMap(Source<Integer> upstream, int concurrency, Scripted... first) {
        return new FlatMap<>(
                upstream,
                item -> {
                    int n = inners.size();
                    Scripted inner = n < first.length ? first[n] : new Scripted(n, 1).thatEnds();
                    inners.add(inner);
                    return inner;
                },
                concurrency);
    }

    private List<@Nullable Integer> polled(Source<Integer> source, int polls) throws Exception {
        List<@Nullable Integer> items = new ArrayList<>();
        for (int i = 0; i < polls; i++) {
            items.add(probe.poll(source));
        }
        return items;
    }

    @Test
    void upstream_is_asked_between_two_streaks_as_long_as_there_is_a_place() throws Exception {
        Scripted upstream = new Scripted(0, Scripted.ENDLESS);
        Source<Integer> source =
                flatMap(upstream, 2, new Scripted(1, Scripted.ENDLESS), new Scripted(2, Scripted.ENDLESS));

        assertThat(polled(source, Merge.STREAK)).containsOnly(1);
        assertThat(upstream.polls).isEqualTo(1);

        List<Integer> both = new ArrayList<>(Collections.nCopies(Merge.STREAK, 1));
        both.addAll(Collections.nCopies(Merge.STREAK, 2));
        assertThat(polled(source, 2 * Merge.STREAK)).isEqualTo(both);
        assertThat(polled(source, 2 * Merge.STREAK)).isEqualTo(both);
        assertThat(upstream.polls).isEqualTo(2);
    }

    /** Both have an item at every other poll, so that one or the other is always ready. */
    @Test
    void upstream_is_asked_also_when_all_streaks_are_short() throws Exception {
        Scripted upstream = new Scripted(0, 2);
        Scripted a = new Scripted(1, 1);
        Scripted b = new Scripted(2, 1);
        a.meanwhile = () -> a.give(1);
        b.meanwhile = () -> b.give(1);
        Source<Integer> source = flatMap(upstream, 3, a, b);
        polled(source, 10);
        assertThat(inners).hasSize(2);

        upstream.give(1);
        polled(source, 2);

        assertThat(inners).hasSize(3);
    }

    @Test
    void a_place_that_becomes_free_in_a_streak_is_given_away_in_the_same_poll() throws Exception {
        Source<Integer> source = flatMap(new Scripted(0, Scripted.ENDLESS), 1);

        assertThat(polled(source, 5)).containsExactly(0, 1, 2, 3, 4);

        assertThat(inners).extracting(inner -> inner.closes).containsExactly(1, 1, 1, 1, 0);
        assertThat(inners).extracting(inner -> inner.polls).containsExactly(3, 3, 3, 3, 1);
    }

    @Test
    void when_the_last_streak_has_ended_upstream_knows_who_waits() throws Exception {
        Scripted upstream = new Scripted(0, 1);
        Source<Integer> source = flatMap(upstream, 1);
        assertThat(polled(source, 2)).containsExactly(0, null);
        assertThat(probe.isWoken()).isFalse();

        upstream.give(1);

        assertThat(probe.isWoken()).isTrue();
        assertThat(probe.poll(source)).isEqualTo(1);
    }

    /** Each of the two charges one operation, so that every second turn ends between them. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void a_turn_that_ends_between_an_item_and_its_source_of_one_loses_nothing(int budget) throws Exception {
        PollProbe poor = PollProbe.withBudget(budget);
        List<Integer> expected = IntStream.range(0, 10).boxed().toList();
        Source<Integer> flat = new FlatMap<>(new IterableSource<>(expected), ItemSource::new, 2);
        assertThat(drained(flat, poor)).isEqualTo(expected);
        Source<Integer> joined = new ConcatMap<>(new IterableSource<>(expected), ItemSource::new);
        assertThat(drained(joined, poor)).isEqualTo(expected);
    }

    private static List<Integer> drained(Source<Integer> source, PollProbe probe) throws Exception {
        List<Integer> items = new ArrayList<>();
        SourceLaws<Integer> checked = SourceLaws.check(source);
        while (!checked.isDone()) {
            Context turn = probe.turn();
            for (Integer item = checked.poll(turn); item != null; item = checked.poll(turn)) {
                items.add(item);
            }
            assertThat(checked.isDone() || probe.isWoken()).isTrue();
        }
        checked.close();
        checked.assertClosed();
        return items;
    }

    @Test
    void a_source_of_one_item_waits_for_its_turn_while_another_is_open() throws Exception {
        Scripted first = new Scripted(7, Scripted.ENDLESS);
        Iterator<Source<Integer>> opened =
                List.<Source<Integer>>of(first, new ItemSource<>(8)).iterator();
        Source<Integer> source = new FlatMap<>(new IterableSource<>(List.of(1, 2)), item -> opened.next(), 2);

        assertThat(polled(source, Merge.STREAK)).containsOnly(7);
        List<Integer> next = new ArrayList<>(Collections.nCopies(Merge.STREAK, 7));
        next.add(8);
        assertThat(polled(source, Merge.STREAK + 1)).isEqualTo(next);
    }
}
