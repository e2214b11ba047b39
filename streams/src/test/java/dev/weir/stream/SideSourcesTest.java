package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Operators that ask another stream first: neither it nor upstream is passed over for ever because the other takes all. */
class SideSourcesTest {
    private static final int[] BUDGETS = {1, 2, 3, 128};
    private static final List<Integer> ITEMS = IntStream.range(0, 20).boxed().toList();

    record Operator(String name, Function<AsyncStream<Integer>, AsyncStream<?>> apply, List<?> expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Each beside a stream that never gives anything. */
    static Stream<Operator> besideWhoTakesAll() {
        return Stream.of(
                new Operator("takeUntilOther", in -> in.takeUntilOther(greedy()), ITEMS),
                new Operator("withLatestFrom", in -> in.withLatestFrom(greedy(), Integer::sum), List.of()),
                new Operator("skipUntilOther", in -> in.skipUntilOther(greedy()), List.of()),
                new Operator("bufferWhen", in -> in.bufferWhen(greedy()), List.of(ITEMS)),
                new Operator("windowWhen", in -> in.windowWhen(greedy(), 20).concatMap(window -> window), ITEMS),
                new Operator(
                        "bufferWhen, beginnings", in -> in.bufferWhen(greedy(), any -> AsyncStream.never()), List.of()),
                new Operator(
                        "bufferWhen, ends",
                        in -> beginning(in).bufferWhen(AsyncStream.of(1), any -> greedy()),
                        List.of(ITEMS)),
                new Operator(
                        "windowWhen, ends",
                        in -> beginning(in)
                                .windowWhen(AsyncStream.of(1), any -> greedy(), 20)
                                .concatMap(window -> window),
                        ITEMS));
    }

    @ParameterizedTest
    @MethodSource("besideWhoTakesAll")
    void upstream_is_asked_although_the_other_takes_all_and_gives_nothing(Operator operator) throws Exception {
        for (int budget : BUDGETS) {
            Rig rig = new Rig(budget);
            assertThat(rig.drain(
                            operator.apply().apply(AsyncStream.range(0, 20)).open()))
                    .as("budget %d", budget)
                    .isEqualTo(operator.expected());
            assertThat(rig.turns).isLessThan(1_000);
        }
    }

    /** Each below a stream that never gives anything. */
    static Stream<Operator> aboveWhoTakesAll() {
        return Stream.of(
                new Operator("takeUntilOther", in -> in.takeUntilOther(soon()), List.of()),
                new Operator("bufferWhen", in -> in.bufferWhen(soon().take(1)), List.of()),
                new Operator(
                        "windowWhen", in -> in.windowWhen(soon().take(1), 1).concatMap(window -> window), List.of()),
                new Operator("bufferWhen, ends", in -> in.bufferWhen(AsyncStream.of(1), any -> soon()), List.of()),
                new Operator(
                        "windowWhen, ends",
                        in -> in.windowWhen(AsyncStream.of(1), any -> soon(), 1).concatMap(window -> window),
                        List.of()));
    }

    @ParameterizedTest
    @MethodSource("aboveWhoTakesAll")
    void the_other_is_asked_although_upstream_takes_all_and_gives_nothing(Operator operator) throws Exception {
        for (int budget : BUDGETS) {
            assertThat(new Rig(budget).drain(operator.apply().apply(greedy()).open()))
                    .as("budget %d", budget)
                    .isEqualTo(operator.expected());
        }
    }

    record Together(String name, Function<List<AsyncStream<Integer>>, AsyncStream<?>> apply) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Together> together() {
        return Stream.of(
                new Together("zipWith", in -> in.get(0).zipWith(in.get(1), Integer::sum)),
                new Together("zip", in -> AsyncStream.zip(in, row -> row)),
                new Together("mergeSortedWith", in -> in.get(0).mergeSortedWith(in.get(1), Comparator.naturalOrder())),
                new Together("mergeSorted", in -> AsyncStream.mergeSorted(in, Comparator.naturalOrder())));
    }

    @ParameterizedTest
    @MethodSource("together")
    void each_of_those_that_are_taken_together_is_asked_although_another_takes_all_and_gives_nothing(
            Together operator) {
        AsyncStream<Integer> fails = soon().concatWith(AsyncStream.failed(new IllegalStateException("as planned")));
        for (int budget : BUDGETS) {
            for (List<AsyncStream<Integer>> row : List.of(List.of(greedy(), fails), List.of(fails, greedy()))) {
                Source<?> source = operator.apply().apply(row).open();
                assertThatThrownBy(() -> new Rig(budget).drain(source))
                        .as("budget %d", budget)
                        .hasMessage("as planned");
            }
        }
    }

    @Test
    void the_last_of_many_is_asked_although_those_before_it_take_all() {
        AsyncStream<Integer> fails = soon().concatWith(AsyncStream.failed(new IllegalStateException("as planned")));
        List<AsyncStream<Integer>> row = List.of(greedy(), greedy(), fails);
        for (AsyncStream<?> stream :
                List.of(AsyncStream.zip(row, all -> all), AsyncStream.mergeSorted(row, Comparator.naturalOrder()))) {
            assertThatThrownBy(() -> new Rig(2).drain(stream.open())).hasMessage("as planned");
        }
    }

    @Test
    void an_interval_ends_and_another_begins_although_the_end_of_one_takes_all() throws Exception {
        for (int budget : BUDGETS) {
            Rig rig = new Rig(budget);
            Source<List<Integer>> lists = AsyncStream.range(0, Integer.MAX_VALUE)
                    .bufferWhen(AsyncStream.of(1, 2, 3), n -> n == 2 ? soon() : greedy())
                    .open();
            assertThat(rig.next(lists)).as("budget %d", budget).isNotEmpty();
            lists.close();
        }
    }

    record Flattening(String name, Function<AsyncStream<Integer>, AsyncStream<Integer>> apply) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Flattening> flattening() {
        return Stream.of(
                new Flattening("flatMap", in -> in.flatMap(n -> AsyncStream.of(n, n))),
                new Flattening("flatMapDelayError", in -> in.flatMapDelayError(n -> AsyncStream.of(n, n), 4)),
                new Flattening("flatMapOrdered", in -> in.flatMapOrdered(n -> AsyncStream.of(n, n), 4, 2)),
                new Flattening("switchMap", in -> in.switchMap(n -> AsyncStream.of(n, n))));
    }

    @ParameterizedTest
    @MethodSource("flattening")
    void what_was_opened_is_asked_although_upstream_takes_all_and_gives_nothing_more(Flattening operator)
            throws Exception {
        for (int budget : BUDGETS) {
            Rig rig = new Rig(budget);
            Source<Integer> source = operator.apply()
                    .apply(AsyncStream.of(1).concatWith(greedy()))
                    .open();
            assertThat(rig.next(source)).as("budget %d", budget).isEqualTo(1);
            assertThat(rig.next(source)).as("budget %d", budget).isEqualTo(1);
            source.close();
        }
    }

    @ParameterizedTest
    @MethodSource("flattening")
    void what_upstream_gives_when_it_comes_last_is_opened_and_asked_at_once(Flattening operator) throws Exception {
        for (int budget : BUDGETS) {
            Source<Integer> source = operator.apply()
                    .apply(AsyncStream.<Integer>recipe(() -> new Greedy(1))
                            .concatWith(AsyncStream.of(1))
                            .concatWith(AsyncStream.never()))
                    .open();
            assertThat(new Rig(budget).next(source)).as("budget %d", budget).isEqualTo(1);
            source.close();
        }
    }

    @Test
    void a_call_that_has_ended_is_given_although_upstream_takes_all_and_gives_nothing_more() throws Exception {
        for (int budget : BUDGETS) {
            for (boolean ordered : new boolean[] {true, false}) {
                Function<Integer, CompletableFuture<Integer>> call = CompletableFuture::completedFuture;
                AsyncStream<Integer> in = AsyncStream.of(1).concatWith(greedy());
                Source<Integer> source = (ordered ? in.mapAsync(call, 4) : in.mapAsyncUnordered(call, 4, 4)).open();
                assertThat(new Rig(budget).next(source)).as("budget %d", budget).isEqualTo(1);
                source.close();
            }
        }
    }

    @Test
    void what_is_paired_is_the_latest_however_small_the_budget() throws Exception {
        for (int budget : BUDGETS) {
            assertThat(new Rig(budget)
                            .drain(AsyncStream.range(0, 3)
                                    .withLatestFrom(
                                            AsyncStream.range(100, 10).concatWith(AsyncStream.never()), (a, b) -> b)
                                    .open()))
                    .as("budget %d", budget)
                    .isNotEqualTo(List.of(100, 100, 100));
        }
    }

    @Test
    void an_interval_ends_although_another_could_begin_in_each_turn() throws Exception {
        for (int budget : BUDGETS) {
            Rig rig = new Rig(budget);
            Source<List<Integer>> lists = AsyncStream.range(0, Integer.MAX_VALUE)
                    .bufferWhen(AsyncStream.range(0, Integer.MAX_VALUE), n -> AsyncStream.of(n))
                    .open();
            for (int i = 0; i < 10; i++) {
                assertThat(rig.next(lists)).as("budget %d", budget).isNotNull();
            }
            assertThat(rig.turns).as("budget %d", budget).isLessThan(200);
            lists.close();
        }
    }

    /** A source of a user's may give items and charge for none; only the steps of who asks are counted then. */
    @Test
    void the_ticks_of_a_sample_are_asked_for_although_upstream_has_always_something_and_charges_nothing()
            throws Exception {
        for (int budget : BUDGETS) {
            Source<Integer> sampled = AsyncStream.recipe(Always::new)
                    .sample(AsyncStream.of("tick").concatWith(AsyncStream.never()))
                    .open();
            assertThat(new Rig(budget).next(sampled)).as("budget %d", budget).isEqualTo(1);
            sampled.close();
        }
    }

    /** After a while, so that the intervals have begun. */
    private static AsyncStream<Integer> beginning(AsyncStream<Integer> items) {
        return soon().concatWith(items);
    }

    private static AsyncStream<Integer> greedy() {
        return AsyncStream.recipe(() -> new Greedy(Integer.MAX_VALUE));
    }

    private static AsyncStream<Integer> soon() {
        return AsyncStream.recipe(() -> new Soon(5));
    }

    private static final class Always implements Source<Integer> {
        @Override
        public Integer poll(Context cx) {
            return 1;
        }

        @Override
        public boolean isDone() {
            return false;
        }

        @Override
        public void close() {}
    }

    /** Has nothing, takes all of the budget in each poll, and completes after so many in which there was one. */
    private static final class Greedy implements Source<Integer> {
        private int left;

        Greedy(int polls) {
            left = polls;
        }

        @Override
        public @Nullable Integer poll(Context cx) {
            left -= left == 0 || cx.budget().isExhausted() ? 0 : 1;
            while (cx.charge()) {}
            return null;
        }

        @Override
        public boolean isDone() {
            return left == 0;
        }

        @Override
        public void close() {}
    }

    /** Completes after so many polls with a budget. */
    private static final class Soon implements Source<Integer> {
        private int left;

        Soon(int polls) {
            left = polls;
        }

        @Override
        public @Nullable Integer poll(Context cx) {
            if (left > 0 && !cx.budget().isExhausted()) {
                left--;
            }
            cx.waker().wake();
            return null;
        }

        @Override
        public boolean isDone() {
            return left == 0;
        }

        @Override
        public void close() {}
    }
}
