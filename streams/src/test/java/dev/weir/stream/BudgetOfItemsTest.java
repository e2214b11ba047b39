package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an item costs of the budget of a poll: one unit, however many operators it goes through. */
class BudgetOfItemsTest {
    private static final int UNITS = Budget.DEFAULT;

    private final Rig rig = new Rig(UNITS);

    static Stream<Arguments> pipelines() {
        return Stream.of(
                pipeline("range", s -> s, UNITS),
                pipeline("map", s -> s.map(n -> n + 1).map(n -> n + 1).map(n -> n + 1), UNITS),
                pipeline("filter that drops half", s -> s.filter(n -> n % 2 == 0), UNITS / 2),
                pipeline("filters", s -> s.filter(n -> n % 2 == 0).filter(n -> n % 4 == 0), UNITS / 4),
                pipeline("buffer", s -> s.buffer(4), UNITS / 4),
                pipeline("filter, buffer", s -> s.filter(n -> n % 2 == 0).buffer(4), UNITS / 8),
                pipeline("skip", s -> s.skip(UNITS / 2), UNITS / 2),
                pipeline("distinct", s -> s.distinct(n -> n / 2), UNITS / 2),
                pipeline("mapNotNull", s -> s.mapNotNull(n -> n % 2 == 0 ? n : null), UNITS / 2));
    }

    private static Arguments pipeline(
            String name, Function<AsyncStream<Integer>, AsyncStream<?>> operators, int itemsInATurn) {
        return Arguments.of(name, operators.apply(AsyncStream.range(0, 1_000_000)), itemsInATurn);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pipelines")
    void a_turn_moves_as_many_items_as_its_budget_has_units(String name, AsyncStream<?> stream, int items)
            throws Exception {
        assertThat(itemsOfATurn(stream.open())).isEqualTo(items);
    }

    @Test
    void a_leaf_that_never_charges_is_bounded_where_its_items_are_dropped() throws Exception {
        int[] polls = {0};
        Source<Integer> free = new Source<>() {
            @Override
            public @Nullable Integer poll(Context cx) {
                return ++polls[0];
            }

            @Override
            public boolean isDone() {
                return false;
            }

            @Override
            public void close() {}
        };

        assertThat(itemsOfATurn(AsyncStream.from(free)
                        .filter(n -> false)
                        .filter(n -> false)
                        .open()))
                .isZero();
        assertThat(polls[0]).isEqualTo(UNITS);
    }

    private int itemsOfATurn(Source<?> source) throws Exception {
        List<Object> items = new ArrayList<>();
        Context cx = rig.turn();
        for (Object item = source.poll(cx); item != null; item = source.poll(cx)) {
            items.add(item);
        }
        source.close();
        return items.size();
    }
}
