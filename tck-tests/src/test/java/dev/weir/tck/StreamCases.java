package dev.weir.tck;

import dev.weir.stream.AsyncStream;
import dev.weir.stream.reactive.PublisherSource;
import dev.weir.stream.reactive.SourcePublisher;
import dev.weir.tck.PublisherCase.Row;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.testng.annotations.DataProvider;

/**
 * The streams: every source that can have any number of items, every operator, and the way out of Weir and back. The rows
 * here meet every capacity; those of {@link OperatorRows} one each, in turn, and with {@code -Dweir.long=true} all.
 */
public final class StreamCases {
    private static final List<Row> ROWS = List.of(
            // sources
            source("rangeLong", n -> AsyncStream.rangeLong(0, n)),
            source("fromIterable", n -> AsyncStream.fromIterable(upTo(n))),
            source("generate", StreamCases::generated),
            source("unfold", StreamCases::unfolded),
            source(
                    "interval",
                    n -> AsyncStream.interval(Duration.ofNanos(100_000)).take(n)),
            source("defer", n -> AsyncStream.defer(() -> AsyncStream.rangeLong(0, n))),
            // one item at a time
            operator("map", (in, n) -> in.map(item -> -item)),
            operator("filter", n -> 2 * n, (in, n) -> in.filter(item -> item % 2 == 1)),
            operator("take", n -> n + 1, (in, n) -> in.take(n)),
            operator("takeWhile", n -> n + 1, (in, n) -> in.takeWhile(item -> item < n)),
            operator("skip", n -> n + 3, (in, n) -> in.skip(3)),
            operator("skipWhile", n -> n + 3, (in, n) -> in.skipWhile(item -> item < 3)),
            source("scan", n -> AsyncStream.rangeLong(0, n).scan(0L, Long::sum).skip(1)),
            operator("buffer", n -> 3 * n, (in, n) -> in.buffer(3)),
            operator("peek", (in, n) -> in.peek(item -> {})),
            operator("peekError", (in, n) -> in.peekError(failure -> {})),
            operator("onClose", (in, n) -> in.onClose(() -> {})),
            // several streams; those that do not promise an order give items that are all the same
            source("concatWith", n -> AsyncStream.rangeLong(0, n / 2).concatWith(AsyncStream.rangeLong(0, n - n / 2))),
            source("mergeWith", n -> ones(n / 2).mergeWith(ones(n - n / 2))),
            source("concatMap", n -> AsyncStream.rangeLong(0, 2 * n).concatMap(StreamCases::oddOnly)),
            source("flatMap, 1 at a time", n -> AsyncStream.rangeLong(0, 2 * n).flatMap(StreamCases::oddOnly, 1)),
            source("flatMap, 4 at a time", n -> ones(n).flatMap(AsyncStream::of, 4)),
            operator("zipWith", (in, n) -> in.zipWith(AsyncStream.rangeLong(0, n + 1), Map::entry)),
            // time and failure
            operator("timeout", (in, n) -> in.timeout(Duration.ofMinutes(1))),
            source("onErrorResume", n -> failed().onErrorResume(failure -> AsyncStream.rangeLong(0, n))),
            source("retry", n -> AsyncStream.rangeLong(0, n).retry(2)),
            // a long chain
            source(
                    "chain",
                    n -> AsyncStream.rangeLong(0, 2 * n + 1)
                            .map(item -> item + 1)
                            .filter(item -> item % 2 == 0)
                            .concatMap(AsyncStream::of)
                            .scan(0L, Long::sum)
                            .take(n)));

    /** Out through one adapter and in through the other. */
    private static final Row FROM_PUBLISHER = new Row(
            "fromPublisher",
            StreamCases::backAndForth,
            sizes -> cannotBeOpened().open());

    private StreamCases() {}

    /** Every row with its batches and budgets; with every prefetch too where something is requested. */
    @DataProvider(name = "cases")
    public static Iterator<Object[]> cases() {
        return Stream.of(
                        ROWS.stream().flatMap(row -> row.with(Sizes.batchesAndBudgets())),
                        IntStream.range(0, OperatorRows.ALL.size())
                                .boxed()
                                .flatMap(
                                        i -> OperatorRows.ALL.get(i).with(Sizes.byTurns(i, Sizes.batchesAndBudgets()))),
                        FROM_PUBLISHER.with(Sizes.all()))
                .flatMap(each -> each)
                .map(each -> new Object[] {each})
                .iterator();
    }

    /** The operators that have a row. */
    static Set<String> names() {
        return Stream.of(ROWS, OperatorRows.ALL, List.of(FROM_PUBLISHER))
                .flatMap(List::stream)
                .map(row -> row.name().split("[ ,]", 2)[0])
                .collect(Collectors.toSet());
    }

    /** A stream that only learns of a failure when it is asked for an item, unless it cannot be opened at all. */
    static Row source(String name, LongFunction<AsyncStream<?>> finite) {
        return new Row(
                name,
                (sizes, n) -> finite.apply(n).open(),
                sizes -> cannotBeOpened().open());
    }

    /** An operator that gives as many items as it is given. */
    private static Row operator(String name, BiFunction<AsyncStream<Long>, Long, AsyncStream<?>> operator) {
        return operator(name, n -> n, operator);
    }

    /**
     * An operator through which a failure of upstream shows without demand (P4).
     *
     * @param needed how many numbers it must be given so that it gives n items
     */
    static Row operator(
            String name, LongUnaryOperator needed, BiFunction<AsyncStream<Long>, Long, AsyncStream<?>> operator) {
        return new Row(
                name,
                (sizes, n) -> operator.apply(AsyncStream.rangeLong(0, needed.applyAsLong(n)), n)
                        .open(),
                sizes -> operator.apply(failed(), 1L).open());
    }

    private static AsyncStream<Long> failed() {
        return AsyncStream.failed(new IllegalStateException("the failure that is expected"));
    }

    private static AsyncStream<Long> cannotBeOpened() {
        return AsyncStream.recipe(() -> {
            throw new IllegalStateException("the failure that is expected");
        });
    }

    private static AsyncStream<Long> ones(long n) {
        return AsyncStream.rangeLong(0, n).map(item -> 1L);
    }

    private static Iterable<Long> upTo(long n) {
        return () -> LongStream.range(0, n).iterator();
    }

    private static AsyncStream<Long> generated(long n) {
        return AsyncStream.generate(() -> new long[1], next -> next[0] < n ? next[0]++ : null);
    }

    private static AsyncStream<Long> unfolded(long n) {
        return AsyncStream.unfold(0L, at -> at < n ? Optional.of(Map.entry(at, at + 1)) : Optional.empty());
    }

    private static AsyncStream<Long> oddOnly(long item) {
        return item % 2 == 0 ? AsyncStream.empty() : AsyncStream.of(item);
    }

    private static PublisherSource<Long> backAndForth(Sizes sizes, long n) {
        AsyncStream<Long> stream = AsyncStream.rangeLong(0, n);
        return new PublisherSource<>(
                new SourcePublisher<>(stream::open, sizes::runtime, sizes.batch()), sizes.prefetch());
    }
}
