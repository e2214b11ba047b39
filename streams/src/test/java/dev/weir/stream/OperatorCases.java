package dev.weir.stream;

import static java.util.Comparator.naturalOrder;

import dev.weir.stream.push.Overflow;
import dev.weir.task.TaskLocal;
import dev.weir.time.Sleep;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A row for each operator that runs in one task: what it makes of a feed. {@link OperatorLawsTest} does the rest. */
final class OperatorCases {
    private static final Duration LONG = Duration.ofHours(1);
    private static final TaskLocal<Integer> LOCAL = TaskLocal.named("factor");

    private OperatorCases() {}

    /**
     * @param ordered whether the items come in one order only
     * @param handlesFailure whether a failure of upstream may end otherwise than in a failure, or what is given before it
     *     depends on what else has come
     */
    record Case(
            String name,
            Function<Feed, AsyncStream<?>> stream,
            List<?> expected,
            boolean ordered,
            boolean handlesFailure) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case ordered(String name, Function<Feed, AsyncStream<?>> stream, Object... expected) {
        return new Case(name, stream, List.of(expected), true, false);
    }

    private static Case unordered(String name, Function<Feed, AsyncStream<?>> stream, Object... expected) {
        return new Case(name, stream, List.of(expected), false, false);
    }

    private static Case handling(String name, Function<Feed, AsyncStream<?>> stream, Object... expected) {
        return new Case(name, stream, List.of(expected), true, true);
    }

    static Stream<Case> all() {
        return Stream.of(
                        sources(), items(), limits(), flattening(), combining(), groups(), time(), failure(), looking())
                .flatMap(each -> each);
    }

    private static Stream<Case> sources() {
        return Stream.of(
                ordered("defer", feed -> AsyncStream.defer(() -> feed.stream(1, 2)), 1, 2),
                ordered("fromStream", feed -> AsyncStream.fromStream(Stream.of(1, 2)), 1, 2),
                ordered(
                        "create",
                        feed -> AsyncStream.<Integer>create(2, Overflow.FAIL, emitter -> {
                            emitter.emit(1);
                            emitter.emit(2);
                            emitter.complete();
                        }),
                        1,
                        2),
                ordered("timer", feed -> AsyncStream.timer(LONG), 0L),
                ordered("using", feed -> AsyncStream.using(() -> 7, n -> feed.stream(n, n), n -> {}), 7, 7),
                ordered(
                        "usingAsync",
                        feed -> AsyncStream.usingAsync(
                                () -> 7, n -> feed.stream(n, n), n -> Sleep.of(Duration.ofSeconds(1))),
                        7,
                        7));
    }

    private static Stream<Case> items() {
        return Stream.of(
                ordered("map", feed -> feed.stream(1, 2, 3).map(n -> n * 10), 10, 20, 30),
                ordered("mapNotNull", feed -> feed.stream(1, 2, 3, 4).mapNotNull(n -> n % 2 == 0 ? n : null), 2, 4),
                ordered(
                        "mapMulti",
                        feed -> feed.stream(1, 0, 2).<Integer>mapMulti((n, out) -> {
                            for (int i = 0; i < n; i++) {
                                out.accept(n);
                            }
                        }),
                        1,
                        2,
                        2),
                ordered("mapOrSkip", feed -> feed.stream(1, 0, 2).mapOrSkip(n -> 2 / n, (n, e) -> {}), 2, 1),
                ordered("cast", feed -> feed.stream(1, 2).cast(Number.class), 1, 2),
                ordered("ofType", feed -> feed.<Object>stream(1, "a", 2).ofType(Integer.class), 1, 2),
                ordered("filter", feed -> feed.stream(1, 2, 3, 4, 5).filter(n -> n % 2 == 0), 2, 4),
                ordered("filter all", feed -> feed.stream(1, 2, 3).filter(n -> false)),
                ordered("filterWhen", feed -> feed.stream(1, 2, 3).filterWhen(n -> feed.stream(n != 2)), 1, 3),
                ordered("distinct", feed -> feed.stream(1, 2, 1, 3, 2).distinct(), 1, 2, 3),
                ordered("distinct by key", feed -> feed.stream(1, 2, 3, 4).distinct(n -> n % 2), 1, 2),
                ordered(
                        "distinctUntilChanged",
                        feed -> feed.stream(1, 1, 2, 2, 1).distinctUntilChanged(),
                        1,
                        2,
                        1),
                ordered(
                        "distinctUntilChanged, a predicate",
                        feed -> feed.stream(1, 2, 4, 5, 9).distinctUntilChanged((before, n) -> n - before < 3),
                        1,
                        4,
                        9),
                ordered("scan", feed -> feed.stream(1, 2, 3).scan(0, Integer::sum), 0, 1, 3, 6),
                ordered(
                        "scanWith",
                        feed -> feed.stream(1, 2, 3)
                                .scanWith(() -> new int[1], (sum, n) -> {
                                    sum[0] += n;
                                    return sum;
                                })
                                .map(sum -> sum[0]),
                        0,
                        1,
                        3,
                        6),
                ordered("scan without seed", feed -> feed.stream(1, 2, 3).scan(Integer::sum), 1, 3, 6),
                ordered("scan nothing", feed -> feed.<Integer>stream().scan(7, Integer::sum), 7),
                ordered("index", feed -> feed.stream(5, 6).index(), new Indexed<>(0, 5), new Indexed<>(1, 6)),
                ordered("sorted", feed -> feed.stream(3, 1, 2).sorted(), 1, 2, 3),
                ordered("sorted nothing", feed -> feed.<Integer>stream().sorted()),
                ordered("ignoreItems", feed -> feed.stream(3, 1, 2).ignoreItems()),
                ordered("then", feed -> feed.stream(3, 1, 2).then(feed.stream(7)), 7),
                handling(
                        "materialize",
                        feed -> feed.stream(1, 2).materialize(),
                        Signal.item(1),
                        Signal.item(2),
                        Signal.completed()),
                ordered(
                        "dematerialize",
                        feed -> feed.stream(Signal.item(1), Signal.<Integer>completed(), Signal.item(2))
                                .<Integer>dematerialize(s -> s),
                        1),
                ordered("lift", feed -> feed.stream(1, 2).lift(up -> up), 1, 2));
    }

    private static Stream<Case> limits() {
        return Stream.of(
                ordered("take", feed -> feed.stream(1, 2, 3, 4).take(2), 1, 2),
                ordered("take none", feed -> feed.stream(1, 2).take(0)),
                ordered("take more", feed -> feed.stream(1, 2).take(9), 1, 2),
                ordered("takeWhile", feed -> feed.stream(1, 2, 3, 1).takeWhile(n -> n < 3), 1, 2),
                ordered("takeUntil", feed -> feed.stream(1, 2, 3, 1).takeUntil(n -> n == 2), 1, 2),
                ordered("takeUntilOther", feed -> feed.stream(1, 2).takeUntilOther(AsyncStream.never()), 1, 2),
                ordered("takeUntilOther at once", feed -> feed.stream(1, 2).takeUntilOther(AsyncStream.empty())),
                ordered("takeLast", feed -> feed.stream(1, 2, 3, 4).takeLast(2), 3, 4),
                ordered("takeLast of none", feed -> feed.stream(1, 2).takeLast(0)),
                ordered("skip", feed -> feed.stream(1, 2, 3, 4).skip(2), 3, 4),
                ordered("skip more", feed -> feed.stream(1, 2).skip(9)),
                ordered("skipWhile", feed -> feed.stream(1, 2, 3, 1).skipWhile(n -> n < 3), 3, 1),
                ordered("skipUntil", feed -> feed.stream(1, 2, 3, 1).skipUntil(n -> n == 3), 3, 1),
                ordered("skipUntilOther", feed -> feed.stream(1, 2).skipUntilOther(AsyncStream.empty()), 1, 2),
                ordered("skipUntilOther, never", feed -> feed.stream(1, 2).skipUntilOther(AsyncStream.never())),
                ordered("skipLast", feed -> feed.stream(1, 2, 3, 4).skipLast(2), 1, 2),
                ordered("elementAt", feed -> feed.stream(1, 2, 3).elementAt(1), 2));
    }

    private static Stream<Case> flattening() {
        return Stream.of(
                ordered("concatMap", feed -> feed.stream(1, 0, 0, 2).concatMap(n -> copies(feed, n)), 1, 10, 2, 20),
                ordered(
                        "concatMapIterable",
                        feed -> feed.stream(1, 0, 2)
                                .concatMapIterable(n -> n == 0 ? List.<Integer>of() : List.of(n, n * 10)),
                        1,
                        10,
                        2,
                        20),
                ordered("flatMap of 1", feed -> feed.stream(1, 0, 0, 2).flatMap(n -> copies(feed, n), 1), 1, 10, 2, 20),
                unordered(
                        "flatMap of 2",
                        feed -> feed.stream(1, 0, 0, 2, 3).flatMap(n -> copies(feed, n), 2),
                        1,
                        10,
                        2,
                        20,
                        3,
                        30),
                unordered(
                        "flatMap of 99",
                        feed -> feed.stream(1, 0, 2, 3).flatMap(n -> copies(feed, n), 99),
                        1,
                        10,
                        2,
                        20,
                        3,
                        30),
                ordered(
                        "flatMapOrdered of 1",
                        feed -> feed.stream(1, 0, 2).flatMapOrdered(n -> copies(feed, n), 1, 1),
                        1,
                        10,
                        2,
                        20),
                ordered(
                        "flatMapOrdered of 3",
                        feed -> feed.stream(1, 0, 2, 3, 4).flatMapOrdered(n -> copies(feed, n), 3, 1),
                        1,
                        10,
                        2,
                        20,
                        3,
                        30,
                        4,
                        40),
                ordered(
                        "flatMapOrdered of 99",
                        feed -> feed.stream(1, 2, 3).flatMapOrdered(n -> copies(feed, n), 99, 99),
                        1,
                        10,
                        2,
                        20,
                        3,
                        30),
                ordered("switchMap to none", feed -> feed.stream(1, 2).switchMap(n -> AsyncStream.<Integer>empty())),
                ordered("switchMap", feed -> feed.stream(1).switchMap(n -> copies(feed, n)), 1, 10),
                ordered(
                        "expand",
                        feed -> feed.stream(8, 3).expand(n -> n < 2 ? feed.stream() : feed.stream(n / 2)),
                        8,
                        3,
                        4,
                        1,
                        2,
                        1),
                ordered(
                        "switchOnFirst",
                        feed -> feed.stream(2, 3, 4).switchOnFirst((first, all) -> all.map(n -> n * first)),
                        4,
                        6,
                        8),
                ordered(
                        "expandDeep",
                        feed -> feed.stream(8, 3).expandDeep(n -> n < 2 ? feed.stream() : feed.stream(n / 2)),
                        8,
                        4,
                        2,
                        1,
                        3,
                        1),
                handling(
                        "concatMapDelayError",
                        feed -> feed.stream(1, 0, 2).concatMapDelayError(n -> copies(feed, n)),
                        1,
                        10,
                        2,
                        20),
                handling(
                        "flatMapDelayError of 1",
                        feed -> feed.stream(1, 0, 2).flatMapDelayError(n -> copies(feed, n), 1),
                        1,
                        10,
                        2,
                        20),
                ordered(
                        "mapAsync",
                        feed -> feed.stream(1, 2, 3, 4)
                                .mapAsync(
                                        n -> CompletableFuture.<@Nullable Integer>completedFuture(n == 2 ? null : n),
                                        2),
                        1,
                        3,
                        4),
                unordered(
                        "mapAsyncUnordered",
                        feed -> feed.stream(1, 2, 3, 4)
                                .mapAsyncUnordered(n -> CompletableFuture.completedFuture(n), 2, 3),
                        1,
                        2,
                        3,
                        4));
    }

    private static Stream<Case> combining() {
        return Stream.of(
                ordered(
                        "concat",
                        feed -> AsyncStream.concat(feed.stream(1, 2), feed.<Integer>stream(), feed.stream(3)),
                        1,
                        2,
                        3),
                handling(
                        "concatDelayError",
                        feed -> AsyncStream.concatDelayError(List.of(feed.stream(1, 2), feed.stream(3))),
                        1,
                        2,
                        3),
                handling("mergeDelayError", feed -> AsyncStream.mergeDelayError(List.of(feed.stream(1, 2))), 1, 2),
                ordered(
                        "mergeSequential",
                        feed -> AsyncStream.mergeSequential(
                                List.of(feed.stream(1, 2), feed.<Integer>stream(), feed.stream(3)), 1),
                        1,
                        2,
                        3),
                ordered("concatWith", feed -> feed.stream(1, 2).concatWith(feed.stream(3)), 1, 2, 3),
                ordered("startWith", feed -> feed.stream(1, 2).startWith(feed.stream(8, 9)), 8, 9, 1, 2),
                ordered("startWith an item", feed -> feed.stream(1, 2).startWith(9), 9, 1, 2),
                ordered("defaultIfEmpty", feed -> feed.stream().defaultIfEmpty(9), 9),
                ordered("switchIfEmpty", feed -> feed.<Integer>stream().switchIfEmpty(feed.stream(1, 2)), 1, 2),
                ordered("switchIfEmpty, not", feed -> feed.stream(1, 2).switchIfEmpty(feed.stream(9)), 1, 2),
                unordered(
                        "merge",
                        feed -> AsyncStream.merge(feed.stream(1, 2), feed.<Integer>stream(), feed.stream(3, 4, 5)),
                        1,
                        2,
                        3,
                        4,
                        5),
                unordered("mergeWith", feed -> feed.stream(1, 2).mergeWith(feed.stream(3)), 1, 2, 3),
                ordered(
                        "mergeSortedWith",
                        feed -> feed.stream(1, 4, 5).mergeSortedWith(feed.stream(2, 3, 9), naturalOrder()),
                        1,
                        2,
                        3,
                        4,
                        5,
                        9),
                ordered(
                        "mergeSorted",
                        feed -> AsyncStream.mergeSorted(
                                List.of(feed.stream(2), feed.stream(1, 3), feed.<Integer>stream()), naturalOrder()),
                        1,
                        2,
                        3),
                handling("zip", feed -> AsyncStream.zip(feed.stream(1, 2, 3), feed.stream(4, 5), Integer::sum), 5, 7),
                handling(
                        "zip of many",
                        feed -> AsyncStream.zip(
                                List.of(feed.stream(1, 2, 3), feed.stream(4, 5), feed.stream(6, 7, 8)),
                                (List<Integer> row) -> row),
                        List.of(1, 4, 6),
                        List.of(2, 5, 7)),
                handling("zipWith", feed -> feed.stream(1, 2).zipWith(feed.stream(4, 5, 6), Integer::sum), 5, 7),
                ordered("combineLatestWith", feed -> feed.stream(1).combineLatestWith(feed.stream(5), Integer::sum), 6),
                ordered(
                        "combineLatestWith nothing",
                        feed -> feed.stream().combineLatestWith(AsyncStream.never(), (a, b) -> a)),
                ordered(
                        "withLatestFrom",
                        feed -> feed.stream(1, 2).withLatestFrom(AsyncStream.of(5), Integer::sum),
                        6,
                        7),
                ordered(
                        "zipWhen",
                        feed -> feed.stream(1, 2, 3)
                                .zipWhen(n -> n == 2 ? feed.stream() : feed.stream(10 * n, 0), Integer::sum),
                        11,
                        33),
                ordered(
                        "raceForItem",
                        feed -> AsyncStream.raceForItem(
                                List.of(AsyncStream.<Integer>empty(), feed.<Integer>stream(), feed.stream(1, 2))),
                        1,
                        2),
                ordered("raceWith", feed -> feed.stream(1, 2).raceWith(AsyncStream.never()), 1, 2),
                ordered("raceWith, lost", feed -> AsyncStream.<Integer>never().raceWith(feed.stream(1, 2)), 1, 2));
    }

    private static Stream<Case> groups() {
        return Stream.of(
                ordered(
                        "buffer",
                        feed -> feed.stream(1, 2, 3, 4, 5).buffer(2),
                        List.of(1, 2),
                        List.of(3, 4),
                        List.of(5)),
                ordered("buffer even", feed -> feed.stream(1, 2, 3, 4).buffer(2), List.of(1, 2), List.of(3, 4)),
                ordered(
                        "buffer that overlaps",
                        feed -> feed.stream(1, 2, 3).buffer(2, 1),
                        List.of(1, 2),
                        List.of(2, 3),
                        List.of(3)),
                ordered("buffer with gaps", feed -> feed.stream(1, 2, 3, 4).buffer(1, 2), List.of(1), List.of(3)),
                ordered(
                        "bufferUntil",
                        feed -> feed.stream(1, 2, 3, 4, 5).bufferUntil(n -> n % 2 == 0),
                        List.of(1, 2),
                        List.of(3, 4),
                        List.of(5)),
                unordered(
                        "groupBy",
                        feed -> feed.stream(1, 2, 3, 4)
                                .groupBy(n -> n % 2, 1)
                                .flatMap(group -> group.items().map(n -> n * 10), 2),
                        10,
                        20,
                        30,
                        40),
                ordered(
                        "window",
                        feed -> feed.stream(1, 2, 3).window(2).concatMap(window -> window.map(n -> n * 10)),
                        10,
                        20,
                        30),
                unordered(
                        "windowUntil",
                        feed -> feed.stream(1, 2, 3).windowUntil(n -> n == 2, 1).flatMap(window -> window, 2),
                        1,
                        2,
                        3),
                ordered(
                        "window that overlaps",
                        feed -> feed.stream(1, 2, 3, 4, 5).window(3, 2).concatMap(window -> window.buffer(9)),
                        List.of(1, 2, 3),
                        List.of(3, 4, 5),
                        List.of(5)),
                ordered(
                        "window with gaps",
                        feed -> feed.stream(1, 2, 3, 4, 5).window(1, 2).concatMap(window -> window),
                        1,
                        3,
                        5),
                ordered(
                        "windowTimeout",
                        feed -> feed.stream(1, 2, 3).windowTimeout(2, LONG).concatMap(window -> window.buffer(9)),
                        List.of(1, 2),
                        List.of(3)),
                ordered(
                        "bufferWhile",
                        feed -> feed.stream(1, 2, 0, 0, 3).bufferWhile(n -> n > 0),
                        List.of(1, 2),
                        List.of(3)),
                ordered(
                        "windowWhile",
                        feed -> feed.stream(0, 1, 2, 0, 0, 3)
                                .windowWhile(n -> n > 0, 2)
                                .concatMap(window -> window.buffer(9)),
                        List.of(1, 2),
                        List.of(3)),
                ordered(
                        "bufferWhen with openings that stay",
                        feed -> AsyncStream.timer(LONG)
                                .concatMap(tick -> feed.stream(1, 2))
                                .bufferWhen(AsyncStream.of("a", "b"), opening -> AsyncStream.never()),
                        List.of(1, 2),
                        List.of(1, 2)),
                ordered(
                        "bufferWhen with openings that end",
                        feed -> feed.stream(1, 2, 3).bufferWhen(feed.stream(), n -> AsyncStream.never())),
                ordered(
                        "windowWhen",
                        feed -> feed.stream(1, 2, 3)
                                .windowWhen(AsyncStream.never(), 9)
                                .concatMap(window -> window),
                        1,
                        2,
                        3),
                unordered(
                        "windowWhen with openings that stay",
                        feed -> AsyncStream.timer(LONG)
                                .concatMap(tick -> feed.stream(1, 2))
                                .windowWhen(AsyncStream.of("a", "b"), opening -> AsyncStream.never(), 9)
                                .flatMap(window -> window, 2),
                        1,
                        2,
                        1,
                        2),
                ordered("bufferWhen", feed -> feed.stream(1, 2).bufferWhen(AsyncStream.never()), List.of(1, 2)));
    }

    private static Stream<Case> time() {
        return Stream.of(
                ordered("timeout", feed -> feed.stream(1, 2, 3).timeout(LONG), 1, 2, 3),
                ordered("timeout with a fallback", feed -> feed.stream(1, 2).timeout(LONG, AsyncStream.of(9)), 1, 2),
                ordered("delayElements", feed -> feed.stream(1, 2).delayElements(LONG), 1, 2),
                ordered("delaySequence", feed -> feed.stream(1, 2, 3).delaySequence(LONG, 2), 1, 2, 3),
                ordered("delayUntil", feed -> feed.stream(1, 2).delayUntil(n -> feed.stream(7, 8)), 1, 2),
                ordered("pauseDemand", feed -> feed.stream(1, 2).pauseDemand(new DemandPauser()), 1, 2),
                ordered("delaySubscription", feed -> feed.stream(1, 2).delaySubscription(LONG), 1, 2),
                ordered("debounce", feed -> feed.stream(1, 2, 3).debounce(LONG), 3),
                ordered("debounce, streams", feed -> feed.stream(1, 2, 3).debounce(n -> AsyncStream.never()), 3),
                ordered("debounce, streams that end", feed -> feed.stream(1, 2).debounce(n -> feed.stream()), 1, 2),
                ordered(
                        "debounce, streams that give",
                        feed -> AsyncStream.of(1)
                                .concatWith(AsyncStream.timer(LONG).map(tick -> 2))
                                .debounce(n -> feed.stream(7, 8)),
                        1,
                        2),
                ordered("timeout, streams", feed -> feed.stream(1, 2, 3).timeout(n -> AsyncStream.never()), 1, 2, 3),
                ordered(
                        "timeout, streams with a fallback",
                        feed -> AsyncStream.<Integer>never()
                                .timeout(feed.stream(7), n -> AsyncStream.never(), feed.stream(1, 2)),
                        1,
                        2),
                ordered(
                        "timeout, the stream of an item",
                        feed -> feed.stream(1)
                                .concatWith(AsyncStream.never())
                                .timeout(AsyncStream.never(), n -> feed.stream(7), AsyncStream.of(9)),
                        1,
                        9),
                ordered("throttleFirst", feed -> feed.stream(1, 2, 3).throttleFirst(LONG), 1),
                ordered("throttleLatest", feed -> feed.stream(1, 2, 3).throttleLatest(LONG), 1, 3),
                ordered("sample", feed -> feed.stream(1, 2, 3).sample(LONG), 3),
                ordered("sample, another stream", feed -> feed.stream(1, 2, 3).sample(AsyncStream.never()), 3),
                ordered(
                        "sample, a stream that ends",
                        feed -> AsyncStream.<Integer>never().sample(feed.stream(7, 8))),
                ordered("paceDemand", feed -> feed.stream(1, 2, 3).paceDemand(2, LONG), 1, 2, 3),
                ordered("paceDemand, one", feed -> feed.stream(1, 2, 3).paceDemand(1, LONG), 1, 2, 3),
                ordered(
                        "bufferTimeout",
                        feed -> feed.stream(1, 2, 3).bufferTimeout(2, LONG),
                        List.of(1, 2),
                        List.of(3)),
                ordered("timestamp", feed -> feed.stream(1, 2).timestamp().map(Timed::item), 1, 2),
                ordered("elapsed", feed -> feed.stream(1, 2).elapsed(), new Timed<>(1, 0), new Timed<>(2, 0)));
    }

    private static Stream<Case> failure() {
        return Stream.of(
                handling("onErrorResume", feed -> feed.stream(1, 2).onErrorResume(e -> AsyncStream.of(8, 9)), 1, 2),
                handling(
                        "onErrorResume of a type",
                        feed -> feed.stream(1, 2).onErrorResume(IllegalStateException.class, e -> AsyncStream.of(8, 9)),
                        1,
                        2),
                handling(
                        "onErrorResume of some",
                        feed -> feed.stream(1, 2).onErrorResume(e -> e.getMessage() == null, e -> feed.stream(8, 9)),
                        1,
                        2),
                handling(
                        "onErrorReturn of some",
                        feed -> feed.stream(1, 2).onErrorReturn(e -> e.getMessage() == null, 9),
                        1,
                        2),
                handling("onErrorReturn", feed -> feed.stream(1, 2).onErrorReturn(9), 1, 2),
                handling("onErrorComplete", feed -> feed.stream(1, 2).onErrorComplete(), 1, 2),
                handling("onErrorMap", feed -> feed.stream(1, 2).onErrorMap(IllegalStateException::new), 1, 2),
                handling("retry", feed -> feed.stream(1, 2).retry(3), 1, 2),
                ordered("retry none", feed -> feed.stream(1, 2).retry(0), 1, 2),
                handling("retry, some", feed -> feed.stream(1, 2).retry(3, e -> true), 1, 2),
                handling("retryWhen, asking", feed -> feed.stream(1, 2).retryWhen(e -> feed.stream("again")), 1, 2),
                ordered("retryWhen, giving up", feed -> feed.stream(1, 2).retryWhen(e -> feed.stream()), 1, 2),
                handling("retryWhen", feed -> feed.stream(1, 2).retryWhen(Backoff.fixed(LONG)), 1, 2),
                ordered(
                        "retryWhen none",
                        feed -> feed.stream(1, 2).retryWhen(Backoff.fixed(LONG).times(0)),
                        1,
                        2),
                ordered("repeat", feed -> feed.stream(1, 2).repeat(2), 1, 2, 1, 2),
                ordered(
                        "repeatUntil",
                        feed -> {
                            int[] runs = {0};
                            return feed.stream(1, 2).repeatUntil(() -> ++runs[0] == 2);
                        },
                        1,
                        2,
                        1,
                        2),
                ordered(
                        "repeatWhen",
                        feed -> {
                            int[] runs = {0};
                            return feed.stream(1, 2)
                                    .repeatWhen(n -> ++runs[0] < 3 ? feed.stream("again") : feed.stream());
                        },
                        1,
                        2,
                        1,
                        2,
                        1,
                        2),
                ordered("repeat for ever", feed -> feed.stream(1).repeat().take(3), 1, 1, 1));
    }

    private static Stream<Case> looking() {
        return Stream.of(
                ordered("peek", feed -> feed.stream(1, 2).peek(n -> {}), 1, 2),
                ordered("peekError", feed -> feed.stream(1, 2).peekError(e -> {}), 1, 2),
                ordered("onStart", feed -> feed.stream(1, 2).onStart(() -> {}), 1, 2),
                ordered("onRequest", feed -> feed.stream(1, 2).onRequest(() -> {}), 1, 2),
                ordered("peekSignal", feed -> feed.stream(1, 2).peekSignal(signal -> {}), 1, 2),
                ordered("onComplete", feed -> feed.stream(1, 2).onComplete(() -> {}), 1, 2),
                ordered("peekAfter", feed -> feed.stream(1, 2).peekAfter(n -> {}), 1, 2),
                ordered("onTerminate", feed -> feed.stream(1, 2).onTerminate(() -> {}), 1, 2),
                ordered("onCancel", feed -> feed.stream(1, 2).onCancel(() -> {}), 1, 2),
                ordered("onClose", feed -> feed.stream(1, 2).onClose(() -> {}), 1, 2),
                ordered("log", feed -> feed.stream(1, 2).log(line -> {}), 1, 2),
                ordered("within", feed -> feed.stream(1, 2).within(() -> () -> {}), 1, 2),
                ordered(
                        "where",
                        feed -> feed.stream(1, 2).map(n -> n * LOCAL.get()).where(LOCAL, 5),
                        5,
                        10),
                ordered("tap", feed -> feed.stream(1, 2).tap(() -> new StreamListener<>() {}), 1, 2),
                ordered("named", feed -> feed.stream(1, 2).named("here"), 1, 2),
                ordered(
                        "a chain",
                        feed -> feed.stream(1, 2, 3, 4, 5, 6)
                                .filter(n -> n != 3)
                                .concatMap(n -> feed.stream(n, -n))
                                .skip(1)
                                .buffer(3)
                                .take(2)
                                .map(List::size),
                        3,
                        3));
    }

    /** n and ten times n; nothing for 0. */
    private static AsyncStream<Integer> copies(Feed feed, int n) {
        return n == 0 ? feed.stream() : feed.stream(n, n * 10);
    }
}
