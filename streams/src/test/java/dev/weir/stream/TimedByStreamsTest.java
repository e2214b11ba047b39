package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Operators to which other streams tell the time: what they give, and when, by a clock that moves when nothing else can. */
class TimedByStreamsTest {
    private static final int[] BUDGETS = {1, 2, 3, 128};

    private final Rig rig = new Rig(128);
    private final List<Object> seen = new ArrayList<>();

    /** Items 1, 2, 3, … at these times, and the end with the last. */
    private static AsyncStream<Integer> at(long... millis) {
        return AsyncStream.range(0, millis.length)
                .concatMap(i -> AsyncStream.timer(Duration.ofMillis(millis[i] - (i == 0 ? 0 : millis[i - 1])))
                        .map(tick -> i + 1));
    }

    private static AsyncStream<Integer> endAt(long millis) {
        return AsyncStream.timer(Duration.ofMillis(millis)).then(AsyncStream.empty());
    }

    /** Each item with the time at which it came since the call, as "item@millis". */
    private List<String> timed(AsyncStream<?> stream) throws Exception {
        long begun = rig.clock.nanos();
        List<String> items = rig.drain(stream.map(item -> item + "@" + (rig.clock.nanos() - begun) / 1_000_000)
                .open());
        assertThat(rig.timers.size()).isZero();
        return items;
    }

    @Test
    void sample_gives_the_latest_for_each_tick_that_finds_a_new_one_and_the_last() throws Exception {
        assertThat(timed(at(1, 2, 15, 44, 48, 49).sample(AsyncStream.interval(Duration.ofMillis(10)))))
                .containsExactly("2@10", "3@20", "6@49");
    }

    @Test
    void sample_ends_with_its_ticks_and_gives_what_is_held() throws Exception {
        assertThat(timed(at(1, 2, 15, 44).sample(at(5, 20)))).containsExactly("2@5", "3@20");
        assertThat(timed(at(1, 2, 15, 44).sample(endAt(16)))).containsExactly("3@16");
    }

    @Test
    void sample_means_the_latest_of_all_that_are_there() throws Exception {
        for (int budget : new int[] {8, 128}) {
            Feed feed = new Feed(new Rig(budget), 0);
            Source<Integer> sampled = feed.stream(1, 2, 3)
                    .concatWith(AsyncStream.never())
                    .sample(AsyncStream.of("tick", "tock").concatWith(AsyncStream.never()))
                    .open();
            assertThat(new Rig(budget).next(sampled)).isEqualTo(3);
            sampled.close();
        }
    }

    @Test
    void sample_drops_what_is_held_when_either_fails() {
        for (AsyncStream<Integer> sampled : List.of(
                at(1, 99).sample(endAt(2).concatWith(AsyncStream.failed(new IllegalStateException("as planned")))),
                at(1).concatWith(AsyncStream.failed(new IllegalStateException("as planned")))
                        .sample(AsyncStream.never()))) {
            assertThatThrownBy(() -> rig.drain(sampled.peek(seen::add).open())).hasMessage("as planned");
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void neither_side_of_a_sample_or_a_debounce_is_passed_over_because_the_other_takes_all() throws Exception {
        for (int budget : BUDGETS) {
            Source<Integer> ticked = AsyncStream.of(1)
                    .concatWith(greedy())
                    .sample(AsyncStream.range(0, 1_000))
                    .open();
            assertThat(new Rig(budget).next(ticked)).as("budget %d", budget).isEqualTo(1);
            ticked.close();
            assertThat(new Rig(budget)
                            .drain(AsyncStream.range(0, 20).sample(greedy()).open()))
                    .containsExactly(19);
            assertThat(new Rig(budget)
                            .drain(AsyncStream.range(0, 20)
                                    .debounce(n -> greedy())
                                    .open()))
                    .containsExactly(19);
            Source<Integer> quiet = AsyncStream.of(1)
                    .concatWith(greedy())
                    .debounce(n -> AsyncStream.range(0, 20).then(AsyncStream.empty()))
                    .open();
            assertThat(new Rig(budget).next(quiet)).as("budget %d", budget).isEqualTo(1);
            quiet.close();
        }
    }

    @Test
    void a_sample_of_a_stream_that_always_has_items_is_taken() throws Exception {
        for (int budget : BUDGETS) {
            Source<Long> sampled = AsyncStream.rangeLong(0, Long.MAX_VALUE)
                    .sample(AsyncStream.rangeLong(0, Long.MAX_VALUE))
                    .open();
            Rig small = new Rig(budget);
            assertThat(small.next(sampled)).isNotNull();
            assertThat(small.next(sampled)).isNotNull();
            assertThat(small.turns).as("budget %d", budget).isLessThan(20);
            sampled.close();
        }
    }

    @Test
    void debounce_gives_what_is_not_followed_within_its_own_time_and_the_last() throws Exception {
        assertThat(timed(at(1, 2, 3, 50, 70, 71).debounce(n -> AsyncStream.timer(Duration.ofMillis(n == 3 ? 60 : 10)))))
                .as("the third is followed within its longer time")
                .containsExactly("4@60", "6@71");
        assertThat(timed(at(1, 20).debounce(n -> endAt(5)))).containsExactly("1@6", "2@20");
    }

    @Test
    void debounce_closes_the_stream_of_an_item_that_is_followed_and_of_one_that_is_given() throws Exception {
        Feed feed = new Feed(rig, 0);
        Source<Integer> quiet = at(1, 2, 99)
                .debounce(n -> feed.stream(7).delaySubscription(Duration.ofMillis(10)))
                .open();
        assertThat(rig.next(quiet)).isEqualTo(2);
        assertThat(feed.opened).hasSize(2).allMatch(source -> source.closed);
        quiet.close();
    }

    @Test
    void timeout_fails_when_the_stream_of_an_item_is_faster_than_the_next_one() {
        for (AsyncStream<Integer> limit : List.of(endAt(10), at(10, 20))) {
            seen.clear();
            assertThatThrownBy(() -> timed(at(1, 5, 16, 17).timeout(n -> limit).peek(seen::add)))
                    .isInstanceOf(TimeoutException.class);
            assertThat(seen).containsExactly(1, 2);
            assertThat(rig.timers.size()).isZero();
        }
    }

    @Test
    void timeout_limits_the_first_item_by_another_stream_and_goes_on_with_a_fallback() throws Exception {
        assertThat(timed(at(5, 6).timeout(endAt(4), n -> AsyncStream.never(), AsyncStream.of(9))))
                .containsExactly("9@4");
        assertThat(timed(at(5, 30).timeout(endAt(6), n -> endAt(10), AsyncStream.of(9))))
                .containsExactly("1@5", "9@15");
    }

    @Test
    void timeout_makes_no_stream_for_an_item_that_is_followed_at_once_or_without_demand() throws Exception {
        Source<Integer> limited = AsyncStream.of(1, 2, 3)
                .concatWith(AsyncStream.never())
                .timeout(n -> {
                    seen.add(n);
                    return endAt(10);
                })
                .open();
        for (int i = 1; i <= 3; i++) {
            assertThat(limited.poll(rig.turn())).isEqualTo(i);
        }
        rig.clock.advance(Duration.ofDays(1));
        assertThat(seen).as("nobody waits for the fourth").isEmpty();
        assertThat(limited.poll(rig.turn())).isNull();
        assertThat(seen).containsExactly(3);
        limited.close();
    }

    @Test
    void timeout_comes_although_upstream_takes_all_of_every_turn() {
        for (int budget : BUDGETS) {
            assertThatThrownBy(() -> new Rig(budget)
                            .drain(greedy().timeout(AsyncStream.range(0, 9), n -> AsyncStream.never())
                                    .open()))
                    .as("budget %d", budget)
                    .isInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void timeout_comes_for_nobody_whose_item_the_budget_was_too_small_for() throws Exception {
        assertThat(new Rig(1)
                        .drain(AsyncStream.range(0, 9)
                                .timeout(AsyncStream.empty(), n -> AsyncStream.empty())
                                .mergeWith(AsyncStream.range(0, 9))
                                .open()))
                .hasSize(18);
        assertThat(new Rig(2)
                        .drain(AsyncStream.range(0, 9)
                                .filter(n -> n % 4 == 3)
                                .timeout(AsyncStream.empty(), n -> AsyncStream.empty())
                                .open()))
                .containsExactly(3, 7);
    }

    @Test
    void delayUntil_takes_the_next_item_when_this_one_was_given() throws Exception {
        assertThat(timed(at(1, 3, 50).delayUntil(n -> at(5, 10)))).containsExactly("1@11", "2@23", "3@80");
        Feed feed = new Feed(rig, 0);
        Source<Integer> delayed =
                feed.stream(1, 2).delayUntil(n -> AsyncStream.never()).open();
        assertThat(delayed.poll(rig.turn())).isNull();
        assertThat(feed.taken).isEqualTo(1);
        delayed.close();
        feed.assertAllClosed();
    }

    @Test
    void delayUntil_does_not_give_the_item_whose_stream_fails() {
        assertThatThrownBy(() -> rig.drain(AsyncStream.of(1, 2)
                        .delayUntil(n -> n == 1
                                ? AsyncStream.empty()
                                : AsyncStream.of(1).concatWith(AsyncStream.failed(new IllegalStateException("second"))))
                        .peek(seen::add)
                        .open()))
                .hasMessage("second");
        assertThat(seen).containsExactly(1);
    }

    @Test
    void zipWhen_pairs_with_the_first_and_drops_an_item_without_a_partner() throws Exception {
        Feed feed = new Feed(rig, 1);
        assertThat(rig.drain(AsyncStream.of(1, 2, 3)
                        .zipWhen(n -> n == 2 ? feed.<String>stream() : feed.stream("a", "b"), (n, s) -> n + s)
                        .open()))
                .containsExactly("1a", "3a");
        assertThat(feed.taken).isEqualTo(2);
        feed.assertAllClosed();
    }

    /** Has nothing and takes all of the budget in each poll. */
    private static AsyncStream<Integer> greedy() {
        return AsyncStream.recipe(() -> new Source<Integer>() {
            @Override
            public @Nullable Integer poll(Context cx) {
                while (cx.charge()) {}
                return null;
            }

            @Override
            public boolean isDone() {
                return false;
            }

            @Override
            public void close() {}
        });
    }
}
