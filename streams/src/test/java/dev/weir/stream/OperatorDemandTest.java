package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.testkit.ScriptedSource;
import dev.weir.testkit.SourceLaws;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many items operators take from upstream for those they give. */
class OperatorDemandTest {
    private final Rig rig = new Rig(128);
    private final Feed feed = new Feed(rig, 0);

    @Test
    void nothing_is_taken_before_the_first_poll() {
        feed.stream(1, 2)
                .map(n -> n)
                .concatMap(n -> feed.stream(n))
                .buffer(2)
                .open()
                .close();

        assertThat(feed.opened).hasSize(1);
        assertThat(feed.opened.get(0).polls).isZero();
        feed.assertAllClosed();
    }

    @Test
    void one_to_one_operators_take_one_item_for_each() throws Exception {
        Source<Integer> source = feed.stream(1, 2, 3, 4)
                .map(n -> n)
                .peek(n -> {})
                .takeWhile(n -> true)
                .concatWith(AsyncStream.never())
                .timeout(Duration.ofDays(1))
                .retry(1)
                .onErrorReturn(0)
                .take(9)
                .open();

        for (int taken = 1; taken <= 4; taken++) {
            assertThat(rig.next(source)).isEqualTo(taken);
            assertThat(feed.taken).isEqualTo(taken);
        }
    }

    @Test
    void take_asks_for_nothing_after_the_last_item_and_has_closed_upstream() throws Exception {
        Source<Integer> source = feed.stream(1, 2, 3).take(2).open();

        rig.next(source);
        assertThat(source.isDone()).isFalse();
        rig.next(source);

        assertThat(source.isDone()).isTrue();
        assertThat(feed.taken).isEqualTo(2);
        feed.assertAllClosed();
    }

    @Test
    void take_of_none_never_polls() throws Exception {
        Source<Integer> source = feed.stream(1).take(0).open();

        assertThat(source.isDone()).isTrue();
        assertThat(source.poll(rig.turn())).isNull();
        assertThat(feed.opened.get(0).polls).isZero();
    }

    @Test
    void scan_gives_its_seed_without_taking_anything() throws Exception {
        Source<Integer> source = feed.stream(1).scan(0, Integer::sum).open();

        assertThat(rig.next(source)).isZero();
        assertThat(feed.taken).isZero();
    }

    @Test
    void concat_polls_the_second_only_when_the_first_is_closed() throws Exception {
        Source<Integer> source =
                AsyncStream.concat(feed.stream(1, 2), feed.stream(3)).open();
        rig.next(source);
        rig.next(source);
        assertThat(feed.opened.get(1).polls).isZero();

        rig.next(source);

        assertThat(feed.opened.get(0).closed).isTrue();
    }

    @Test
    void concatMap_has_one_inner_stream_at_a_time_and_takes_no_item_ahead() throws Exception {
        Source<Integer> source = feed.stream(1, 2, 3)
                .concatMap(n -> {
                    assertThat(feed.opened.stream().skip(1)).allMatch(inner -> inner.closed);
                    return feed.stream(n, n);
                })
                .open();

        rig.next(source);
        rig.next(source);
        assertThat(feed.opened).hasSize(2);
        rig.next(source);
        assertThat(feed.opened).hasSize(3);
    }

    @Test
    void flatMap_takes_no_item_while_all_places_are_occupied() throws Exception {
        Source<Integer> source = feed.stream(1, 2, 3, 4)
                .flatMap(n -> AsyncStream.<Integer>never(), 2)
                .open();

        assertThat(source.poll(rig.turn())).isNull();
        assertThat(source.poll(rig.turn())).isNull();

        assertThat(feed.taken).isEqualTo(2);
    }

    @Test
    void flatMap_takes_the_next_item_when_a_place_becomes_free() throws Exception {
        Feed slow = new Feed(rig, 1);
        Source<Integer> source =
                feed.stream(1, 2, 3).flatMap(n -> slow.stream(n), 2).open();

        assertThat(rig.drain(source)).containsExactlyInAnyOrder(1, 2, 3);
        slow.assertAllClosed();
    }

    @Test
    void zip_is_at_most_one_item_ahead_of_a_slow_partner() throws Exception {
        Source<String> source = feed.stream(1, 2, 3)
                .zipWith(AsyncStream.<String>never(), (n, s) -> n + s)
                .open();

        for (int i = 0; i < 5; i++) {
            assertThat(source.poll(rig.turn())).isNull();
        }

        assertThat(feed.taken).isEqualTo(1);
    }

    @Test
    void zip_takes_nothing_once_it_knows_that_the_partner_is_done_and_closes_both() throws Exception {
        Source<Integer> source = feed.stream(1, 2)
                .zipWith(AsyncStream.<Integer>empty(), Integer::sum)
                .open();

        assertThat(source.isDone()).isTrue();
        assertThat(source.poll(rig.turn())).isNull();
        assertThat(feed.taken).isZero();
        feed.assertAllClosed();
    }

    @Test
    void buffer_takes_no_more_than_its_size() throws Exception {
        Source<List<Integer>> source = feed.stream(1, 2, 3, 4).buffer(3).open();

        assertThat(rig.next(source)).containsExactly(1, 2, 3);
        assertThat(feed.taken).isEqualTo(3);
    }

    @Test
    void first_takes_one_item() throws Exception {
        assertThat(rig.run(feed.stream(1, 2).first())).contains(1);
        assertThat(feed.taken).isEqualTo(1);
        feed.assertAllClosed();
    }

    @Test
    void an_operator_that_drops_items_lets_go_when_the_budget_is_used_up() throws Exception {
        Rig small = new Rig(10);
        Source<Integer> source = AsyncStream.range(0, 1_000_000)
                .filter(n -> n == 999)
                .skipWhile(n -> false)
                .open();

        assertThat(small.next(source)).isEqualTo(999);

        assertThat(small.turns).isGreaterThanOrEqualTo(1000 / 10);
    }

    @Test
    void an_operator_lets_go_even_if_no_leaf_below_it_charges() throws Exception {
        AsyncStream<Integer> free = AsyncStream.recipe(Free::new);
        List<AsyncStream<?>> streams = List.of(
                free.filter(n -> false),
                free.skip(Long.MAX_VALUE),
                free.skipWhile(n -> true),
                free.buffer(Integer.MAX_VALUE),
                free.concatMap(n -> AsyncStream.empty()),
                free.flatMap(n -> AsyncStream.empty(), 2),
                free.flatMap(n -> AsyncStream.never(), Integer.MAX_VALUE >> 8));
        for (AsyncStream<?> stream : streams) {
            Source<?> source = stream.open();
            assertThat(source.poll(rig.turn())).isNull();
            assertThat(rig.await()).isTrue();
            source.close();
        }
    }

    @Test
    void takeWhile_closes_upstream_at_the_item_it_refuses() throws Exception {
        Source<Integer> source = feed.stream(1, 9, 1).takeWhile(n -> n < 5).open();
        rig.next(source);

        assertThat(rig.next(source)).isNull();

        assertThat(feed.taken).isEqualTo(2);
        feed.assertAllClosed();
    }

    @Test
    void buffer_is_not_done_while_it_holds_items() throws Exception {
        ScriptedSource<Integer> script = ScriptedSource.of(1, 2, 3);
        SourceLaws<List<Integer>> source = SourceLaws.check(
                AsyncStream.<Integer>recipe(() -> script).buffer(2).open());
        assertThat(source.poll(rig.turn())).containsExactly(1, 2);
        assertThat(source.poll(rig.turn())).isNull();

        script.end();

        assertThat(source.isDone()).isFalse();
        assertThat(source.poll(rig.turn())).containsExactly(3);
        assertThat(source.isDone()).isTrue();
        source.close();
        assertThat(script.closes()).isEqualTo(1);
    }

    /** Always has an item and charges nothing, which no leaf should do. */
    private static final class Free implements Source<Integer> {
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

    @Test
    void empty_inner_streams_let_go_when_the_budget_is_used_up() throws Exception {
        for (boolean flat : new boolean[] {true, false}) {
            Rig small = new Rig(10);
            AsyncStream<Integer> numbers = AsyncStream.range(0, 1000);
            Source<Integer> source = flat
                    ? numbers.flatMap(n -> AsyncStream.<Integer>empty(), 3).open()
                    : numbers.concatMap(n -> AsyncStream.<Integer>empty()).open();

            assertThat(small.next(source)).isNull();

            assertThat(small.turns).isGreaterThanOrEqualTo(1000 / 10);
        }
    }

    @Test
    void the_stack_does_not_grow_with_the_items() throws Exception {
        Source<Integer> source = AsyncStream.range(0, 200_000)
                .concatMap(n -> n % 2 == 0 ? AsyncStream.empty() : AsyncStream.of(n))
                .flatMap(n -> n % 3 == 0 ? AsyncStream.of(n) : AsyncStream.empty(), 4)
                .filter(n -> n > 199_990)
                .open();

        assertThat(rig.drain(source)).containsExactly(199_995);
    }
}
