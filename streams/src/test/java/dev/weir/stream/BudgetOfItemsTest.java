package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an item costs of the budget of a poll: one unit, however many operators it goes through. */
class BudgetOfItemsTest {
    private static final int UNITS = Budget.DEFAULT;

    /** Items that the end of a stream may take for a unit, if nobody charges for them. */
    private static final int MOST_FOR_A_UNIT = 32;

    private static final int HELD = UNITS * MOST_FOR_A_UNIT;

    private final Rig rig = new Rig(UNITS);
    private int given;

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
        FreeSource free = new FreeSource();

        assertThat(itemsOfATurn(AsyncStream.from(free)
                        .filter(n -> false)
                        .filter(n -> false)
                        .open()))
                .isZero();
        assertThat(free.polls).isEqualTo(UNITS);
    }

    static Stream<Arguments> ends() {
        return Stream.of(
                end("forEach", s -> s.forEach(n -> {})),
                end("collect", s -> s.collect(Collectors.counting())),
                end("reduce", s -> s.reduce(0L, (sum, n) -> sum + n)),
                end("last", AsyncStream::last),
                end("any", s -> s.any(n -> n < 0)));
    }

    private static Arguments end(String name, Function<AsyncStream<Integer>, StreamRun<?>> end) {
        return Arguments.of(name, end);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ends")
    void a_leaf_that_never_charges_is_bounded_at_the_end_of_the_stream(
            String name, Function<AsyncStream<Integer>, StreamRun<?>> end) throws Exception {
        FreeSource free = new FreeSource();
        StreamRun<?> run = end.apply(AsyncStream.from(free));

        assertThat(run.poll(rig.turn()).isPending()).isTrue();
        assertThat(free.polls).isBetween(UNITS, UNITS * MOST_FOR_A_UNIT);
        assertThat(rig.await()).as("woken for the next turn").isTrue();
        run.close();
    }

    @Test
    void what_an_operator_has_held_for_long_is_given_a_budget_at_a_time() throws Exception {
        AtomicReference<Waker> waiting = new AtomicReference<>();
        AtomicBoolean comes = new AtomicBoolean();
        StreamRun<Long> count = AsyncStream.range(0, 9)
                .flatMapOrdered(
                        n -> n > 0
                                ? AsyncStream.range(0, HELD)
                                : AsyncStream.fromPollable(cx -> {
                                    waiting.set(cx.waker());
                                    return comes.get() ? Poll.ready(1) : Poll.pending();
                                }),
                        9,
                        HELD)
                .forEach(n -> given++);
        do {
            assertThat(count.poll(rig.turn()).isPending()).isTrue();
        } while (rig.await());
        assertThat(given).as("all wait for the first").isZero();

        comes.set(true);
        waiting.get().wake();
        for (boolean over = false; !over; ) {
            assertThat(rig.await()).isTrue();
            int before = given;
            over = !count.poll(rig.turn()).isPending();
            assertThat(given - before).isLessThanOrEqualTo(UNITS * MOST_FOR_A_UNIT);
        }
        assertThat(given).isEqualTo(8 * HELD + 1);
        count.close();
    }

    /** Always has an item and takes nothing of the budget. */
    private static final class FreeSource implements Source<Integer> {
        int polls;

        @Override
        public Integer poll(Context cx) {
            return polls++;
        }

        @Override
        public boolean isDone() {
            return polls > 1_000_000; // so that a loop without end fails the test at once
        }

        @Override
        public void close() {}
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
