package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.push.Drops;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import dev.weir.time.ManualClock;
import dev.weir.time.Sleep;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the operators that know time give, and when, by a clock that moves only when nothing else can. */
class TimeOperatorsTest {
    private final Rig rig = new Rig(128);

    /** Items 1, 2, 3, … at these times, and the end with the last. */
    private static AsyncStream<Integer> at(long... millis) {
        return AsyncStream.range(0, millis.length)
                .concatMap(i -> AsyncStream.timer(millis(millis[i] - (i == 0 ? 0 : millis[i - 1])))
                        .map(tick -> i + 1));
    }

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    /** Each item with the time at which it came, as "item@millis". */
    private List<String> timed(AsyncStream<?> stream) throws Exception {
        return rig.drain(
                stream.map(item -> item + "@" + rig.clock.nanos() / 1_000_000).open());
    }

    @Test
    void debounce_gives_what_is_followed_by_silence_and_the_last() throws Exception {
        assertThat(timed(at(1, 2, 3, 50, 70, 71).debounce(millis(10)))).containsExactly("3@13", "4@60", "6@71");
    }

    @Test
    void throttleFirst_drops_what_comes_within_the_time_of_the_one_given() throws Exception {
        assertThat(timed(at(1, 5, 10, 11, 12, 40).throttleFirst(millis(10)))).containsExactly("1@1", "4@11", "6@40");
    }

    @Test
    void throttleLatest_gives_at_once_after_a_pause_and_else_the_latest_of_each_period() throws Exception {
        assertThat(timed(at(1, 2, 3, 14, 60).throttleLatest(millis(10))))
                .containsExactly("1@1", "3@11", "4@21", "5@60");
    }

    @Test
    void sample_gives_the_latest_at_the_end_of_each_period_that_had_one() throws Exception {
        assertThat(timed(at(1, 2, 15, 44, 48, 49).sample(millis(10)))).containsExactly("2@10", "3@20", "6@49");
    }

    @Test
    void bufferTimeout_ends_a_list_by_size_or_by_the_time_since_its_first_item() throws Exception {
        assertThat(timed(at(1, 2, 3, 4, 30, 31).bufferTimeout(3, millis(10))))
                .containsExactly("[1, 2, 3]@3", "[4]@14", "[5, 6]@31");
    }

    @Test
    void bufferTimeout_without_demand_takes_nothing_and_loses_nothing() throws Exception {
        Feed feed = new Feed(rig, 0);
        Source<List<Integer>> source =
                feed.stream(1, 2, 3, 4, 5).bufferTimeout(2, millis(10)).open();

        assertThat(rig.next(source)).containsExactly(1, 2);
        rig.clock.advance(Duration.ofDays(1));
        rig.timers.fire();

        assertThat(feed.taken).isEqualTo(2);
        assertThat(rig.timers.size()).isZero();
        assertThat(rig.drain(source)).containsExactly(List.of(3, 4), List.of(5));
    }

    @Test
    void bufferTimeout_is_in_time_although_upstream_uses_up_every_budget() throws Exception {
        Rig tight = new Rig(1);
        AsyncStream<Integer> endless = AsyncStream.range(0, 1_000).repeat().peek(n -> tight.clock.advance(millis(1)));
        Source<List<Integer>> source =
                endless.bufferTimeout(1_000_000, millis(10)).open();

        assertThat(tight.next(source)).hasSizeBetween(10, 12);
        source.close();
    }

    @Test
    void delayElements_holds_one_item_and_takes_the_next_when_it_was_given() throws Exception {
        assertThat(timed(at(1, 2, 30).delayElements(millis(10)))).containsExactly("1@11", "2@22", "3@60");
    }

    @Test
    void delaySubscription_begins_later() throws Exception {
        assertThat(timed(at(1, 2).delaySubscription(millis(10)))).containsExactly("1@11", "2@12");
    }

    @Test
    void elapsed_tells_the_time_since_the_item_before() throws Exception {
        assertThat(rig.drain(at(1, 4).elapsed().open()))
                .containsExactly(new Timed<>(1, 1_000_000), new Timed<>(2, 3_000_000));
    }

    @Test
    void timestamp_tells_the_time() throws Exception {
        assertThat(rig.drain(at(1, 4).timestamp().map(Timed::nanos).open())).containsExactly(1_000_000L, 4_000_000L);
    }

    @Test
    void timeout_goes_on_with_the_fallback_and_only_for_a_timeout() throws Exception {
        assertThat(timed(at(1, 50).timeout(millis(10), AsyncStream.of(9)))).containsExactly("1@1", "9@11");
        assertThatThrownBy(() -> rig.drain(AsyncStream.<Integer>failed(new IllegalStateException("other"))
                        .timeout(millis(10), AsyncStream.of(9))
                        .open()))
                .hasMessage("other");
    }

    @Test
    void takeUntilOther_and_skipUntilOther_cut_at_the_signal_of_the_other() throws Exception {
        assertThat(timed(at(1, 2, 9).takeUntilOther(AsyncStream.timer(millis(5)))))
                .containsExactly("1@1", "2@2");
        Rig fresh = new Rig(128);
        assertThat(fresh.drain(at(1, 2, 9, 10)
                        .skipUntilOther(AsyncStream.timer(millis(5)))
                        .open()))
                .containsExactly(3, 4);
    }

    @Test
    void switchMap_closes_the_one_before() throws Exception {
        AsyncStream<String> stream = at(1, 25)
                .switchMap(n -> AsyncStream.interval(millis(10)).take(3).map(tick -> n + "." + tick));

        assertThat(timed(stream)).containsExactly("1.0@11", "1.1@21", "2.0@35", "2.1@45", "2.2@55");
        assertThat(rig.timers.size()).isZero();
    }

    @Test
    void bufferWhen_cuts_at_each_signal_and_drops_empty_lists() throws Exception {
        assertThat(timed(at(1, 2, 15, 41).bufferWhen(AsyncStream.interval(millis(10)))))
                .containsExactly("[1, 2]@10", "[3]@20", "[4]@41");
    }

    @Test
    void combineLatest_pairs_each_new_item_with_the_latest_of_the_other() throws Exception {
        assertThat(timed(at(1, 5).combineLatestWith(at(3, 7, 9), (a, b) -> a + "" + b)))
                .containsExactly("11@3", "21@5", "22@7", "23@9");
    }

    @Test
    void withLatestFrom_gives_only_when_this_stream_does() throws Exception {
        assertThat(timed(at(1, 5, 8).withLatestFrom(at(3, 7), (a, b) -> a + "" + b)))
                .containsExactly("21@5", "32@8");
    }

    @Test
    void race_is_won_by_the_first_signal_and_the_loser_is_closed() throws Exception {
        assertThat(timed(at(5, 6).raceWith(at(3, 7)))).containsExactly("1@3", "2@7");
        assertThat(rig.timers.size()).isZero();
    }

    @Test
    void retryWhen_waits_longer_after_each_failure_and_gives_up() {
        List<Long> attempts = new ArrayList<>();
        AsyncStream<Integer> failing = AsyncStream.defer(() -> {
            attempts.add(rig.clock.nanos() / 1_000_000);
            return AsyncStream.failed(new IllegalStateException("no " + attempts.size()));
        });
        Backoff backoff = Backoff.exponential(millis(10), millis(30)).times(4);

        assertThatThrownBy(() -> rig.drain(failing.retryWhen(backoff).open())).hasMessage("no 5");
        assertThat(attempts).containsExactly(0L, 10L, 30L, 60L, 90L);
    }

    @Test
    void retryWhen_passes_what_the_predicate_refuses() {
        assertThatThrownBy(() -> rig.drain(AsyncStream.failed(new IllegalStateException("no"))
                        .retryWhen(Backoff.fixed(millis(10)).onlyIf(IllegalArgumentException.class::isInstance))
                        .open()))
                .hasMessage("no");
        assertThat(rig.clock.nanos()).isZero();
    }

    @Test
    void a_jitter_only_shortens_a_wait_and_repeats_with_the_seed() {
        Backoff backoff = Backoff.fixed(millis(1000)).jitter(0.5, () -> new Random(1));

        for (int i = 0; i < 100; i++) {
            assertThat(backoff.newRun().after(new Exception(), false))
                    .isBetween(500_000_000L, 1_000_000_000L)
                    .isEqualTo(backoff.newRun().after(new Exception(), false));
        }
    }

    @Test
    void a_generator_is_made_at_the_first_failure_of_a_run_and_not_before() throws Exception {
        AtomicInteger made = new AtomicInteger();
        Backoff backoff = Backoff.fixed(millis(1)).jitter(0.5, () -> {
            made.incrementAndGet();
            return new Random(1);
        });
        rig.drain(AsyncStream.of(1).retryWhen(backoff).open());
        assertThat(made).hasValue(0);

        var waits = backoff.newRun();
        waits.after(new Exception(), false);
        waits.after(new Exception(), false);
        assertThat(made).hasValue(1);
    }

    @Test
    void failures_that_are_not_in_a_row_count_alone_if_they_are_transient() {
        Backoff all = Backoff.exponential(millis(1), millis(100)).times(3);
        Backoff inARow = all.transientErrors();

        assertThat(waits(all, false, true, true, true)).containsExactly(1L, 2L, 4L, -1L);
        assertThat(waits(inARow, false, true, true, true)).containsExactly(1L, 1L, 1L, 1L);
        assertThat(waits(inARow.onlyIf(failure -> true), true, false, false, false, true))
                .containsExactly(1L, 2L, 4L, -1L, 1L);
    }

    private static List<Long> waits(Backoff backoff, boolean... hadItem) {
        var run = backoff.newRun();
        List<Long> waits = new ArrayList<>();
        for (boolean had : hadItem) {
            long nanos = run.after(new Exception(), had);
            waits.add(nanos < 0 ? nanos : nanos / 1_000_000);
        }
        return waits;
    }

    @Test
    void a_stream_that_gives_an_item_each_time_is_retried_beyond_the_times_if_they_are_in_a_row() throws Exception {
        Backoff twice = Backoff.exponential(millis(1), millis(100)).times(2);
        assertThat(rig.drain(failing5Times().retryWhen(twice.transientErrors()).open()))
                .containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(rig.clock.nanos()).isEqualTo(millis(5).toNanos());
        assertThatThrownBy(() -> rig.drain(failing5Times().retryWhen(twice).open()))
                .hasMessage("failure 3");
    }

    @Test
    void retry_goes_on_for_ever() throws Exception {
        assertThat(rig.drain(failing5Times().retry().open())).containsExactly(1, 2, 3, 4, 5, 6);
    }

    /** Gives an item a run, and has no failure behind the sixth. */
    private static AsyncStream<Integer> failing5Times() {
        AtomicInteger runs = new AtomicInteger();
        return AsyncStream.defer(() -> {
            int run = runs.incrementAndGet();
            return AsyncStream.of(run)
                    .concatWith(run < 6 ? AsyncStream.failed(new IOException("failure " + run)) : AsyncStream.empty());
        });
    }

    @Test
    void a_backoff_does_not_overflow() {
        var waits = Backoff.exponential(Duration.ofNanos(1), Duration.ofDays(200 * 365))
                .newRun();
        long last = 0;
        for (int i = 0; i < 200; i++) {
            long next = waits.after(new Exception(), false);
            assertThat(next).isGreaterThanOrEqualTo(last);
            last = next;
        }
        assertThat(last).isEqualTo(Duration.ofDays(200 * 365).toNanos());
    }

    @Test
    void mapAsync_bounds_what_runs_and_what_waits_apart() throws Exception {
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        Source<Integer> source = AsyncStream.range(0, 9)
                .<Integer>mapAsync(
                        n -> {
                            calls.add(new CompletableFuture<>());
                            return calls.get(n);
                        },
                        2,
                        4)
                .open();

        assertThat(source.poll(rig.turn())).isNull();
        assertThat(calls).hasSize(2);
        calls.get(1).complete(10);
        assertThat(source.poll(rig.turn())).isNull();
        assertThat(calls).as("one has finished and waits for its turn").hasSize(3);
        calls.get(2).complete(20);
        assertThat(source.poll(rig.turn())).isNull();
        assertThat(calls).hasSize(4);
        calls.get(3).complete(30);
        assertThat(source.poll(rig.turn())).isNull();
        assertThat(calls).as("four have begun and none was given").hasSize(4);
        calls.get(0).complete(0);
        assertThat(source.poll(rig.turn())).isZero();
        assertThat(source.poll(rig.turn())).isEqualTo(10);
        assertThat(source.poll(rig.turn())).isEqualTo(20);
        source.close();
    }

    @Test
    void mapAsyncUnordered_gives_what_is_ready_first() throws Exception {
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        Source<Integer> source = AsyncStream.range(0, 3)
                .<Integer>mapAsyncUnordered(
                        n -> {
                            calls.add(new CompletableFuture<>());
                            return calls.get(n);
                        },
                        2,
                        2)
                .open();

        assertThat(source.poll(rig.turn())).isNull();
        calls.get(1).complete(10);
        assertThat(source.poll(rig.turn())).isEqualTo(10);
        assertThat(source.poll(rig.turn())).isNull();
        calls.get(2).complete(20);
        assertThat(source.poll(rig.turn())).isEqualTo(20);
        calls.get(0).completeExceptionally(new IllegalStateException("call"));
        assertThatThrownBy(() -> source.poll(rig.turn())).hasMessage("call");
        source.close();
    }

    @Test
    void flatMapOrdered_keeps_the_order_of_sources_that_end_in_another() throws Exception {
        AsyncStream<String> stream = AsyncStream.of(30, 20, 10)
                .flatMapOrdered(n -> AsyncStream.timer(millis(n)).map(tick -> "t" + n), 3, 1);

        assertThat(timed(stream)).containsExactly("t30@30", "t20@30", "t10@30");
    }

    @Test
    void the_end_of_using_waits_for_the_release() throws Exception {
        List<String> log = new ArrayList<>();
        AsyncStream<Integer> stream =
                AsyncStream.usingAsync(() -> 7, n -> AsyncStream.of(n).onClose(() -> log.add("closed")), n -> {
                    log.add("release");
                    return Sleep.of(millis(10));
                });

        assertThat(rig.drain(stream.onComplete(() -> log.add("end at " + rig.clock.nanos() / 1_000_000))
                        .open()))
                .containsExactly(7);
        assertThat(log).containsExactly("closed", "release", "end at 10");
    }

    @Test
    void using_releases_once_when_the_run_is_closed_early_or_fails() throws Exception {
        List<String> log = new ArrayList<>();
        Source<Integer> source = AsyncStream.using(() -> 7, n -> AsyncStream.of(1, 2), n -> log.add("released"))
                .open();
        rig.next(source);
        source.close();
        assertThat(log).containsExactly("released");

        assertThatThrownBy(() -> rig.drain(AsyncStream.using(
                                () -> 7, n -> AsyncStream.<Integer>failed(new IllegalStateException("use")), n -> {
                                    throw new IllegalStateException("release");
                                })
                        .open()))
                .hasMessage("use")
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .singleElement()
                        .asString()
                        .contains("release"));
    }

    @Test
    void a_failure_tells_which_names_it_has_passed_and_where_they_stand() {
        AsyncStream<Integer> stream = AsyncStream.of(1, 0)
                .map(n -> 1 / n)
                .named("divide")
                .filter(n -> true)
                .named("all");

        assertThatThrownBy(() -> rig.drain(stream.open()))
                .isInstanceOf(ArithmeticException.class)
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .singleElement()
                        .asString()
                        .containsSubsequence(
                                "divide at dev.weir.stream.TimeOperatorsTest.a_failure_tells",
                                "all at dev.weir.stream.TimeOperatorsTest.a_failure_tells"));
    }

    @Test
    void the_trail_of_a_failure_that_is_thrown_again_and_again_does_not_grow() {
        IllegalStateException failure = new IllegalStateException("constant");
        AsyncStream<Integer> stream = AsyncStream.<Integer>failed(failure).named("here");
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> rig.drain(stream.open())).isSameAs(failure);
        }
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(failure.getSuppressed()[0].getMessage().lines()).hasSize(2);
    }

    @Test
    void delaySequence_keeps_the_distances() throws Exception {
        assertThat(rig.drain(AsyncStream.of(1, 2, 5, 6)
                        .concatMap(n -> AsyncStream.timer(Duration.ofMillis(n)).map(tick -> n))
                        .delaySequence(Duration.ofMillis(20), 99)
                        .map(n -> n + "@" + rig.clock.nanos() / 1_000_000)
                        .open()))
                .containsExactly("1@21", "2@23", "5@28", "6@34");
        assertThat(rig.timers.size()).isZero();
    }

    @Test
    void delaySequence_takes_no_more_than_it_may_hold_and_nothing_without_demand() throws Exception {
        Feed feed = new Feed(rig, 0);
        Source<Integer> delayed =
                feed.stream(1, 2, 3, 4).delaySequence(Duration.ofMillis(20), 2).open();
        assertThat(feed.taken).isZero();
        assertThat(delayed.poll(rig.turn())).isNull();
        assertThat(feed.taken).isEqualTo(2);
        rig.clock.advance(Duration.ofDays(1));
        rig.timers.fire();
        assertThat(feed.taken).isEqualTo(2);
        assertThat(delayed.poll(rig.turn())).isEqualTo(1);
        assertThat(delayed.poll(rig.turn())).isEqualTo(2);
        assertThat(rig.drain(delayed)).containsExactly(3, 4);
        feed.assertAllClosed();
    }

    @Test
    void delaySequence_gives_what_it_holds_before_a_failure() {
        List<Integer> items = new ArrayList<>();
        assertThatThrownBy(() -> rig.drain(AsyncStream.of(1, 2)
                        .concatWith(AsyncStream.failed(new IllegalStateException("as planned")))
                        .delaySequence(Duration.ofMillis(20), 9)
                        .peek(items::add)
                        .open()))
                .hasMessage("as planned");
        assertThat(items).containsExactly(1, 2);
    }

    @Test
    void what_the_release_of_a_cancelled_run_throws_is_told() {
        assertThat(toldOfCancelled(cx -> {
                    throw new IllegalStateException("as planned");
                }))
                .singleElement()
                .asString()
                .contains("as planned");
        assertThat(toldOfCancelled(Sleep.of(millis(1)))).isEmpty();
        assertThat(toldOfCancelled(cx -> Poll.pending()))
                .as("the shutdown has cancelled it")
                .singleElement()
                .isInstanceOf(CancellationException.class);
    }

    private static List<Throwable> toldOfCancelled(Pollable<?> release) {
        List<Throwable> told = new ArrayList<>();
        Drops.listen(drop -> told.add(drop.failure()));
        try (CurrentThreadRuntime runtime =
                TaskRuntime.currentThread().clock(new ManualClock()).build()) {
            JoinHandle<Long> run = AsyncStream.usingAsync(() -> 7, n -> AsyncStream.never(), n -> release)
                    .count()
                    .run(runtime);
            runtime.runUntilIdle();
            run.cancel();
            runtime.elapse(millis(1));
        } finally {
            Drops.listen(null);
        }
        return told;
    }

    @Test
    void a_shutdown_ends_no_release_that_takes_no_time() {
        List<String> log = new ArrayList<>();
        List<Throwable> told = new ArrayList<>();
        Drops.listen(drop -> told.add(drop.failure()));
        try (CurrentThreadRuntime runtime =
                TaskRuntime.currentThread().clock(new ManualClock()).build()) {
            AsyncStream.using(() -> 7, n -> AsyncStream.never(), n -> log.add("released"))
                    .count()
                    .run(runtime);
            runtime.runUntilIdle();
        } finally {
            Drops.listen(null);
        }
        assertThat(log).containsExactly("released");
        assertThat(told).isEmpty();
    }

    @Test
    void what_the_close_of_a_release_throws_does_not_hide_the_failure() {
        Pollable<Integer> release = new Pollable<>() {
            @Override
            public Poll<Integer> poll(Context cx) {
                return Poll.ready(1);
            }

            @Override
            public void close() {
                throw new IllegalStateException("close");
            }
        };
        assertThatThrownBy(() -> rig.drain(AsyncStream.usingAsync(
                                () -> 7, n -> AsyncStream.failed(new IllegalStateException("use")), n -> release)
                        .open()))
                .hasMessage("use")
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .singleElement()
                        .asString()
                        .contains("close"));
    }
}
