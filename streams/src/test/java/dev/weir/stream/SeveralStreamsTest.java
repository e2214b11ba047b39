package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is particular to concat, concatMap, merge, flatMap and zip. */
class SeveralStreamsTest {
    private final Rig rig = new Rig(128);

    /** One more than there is budget for: the last of the round must not be passed over in every turn. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 128})
    void merge_is_fair_with_any_budget_to_who_polls_until_there_is_none(int budget) throws Exception {
        Rig tight = new Rig(budget);
        int streams = budget + 1;
        List<AsyncStream<Integer>> endless = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            int id = i;
            endless.add(AsyncStream.generate(() -> 0, n -> id));
        }
        Source<Integer> source = AsyncStream.merge(endless).open();
        int[] given = new int[streams];
        for (int turn = 0; turn < 2 * streams; turn++) {
            Context cx = tight.turn();
            for (Integer id = source.poll(cx); id != null; id = source.poll(cx)) {
                given[id]++;
            }
            assertThat(tight.await()).isTrue();
        }
        assertThat(given).doesNotContain(0);
        source.close();
    }

    /** A stream that uses up every turn and gives nothing does not keep the others from theirs. */
    @Test
    void who_leaves_no_budget_to_the_others_comes_last_in_the_next_turn() throws Exception {
        AsyncStream<Integer> busy =
                AsyncStream.<Integer>failed(new ArithmeticException("again")).retry(failure -> true);
        assertThat(rig.drain(AsyncStream.race(List.of(busy, AsyncStream.of(1))).open()))
                .containsExactly(1);
        assertThat(rig.drain(AsyncStream.raceForItem(List.of(busy, AsyncStream.of(1)))
                        .open()))
                .containsExactly(1);
        assertThat(rig.drain(AsyncStream.combineLatest(
                                List.of(AsyncStream.of(1).concatWith(busy), AsyncStream.of(2, 3)), List::toString)
                        .take(2)
                        .open()))
                .containsExactly("[1, 2]", "[1, 3]");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void what_a_loser_of_a_race_for_an_item_throws_at_its_close_comes_behind_the_item_and_the_winner_is_closed_once(
            int loser) throws Exception {
        IllegalStateException thrown = new IllegalStateException("of the close");
        int[] closes = {0};
        List<AsyncStream<Integer>> runners = new ArrayList<>();
        runners.add(AsyncStream.of(1).onClose(() -> closes[0]++));
        runners.add(loser, AsyncStream.<Integer>never().onClose(() -> {
            throw thrown;
        }));
        Source<Integer> source = AsyncStream.raceForItem(runners).open();

        assertThat(rig.next(source)).isEqualTo(1);
        assertThatThrownBy(() -> rig.next(source)).isSameAs(thrown);

        source.close();
        assertThat(closes[0]).isEqualTo(1);
    }

    @Test
    void of_equal_items_of_sorted_streams_that_of_the_earlier_stream_comes_first() throws Exception {
        List<AsyncStream<String>> streams = new ArrayList<>();
        for (int stream = 0; stream < 9; stream++) {
            streams.add(AsyncStream.of("1 of " + stream, "2 of " + stream));
        }
        List<String> items =
                rig.drain(AsyncStream.mergeSorted(streams, Comparator.comparing((String item) -> item.charAt(0)))
                        .open());
        List<String> sorted = new ArrayList<>(items);
        sorted.sort(Comparator.naturalOrder());
        assertThat(items).hasSize(18).isEqualTo(sorted);
    }

    @Test
    void a_poll_asks_only_the_streams_that_were_woken() throws Exception {
        List<Quiet> quiet = new ArrayList<>();
        Source<Integer> source = AsyncStream.range(0, 300)
                .flatMap(
                        n -> AsyncStream.recipe(() -> {
                            quiet.add(new Quiet());
                            return quiet.get(quiet.size() - 1);
                        }),
                        300)
                .open();
        while (source.poll(rig.turn()) == null && rig.await()) {}
        assertThat(quiet).hasSize(300).allMatch(each -> each.polls == 1);

        quiet.get(123).waker.wake();
        source.poll(rig.turn());

        assertThat(quiet.get(123).polls).isEqualTo(2);
        assertThat(quiet.stream().mapToInt(each -> each.polls).sum()).isEqualTo(301);
    }

    @Test
    void a_late_wake_of_a_stream_that_has_ended_is_harmless() throws Exception {
        Quiet quiet = new Quiet();
        Source<Integer> source = AsyncStream.merge(
                        AsyncStream.<Integer>recipe(() -> quiet), AsyncStream.<Integer>never())
                .open();
        assertThat(source.poll(rig.turn())).isNull();
        quiet.done = true;
        quiet.waker.wake();
        assertThat(source.poll(rig.turn())).isNull();

        quiet.waker.wake();

        assertThat(source.poll(rig.turn())).isNull();
        assertThat(source.isDone()).isFalse();
        assertThat(quiet.polls).isEqualTo(3);
    }

    @Test
    void a_stream_that_wakes_itself_at_every_poll_does_not_hold_the_worker() throws Exception {
        Source<Integer> source = AsyncStream.merge(
                        AsyncStream.<Integer>recipe(Restless::new), AsyncStream.<Integer>never())
                .open();

        assertThat(source.poll(rig.turn())).isNull();
        assertThat(rig.await()).isTrue();
    }

    @Test
    void the_failure_of_one_stream_fails_the_merge_and_closes_the_others() {
        Feed feed = new Feed(rig, 0);
        Source<Integer> source = AsyncStream.merge(
                        feed.stream(1), AsyncStream.<Integer>failed(new ArithmeticException("x")), feed.stream(2))
                .open();

        assertThatThrownBy(() -> rig.drain(source)).isInstanceOf(ArithmeticException.class);

        feed.assertAllClosed();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void letting_go_for_lack_of_budget_never_looks_like_completion(int budget) {
        AsyncStream<Integer> failed = AsyncStream.failed(new ArithmeticException("x"));
        AsyncStream<Integer> oneThenFailed = AsyncStream.of(1).concatWith(failed);
        List<AsyncStream<?>> streams = List.of(
                AsyncStream.concat(AsyncStream.empty(), AsyncStream.empty(), failed),
                AsyncStream.merge(AsyncStream.empty(), AsyncStream.empty(), failed),
                oneThenFailed.concatMap(n -> AsyncStream.empty()),
                oneThenFailed.flatMap(n -> AsyncStream.empty(), 2),
                AsyncStream.of(1, 2, 3).flatMap(n -> n == 3 ? failed : AsyncStream.empty(), 3),
                oneThenFailed.filter(n -> false),
                oneThenFailed.skip(1),
                oneThenFailed.skipWhile(n -> true),
                oneThenFailed.buffer(2),
                failed.zipWith(AsyncStream.never(), Integer::sum),
                failed.timeout(Duration.ofSeconds(1)),
                failed.retry(2));
        for (AsyncStream<?> stream : streams) {
            assertThatThrownBy(() -> new Rig(budget).drain(stream.open())).isInstanceOf(ArithmeticException.class);
        }
    }

    @Test
    void merging_nothing_is_empty() throws Exception {
        assertThat(rig.drain(AsyncStream.merge().open())).isEmpty();
        assertThat(rig.drain(AsyncStream.concat().open())).isEmpty();
    }

    @Test
    void when_closes_throw_the_first_comes_out_with_the_others_suppressed() {
        Source<Integer> source =
                AsyncStream.concat(throwing("a"), throwing("b"), throwing("c")).open();

        assertThatThrownBy(source::close)
                .hasMessage("a")
                .satisfies(thrown -> assertThat(thrown.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly("b", "c"));
    }

    private static AsyncStream<Integer> throwing(String message) {
        return AsyncStream.<Integer>never().onClose(() -> {
            throw new IllegalStateException(message);
        });
    }

    @Test
    void a_failed_open_closes_what_was_opened_before() {
        Feed feed = new Feed(rig, 0);
        AsyncStream<Integer> once = AsyncStream.fromIterator(List.of(1).iterator());
        once.open().close();

        assertThatThrownBy(() -> feed.stream(1).concatWith(once).open()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> feed.stream(1).mergeWith(once).open()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> feed.stream(1).zipWith(once, Integer::sum).open())
                .isInstanceOf(IllegalStateException.class);

        assertThat(feed.opened).hasSize(3);
        feed.assertAllClosed();
    }

    /** Never has an item and never wakes by itself. */
    private static final class Quiet implements Source<Integer> {
        Waker waker = Waker.noop();
        int polls;
        boolean done;

        @Override
        public @Nullable Integer poll(Context cx) {
            polls++;
            waker = cx.waker();
            return null;
        }

        @Override
        public boolean isDone() {
            return done;
        }

        @Override
        public void close() {}
    }

    /** Never has an item and always wakes. */
    private static final class Restless implements Source<Integer> {
        @Override
        public @Nullable Integer poll(Context cx) {
            cx.waker().wake();
            return null;
        }

        @Override
        public boolean isDone() {
            return false;
        }

        @Override
        public void close() {}
    }
}
