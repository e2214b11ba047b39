package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.Feed.Failing;
import dev.weir.stream.Feed.Injected;
import dev.weir.task.Source;
import dev.weir.testkit.SourceLaws;
import dev.weir.time.MissedTick;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collector;
import org.junit.jupiter.api.Test;

/** What is particular to timeout, interval, onErrorResume, retry, peekError and onClose. */
class TimeAndFailureTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Rig rig = new Rig(128);

    @Test
    void timeout_fails_when_an_item_takes_too_long() {
        Source<Integer> source = AsyncStream.of(1)
                .concatWith(AsyncStream.never())
                .timeout(SECOND)
                .open();
        List<Integer> items = new ArrayList<>();

        assertThatThrownBy(() -> {
                    for (Integer item = rig.next(source); item != null; item = rig.next(source)) {
                        items.add(item);
                    }
                })
                .isInstanceOf(TimeoutException.class)
                .hasMessage("timeout: no item within PT1S");

        assertThat(items).containsExactly(1);
        assertThat(rig.clock.nanos()).isBetween(SECOND.toNanos(), SECOND.toNanos() + 2_000_000);
        source.close();
        assertThat(rig.timers.size()).isZero();
    }

    @Test
    void the_time_of_timeout_starts_anew_with_each_item() throws Exception {
        List<Long> ticks = rig.drain(AsyncStream.interval(Duration.ofMillis(900))
                .timeout(SECOND)
                .take(5)
                .open());

        assertThat(ticks).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(rig.timers.size()).isZero();
    }

    @Test
    void timeout_runs_no_time_while_nobody_asks() throws Exception {
        Source<Integer> source = AsyncStream.of(1, 2).timeout(SECOND).open();
        rig.next(source);
        assertThat(rig.timers.size()).isZero();

        rig.clock.advance(Duration.ofHours(1));

        assertThat(rig.next(source)).isEqualTo(2);
        source.close();
    }

    @Test
    void an_item_that_is_there_wins_over_the_deadline() throws Exception {
        Feed feed = new Feed(rig, 1);
        Source<Integer> source = feed.stream(1).timeout(SECOND).open();
        assertThat(source.poll(rig.turn())).isNull();

        rig.clock.advance(Duration.ofHours(1));

        assertThat(source.poll(rig.turn())).isEqualTo(1);
        source.close();
    }

    @Test
    void a_chain_that_always_uses_up_its_budget_times_out() {
        Source<Integer> source = AsyncStream.<Integer, Integer>generate(() -> 0, n -> 1)
                .filter(n -> false)
                .timeout(SECOND)
                .open();

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 10; i++) {
                        source.poll(rig.turn());
                        rig.clock.advance(SECOND);
                    }
                })
                .isInstanceOf(TimeoutException.class);
        source.close();
    }

    @Test
    void interval_ticks_a_period_apart_and_starts_with_a_delay() throws Exception {
        Source<Long> source = AsyncStream.interval(SECOND).open();
        assertThat(rig.next(source)).isEqualTo(0);
        assertThat(rig.clock.nanos()).isEqualTo(SECOND.toNanos());
        assertThat(rig.next(source)).isEqualTo(1);
        assertThat(rig.clock.nanos()).isEqualTo(2 * SECOND.toNanos());
        source.close();

        Source<Long> atOnce =
                AsyncStream.interval(Duration.ZERO, SECOND, MissedTick.SKIP).open();
        assertThat(atOnce.poll(rig.turn())).isEqualTo(0);
        atOnce.close();
        assertThat(rig.timers.size()).isZero();
    }

    @Test
    void onErrorResume_goes_on_with_the_other_stream_after_closing_the_failed_one() throws Exception {
        for (Failing failing : Failing.values()) {
            Feed feed = new Feed(rig, 1, 1, failing);
            List<Throwable> seen = new ArrayList<>();

            List<Integer> items = rig.drain(feed.stream(1, 2)
                    .onErrorResume(failure -> {
                        seen.add(failure);
                        assertThat(feed.opened.get(0).closed).isTrue();
                        return feed.stream(8, 9);
                    })
                    .open());

            assertThat(items).containsExactly(1, 8, 9);
            assertThat(seen).hasSize(1).hasOnlyElementsOfType(Injected.class);
            feed.assertAllClosed();
        }
    }

    @Test
    void onErrorResume_passes_the_failure_of_the_other_stream_and_errors() {
        AsyncStream<Integer> failing = AsyncStream.failed(new IOException("first"));

        assertThatThrownBy(() -> rig.drain(failing.onErrorResume(e -> AsyncStream.failed(new IOException("second")))
                        .open()))
                .hasMessage("second");
        assertThatThrownBy(() -> rig.drain(AsyncStream.<Integer>failed(new StackOverflowError("error"))
                        .onErrorReturn(1)
                        .open()))
                .isInstanceOf(StackOverflowError.class);
        assertThatThrownBy(() -> rig.drain(failing.onErrorResume(e -> {
                            throw new IllegalStateException("fallback", e);
                        })
                        .open()))
                .hasMessage("fallback")
                .hasRootCauseMessage("first");
        assertThatNullPointerException()
                .isThrownBy(() -> rig.drain(failing.onErrorResume(e -> null).open()))
                .withMessageStartingWith("onErrorResume: ");
    }

    @Test
    void onErrorReturn_gives_one_item_instead_of_the_failure() throws Exception {
        assertThat(rig.drain(AsyncStream.<Integer>failed(new IOException())
                        .onErrorReturn(7)
                        .open()))
                .containsExactly(7);
    }

    @Test
    void retry_runs_the_stream_again_so_often_and_no_more() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        AsyncStream<Integer> flaky = AsyncStream.defer(() -> runs.incrementAndGet() < 3
                ? AsyncStream.of(1).concatWith(AsyncStream.failed(new IOException("run " + runs)))
                : AsyncStream.of(2));

        assertThat(rig.drain(flaky.retry(2).open())).containsExactly(1, 1, 2);
        runs.set(0);
        assertThatThrownBy(() -> rig.drain(flaky.retry(1).open())).hasMessage("run 2");
        runs.set(0);
        assertThatThrownBy(() -> rig.drain(
                        flaky.retry(e -> e.getMessage().equals("run 1")).open()))
                .hasMessage("run 2");
    }

    @Test
    void each_run_has_its_own_count_of_retries() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        AsyncStream<Integer> everySecond = AsyncStream.<Integer>defer(() ->
                        runs.getAndIncrement() % 2 == 0 ? AsyncStream.failed(new IOException()) : AsyncStream.of(1))
                .retry(1);

        assertThat(rig.drain(everySecond.open())).containsExactly(1);
        assertThat(rig.drain(everySecond.open())).containsExactly(1);
    }

    @Test
    void retrying_for_ever_lets_go_when_the_budget_is_used_up() throws Exception {
        Source<Integer> source =
                AsyncStream.<Integer>failed(new IOException()).retry(e -> true).open();

        for (int i = 0; i < 3; i++) {
            assertThat(source.poll(rig.turn())).isNull();
            assertThat(rig.await()).isTrue();
        }
        source.close();
    }

    @Test
    void a_stream_that_can_be_opened_once_cannot_be_retried() {
        Source<Integer> source = AsyncStream.<Integer>fromPollable(cx -> {
                    throw new IOException("first");
                })
                .retry(1)
                .open();

        assertThatThrownBy(() -> rig.drain(source))
                .isInstanceOf(IllegalStateException.class)
                .satisfies(thrown ->
                        assertThat(thrown.getSuppressed()).singleElement().isInstanceOf(IOException.class));
    }

    @Test
    void peekError_sees_the_failure_and_cannot_replace_it() {
        List<Throwable> seen = new ArrayList<>();
        Source<Integer> source = AsyncStream.<Integer>failed(new IOException("x"))
                .peekError(seen::add)
                .peekError(e -> {
                    throw new IllegalStateException("y");
                })
                .open();

        assertThatThrownBy(() -> rig.drain(source)).hasMessage("x").satisfies(thrown -> {
            assertThat(seen).containsExactly(thrown);
            assertThat(thrown.getSuppressed()).singleElement().isInstanceOf(IllegalStateException.class);
        });
    }

    @Test
    void onClose_runs_once_for_each_run_however_it_ends() throws Exception {
        AtomicInteger closes = new AtomicInteger();
        rig.drain(AsyncStream.of(1).onClose(closes::incrementAndGet).open());
        assertThat(closes).hasValue(1);
        rig.drain(AsyncStream.of(1, 2).onClose(closes::incrementAndGet).take(1).open());
        assertThat(closes).hasValue(2);
        AsyncStream.of(1).onClose(closes::incrementAndGet).open().close();
        assertThat(closes).hasValue(3);
        assertThatThrownBy(() -> rig.drain(AsyncStream.failed(new IOException())
                        .onClose(closes::incrementAndGet)
                        .open()))
                .isInstanceOf(IOException.class);
        assertThat(closes).hasValue(4);
    }

    @Test
    void failures_that_are_not_meant_pass() throws Exception {
        AsyncStream<Integer> failed = AsyncStream.of(1).concatWith(AsyncStream.failed(new IOException("io")));
        Predicate<Exception> io = e -> e instanceof IOException;
        assertThat(rig.drain(failed.onErrorReturn(IOException.class, 9).open())).containsExactly(1, 9);
        assertThat(rig.drain(failed.onErrorReturn(io, 9).open())).containsExactly(1, 9);
        assertThat(rig.drain(failed.onErrorComplete(IOException.class).open())).containsExactly(1);
        assertThat(rig.drain(failed.onErrorComplete(io).open())).containsExactly(1);
        assertThat(rig.drain(failed.onErrorResume(io, e -> AsyncStream.of(8)).open()))
                .containsExactly(1, 8);
        for (AsyncStream<Integer> passes : List.of(
                failed.onErrorReturn(ArithmeticException.class, 9),
                failed.onErrorReturn(io.negate(), 9),
                failed.onErrorComplete(ArithmeticException.class),
                failed.onErrorComplete(io.negate()),
                failed.onErrorResume(io.negate(), e -> AsyncStream.of(8)),
                failed.retry(3, io.negate()))) {
            assertThatThrownBy(() -> rig.drain(passes.open())).hasMessage("io");
        }
        AtomicInteger runs = new AtomicInteger();
        assertThatThrownBy(() -> rig.drain(
                        failed.onClose(runs::incrementAndGet).retry(2, io).open()))
                .hasMessage("io");
        assertThat(runs).hasValue(3);
    }

    @Test
    void what_a_function_throws_fails_the_stream_and_null_names_the_operator() {
        assertThatThrownBy(() -> rig.drain(AsyncStream.of(0).map(n -> 1 / n).open()))
                .isInstanceOf(ArithmeticException.class);
        assertNull("map", AsyncStream.of(1).map(n -> null));
        assertNull("scan", AsyncStream.of(1).scan(0, (a, n) -> null));
        assertNull("concatMap", AsyncStream.of(1).concatMap(n -> null));
        assertNull("flatMap", AsyncStream.of(1).flatMap(n -> null, 1));
        assertNull("zip", AsyncStream.of(1).zipWith(AsyncStream.of(2), (a, b) -> null));
        assertNull("defer", AsyncStream.defer(() -> null));
        assertNull("dematerialize", AsyncStream.of(1).dematerialize(n -> null));
        assertNull("unfold", AsyncStream.unfold(1, n -> null));
        for (AsyncStream<Integer> items : List.of(AsyncStream.of(1, 2), AsyncStream.of(1, 2, 3))) {
            assertThatThrownBy(() -> rig.run(items.reduce((left, right) -> null)))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessageStartingWith("reduce: the reducer returned null");
        }
        assertThatNullPointerException().isThrownBy(() -> Signal.item(null)).withMessage("value");
        assertThatNullPointerException().isThrownBy(() -> Signal.failed(null)).withMessage("failure");
    }

    @Test
    void no_failure_is_hidden_by_what_is_thrown_while_it_is_dealt_with() {
        IOException first = new IOException("first");
        AssertionError second = new AssertionError("second");
        assertThatThrownBy(() -> rig.drain(AsyncStream.of(1, 2)
                        .concatMapDelayError(n -> {
                            if (n == 2) {
                                throw second;
                            }
                            return AsyncStream.failed(first);
                        })
                        .open()))
                .isSameAs(second)
                .hasSuppressedException(first);
        AsyncStream<Integer> failed = AsyncStream.failed(first);
        AssertionError third = new AssertionError("third");
        assertThatThrownBy(() -> rig.drain(failed.onErrorMap(e -> {
                            throw third;
                        })
                        .open()))
                .isSameAs(third)
                .hasSuppressedException(first);
        assertThatThrownBy(() -> rig.drain(failed.log(line -> {
                            if (line.startsWith("failed")) {
                                throw new IllegalStateException("listener");
                            }
                        })
                        .open()))
                .isSameAs(first);
        IllegalStateException handler = new IllegalStateException("handler");
        assertThatThrownBy(() -> rig.drain(AsyncStream.of(0)
                        .mapOrSkip(n -> 1 / n, (n, failure) -> {
                            throw handler;
                        })
                        .open()))
                .isSameAs(handler)
                .satisfies(
                        thrown -> assertThat(thrown.getSuppressed()).hasOnlyElementsOfType(ArithmeticException.class));
    }

    @Test
    void what_was_opened_is_closed_when_the_end_of_the_stream_cannot_be_made() {
        Feed feed = new Feed(rig, 0);
        Collector<Integer, Object, Object> broken = Collector.of(Object::new, (all, n) -> {}, (a, b) -> a);
        Collector<Integer, Object, Object> thrower = new Collector<>() {
            @Override
            public Supplier<Object> supplier() {
                return broken.supplier();
            }

            @Override
            public BiConsumer<Object, Integer> accumulator() {
                throw new IllegalStateException("as planned");
            }

            @Override
            public BinaryOperator<Object> combiner() {
                return broken.combiner();
            }

            @Override
            public Function<Object, Object> finisher() {
                return Function.identity();
            }

            @Override
            public Set<Characteristics> characteristics() {
                return Set.of();
            }
        };
        assertThatThrownBy(() -> feed.stream(1).collect(thrower)).hasMessage("as planned");
        feed.assertAllClosed();
    }

    private void assertNull(String operator, AsyncStream<?> stream) {
        assertThatNullPointerException()
                .isThrownBy(() -> rig.drain(stream.open()))
                .withMessageStartingWith(operator + ": ");
    }

    @Test
    void a_timeout_of_nothing_lets_pass_what_is_there_when_the_budget_is_used_up() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            assertThat(runtime.blockOn(
                            AsyncStream.range(0, 1_000).timeout(Duration.ZERO).count()))
                    .isEqualTo(1_000);
        }
        assertThatThrownBy(() ->
                        rig.drain(AsyncStream.never().timeout(Duration.ZERO).open()))
                .isInstanceOf(TimeoutException.class);
    }

    @Test
    void what_decides_about_another_attempt_and_throws_keeps_the_failure() {
        AsyncStream<Integer> failing = AsyncStream.failed(new IOException("of the stream"));
        Predicate<Exception> broken = failure -> {
            throw new IllegalStateException("of the predicate");
        };
        for (AsyncStream<Integer> stream : List.of(
                failing.retry(broken),
                failing.retryWhen(Backoff.fixed(Duration.ofMillis(1)).onlyIf(broken)))) {
            assertThatThrownBy(() -> rig.drain(stream.open()))
                    .hasMessage("of the predicate")
                    .satisfies(thrown ->
                            assertThat(thrown.getSuppressed()).singleElement().isInstanceOf(IOException.class));
        }
        assertThatNullPointerException()
                .isThrownBy(() -> rig.drain(
                        failing.retryWhen(Backoff.fixed(Duration.ofMillis(1)).jitter(1, () -> nothing()))
                                .open()))
                .withMessageContaining("jitter");
    }

    @SuppressWarnings("NullAway") // what must not be
    private static RandomGenerator nothing() {
        return null;
    }

    @Test
    void mapMulti_gives_what_was_handed_out_before_the_function_threw() {
        for (int budget : new int[] {1, 128}) {
            List<Integer> seen = new ArrayList<>();
            Source<Integer> source = SourceLaws.check(AsyncStream.of(1, 2)
                    .<Integer>mapMulti((n, out) -> {
                        out.accept(n);
                        out.accept(n);
                        if (n == 2) {
                            throw new IllegalStateException("behind the second");
                        }
                    })
                    .peek(seen::add)
                    .open());
            assertThatThrownBy(() -> new Rig(budget).drain(source)).hasMessage("behind the second");
            assertThat(seen).containsExactly(1, 1, 2, 2);
        }
    }

    @Test
    void a_finisher_that_is_the_identity_is_not_called() throws Exception {
        Collector<Integer, List<Integer>, List<Integer>> identity = new Collector<>() {
            @Override
            public Supplier<List<Integer>> supplier() {
                return ArrayList::new;
            }

            @Override
            public BiConsumer<List<Integer>, Integer> accumulator() {
                return List::add;
            }

            @Override
            public BinaryOperator<List<Integer>> combiner() {
                throw new UnsupportedOperationException();
            }

            @Override
            public Function<List<Integer>, List<Integer>> finisher() {
                throw new UnsupportedOperationException();
            }

            @Override
            public Set<Characteristics> characteristics() {
                return Set.of(Characteristics.IDENTITY_FINISH);
            }
        };
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            assertThat(runtime.blockOn(AsyncStream.of(1, 2).collect(identity))).containsExactly(1, 2);
        }
    }
}
