package dev.weir.tck;

import dev.weir.stream.AsyncStream;
import dev.weir.stream.Backoff;
import dev.weir.stream.DemandPauser;
import dev.weir.stream.GroupedStream;
import dev.weir.stream.StreamListener;
import dev.weir.stream.Timed;
import dev.weir.stream.push.Overflow;
import dev.weir.task.Poll;
import dev.weir.task.TaskLocal;
import dev.weir.tck.PublisherCase.Row;
import dev.weir.time.Sleep;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The operators that are not in {@link StreamCases}, a row each. What needs the whole of a stream, or makes no more than
 * one item, is put to work on each item of a stream, so that the TCK may ask for as many as it likes.
 */
final class OperatorRows {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration NANO = Duration.ofNanos(1);

    private static final TaskLocal<Long> LOCAL = TaskLocal.named("row");

    static final List<Row> ALL = Stream.of(
                    sources(),
                    items(),
                    limits(),
                    flattening(),
                    combining(),
                    groups(),
                    time(),
                    failure(),
                    looking(),
                    tasks())
            .flatMap(each -> each)
            .toList();

    private OperatorRows() {}

    private static Stream<Row> sources() {
        return Stream.of(
                each("of", AsyncStream::of),
                source(
                        "range",
                        n -> AsyncStream.range(0, (int) Math.min(n, Integer.MAX_VALUE))
                                .map(Integer::longValue)),
                source("recipe", n -> AsyncStream.recipe(AsyncStream.rangeLong(0, n)::open)),
                source("from", n -> AsyncStream.from(AsyncStream.rangeLong(0, n).open())),
                source(
                        "fromFlow",
                        n -> AsyncStream.fromFlow(AsyncStream.rangeLong(0, n).toFlow())),
                source(
                        "onCaller",
                        n -> AsyncStream.fromFlow(
                                AsyncStream.rangeLong(0, n).onCaller().toFlow())),
                source(
                        "fromIterator",
                        n -> AsyncStream.fromIterator(LongStream.range(0, n).iterator())),
                source(
                        "fromStream",
                        n -> AsyncStream.fromStream(LongStream.range(0, n).boxed())),
                each("fromCallable", item -> AsyncStream.fromCallable(() -> item)),
                each("fromPollable", item -> AsyncStream.<Long>fromPollable(cx -> Poll.ready(item))),
                each(
                        "fromCompletionStage",
                        item -> AsyncStream.fromCompletionStage(CompletableFuture.completedFuture(item))),
                each(
                        "create",
                        item -> AsyncStream.<Long>create(1, Overflow.FAIL, emitter -> {
                            emitter.emit(item);
                            emitter.complete();
                        })),
                each("timer", item -> AsyncStream.timer(NANO).map(tick -> item)),
                source("using", n -> AsyncStream.using(() -> n, m -> AsyncStream.rangeLong(0, m), m -> {})),
                source(
                        "usingAsync",
                        n -> AsyncStream.usingAsync(() -> n, m -> AsyncStream.rangeLong(0, m), m -> Sleep.of(NANO))),
                source("concat", n -> AsyncStream.concat(AsyncStream.<Long>empty(), AsyncStream.rangeLong(0, n))),
                source("merge", n -> AsyncStream.merge(AsyncStream.<Long>empty(), AsyncStream.rangeLong(0, n))),
                source(
                        "mergeDelayError",
                        n -> AsyncStream.mergeDelayError(
                                List.of(AsyncStream.<Long>empty(), AsyncStream.rangeLong(0, n)))),
                source(
                        "concatDelayError",
                        n -> AsyncStream.concatDelayError(
                                List.of(AsyncStream.<Long>empty(), AsyncStream.rangeLong(0, n)))),
                source(
                        "mergeSequential",
                        n -> AsyncStream.mergeSequential(
                                List.of(AsyncStream.<Long>empty(), AsyncStream.rangeLong(0, n)), 2)),
                source(
                        "mergeSorted",
                        n -> AsyncStream.mergeSorted(
                                List.of(AsyncStream.<Long>empty(), AsyncStream.rangeLong(0, n)),
                                Comparator.naturalOrder())),
                source(
                        "zip",
                        n -> AsyncStream.zip(
                                List.of(AsyncStream.rangeLong(0, n), AsyncStream.rangeLong(0, n)),
                                (List<Long> row) -> row)),
                source(
                        "combineLatest",
                        n -> AsyncStream.combineLatest(List.of(AsyncStream.rangeLong(0, n)), (List<Long> row) -> row)),
                source(
                        "raceForItem",
                        n -> AsyncStream.raceForItem(List.of(AsyncStream.<Long>empty(), AsyncStream.rangeLong(0, n)))),
                source("race", n -> AsyncStream.race(List.of(AsyncStream.<Long>never(), AsyncStream.rangeLong(0, n)))));
    }

    private static Stream<Row> items() {
        return Stream.of(
                operator("mapNotNull", n -> 2 * n, (in, n) -> in.mapNotNull(item -> item % 2 == 1 ? item : null)),
                operator("mapMulti", (in, n) -> in.<Long>mapMulti((item, out) -> out.accept(item))),
                operator("mapOrSkip", (in, n) -> in.mapOrSkip(item -> item, (item, thrown) -> {})),
                operator("cast", (in, n) -> in.cast(Number.class)),
                operator("ofType", (in, n) -> in.ofType(Number.class)),
                operator("filterWhen", (in, n) -> in.filterWhen(item -> AsyncStream.of(true))),
                operator("distinct", (in, n) -> in.distinct()),
                operator("distinctUntilChanged", (in, n) -> in.distinctUntilChanged()),
                source(
                        "scanWith",
                        n -> AsyncStream.rangeLong(0, n)
                                .scanWith(() -> 0L, Long::sum)
                                .skip(1)),
                operator("index", (in, n) -> in.index()),
                each("sorted", item -> AsyncStream.of(item).sorted()),
                each(
                        "ignoreItems",
                        item -> AsyncStream.of(item).<Long>ignoreItems().defaultIfEmpty(item)),
                source("then", n -> AsyncStream.of(1).then(AsyncStream.rangeLong(0, n))),
                source(
                        "materialize",
                        n -> AsyncStream.rangeLong(0, n).materialize().<Long>dematerialize(s -> s)),
                source(
                        "dematerialize",
                        n -> AsyncStream.rangeLong(0, n).materialize().<Long>dematerialize(s -> s)),
                operator("lift", (in, n) -> in.lift(up -> up)));
    }

    private static Stream<Row> limits() {
        return Stream.of(
                operator(
                        "takeUntil",
                        n -> n + 1,
                        (in, n) -> in.takeUntil(item -> item == n - 1).take(n)),
                operator("takeUntilOther", (in, n) -> in.takeUntilOther(AsyncStream.never())),
                each("takeLast", item -> AsyncStream.of(-1L, item).takeLast(1)),
                operator("skipUntil", n -> n + 3, (in, n) -> in.skipUntil(item -> item == 3)),
                operator("skipUntilOther", (in, n) -> in.skipUntilOther(AsyncStream.empty())),
                operator("skipLast", n -> n + 2, (in, n) -> in.skipLast(2)),
                each("elementAt", item -> AsyncStream.of(-1L, item, -2L).elementAt(1)));
    }

    private static Stream<Row> flattening() {
        return Stream.of(
                operator("concatMapIterable", (in, n) -> in.concatMapIterable(List::of)),
                operator("flatMapOrdered", (in, n) -> in.flatMapOrdered(item -> AsyncStream.of(item), 3, 2)),
                each("switchMap", item -> AsyncStream.of(item).switchMap(same -> AsyncStream.of(same))),
                operator("expand", (in, n) -> in.expand(item -> AsyncStream.empty())),
                source(
                        "switchOnFirst",
                        n -> AsyncStream.rangeLong(0, n).switchOnFirst((first, all) -> all.map(item -> item + first))),
                operator("expandDeep", (in, n) -> in.expandDeep(item -> AsyncStream.empty())),
                operator("concatMapDelayError", (in, n) -> in.concatMapDelayError(item -> AsyncStream.of(item))),
                operator("flatMapDelayError", (in, n) -> in.flatMapDelayError(item -> AsyncStream.of(item), 3)),
                operator("mapAsync", (in, n) -> in.mapAsync(CompletableFuture::completedFuture, 2)),
                source(
                        "mapAsyncUnordered",
                        n -> AsyncStream.rangeLong(0, n)
                                .mapAsyncUnordered(item -> CompletableFuture.completedFuture(1), 2, 3)));
    }

    private static Stream<Row> combining() {
        return Stream.of(
                source("startWith", n -> AsyncStream.rangeLong(0, n).startWith(AsyncStream.<Long>empty())),
                each("defaultIfEmpty", item -> AsyncStream.<Long>empty().defaultIfEmpty(item)),
                source("switchIfEmpty", n -> AsyncStream.<Long>empty().switchIfEmpty(AsyncStream.rangeLong(0, n))),
                source(
                        "mergeSortedWith",
                        n -> AsyncStream.rangeLong(0, n)
                                .mergeSortedWith(AsyncStream.empty(), Comparator.naturalOrder())),
                source(
                        "combineLatestWith",
                        n -> AsyncStream.of(5L).combineLatestWith(AsyncStream.rangeLong(0, n), Long::sum)),
                source(
                        "withLatestFrom",
                        n -> AsyncStream.rangeLong(0, n).withLatestFrom(AsyncStream.of(5L), Long::sum)),
                operator("zipWhen", (in, n) -> in.zipWhen(AsyncStream::of, (item, same) -> same)),
                source("raceWith", n -> AsyncStream.rangeLong(0, n).raceWith(AsyncStream.never())));
    }

    private static Stream<Row> groups() {
        return Stream.of(
                operator("bufferUntil", n -> 3 * n, (in, n) -> in.bufferUntil(item -> item % 3 == 2)),
                operator("bufferWhile", n -> 2 * n, (in, n) -> in.bufferWhile(item -> item % 2 == 0)),
                each(
                        "bufferWhen",
                        item -> AsyncStream.of(item)
                                .delaySubscription(NANO)
                                .bufferWhen(AsyncStream.of(1), one -> AsyncStream.never())),
                each(
                        "windowWhen",
                        item -> AsyncStream.of(item)
                                .windowWhen(AsyncStream.never(), 1)
                                .concatMap(window -> window)),
                each("bufferWhen", item -> AsyncStream.of(item).bufferWhen(AsyncStream.never())),
                each(
                        "groupBy",
                        item -> AsyncStream.of(item).groupBy(same -> same, 1).concatMap(GroupedStream::items)),
                each("window", item -> AsyncStream.of(item).window(2).concatMap(window -> window)),
                each(
                        "windowTimeout",
                        item -> AsyncStream.of(item).windowTimeout(2, MINUTE).concatMap(window -> window)),
                each(
                        "windowWhile",
                        item -> AsyncStream.of(item)
                                .windowWhile(same -> true, 1)
                                .concatMap(window -> window)),
                each(
                        "windowUntil",
                        item -> AsyncStream.of(item)
                                .windowUntil(same -> true, 1)
                                .concatMap(window -> window)));
    }

    private static Stream<Row> time() {
        return Stream.of(
                operator("delayElements", (in, n) -> in.delayElements(NANO)),
                operator("delaySequence", (in, n) -> in.delaySequence(NANO, 2)),
                source("delaySubscription", n -> AsyncStream.rangeLong(0, n).delaySubscription(NANO)),
                each("debounce", item -> AsyncStream.of(item).debounce(MINUTE)),
                operator("throttleFirst", (in, n) -> in.throttleFirst(Duration.ZERO)),
                each("throttleLatest", item -> AsyncStream.of(item).throttleLatest(MINUTE)),
                each("sample", item -> AsyncStream.of(item).sample(MINUTE)),
                each("sample by a stream", item -> AsyncStream.of(item).sample(AsyncStream.never())),
                each("debounce by streams", item -> AsyncStream.of(item).debounce(same -> AsyncStream.never())),
                operator("timeout by streams", (in, n) -> in.timeout(item -> AsyncStream.never())),
                operator("delayUntil", (in, n) -> in.delayUntil(item -> AsyncStream.empty())),
                operator("paceDemand", (in, n) -> in.paceDemand(1, NANO)),
                operator("pauseDemand", (in, n) -> in.pauseDemand(new DemandPauser())),
                operator("bufferTimeout", n -> 3 * n, (in, n) -> in.bufferTimeout(3, MINUTE)),
                operator("timestamp", (in, n) -> in.timestamp().map(Timed::item)),
                operator("elapsed", (in, n) -> in.elapsed().map(Timed::item)));
    }

    private static Stream<Row> failure() {
        return Stream.of(
                source("onErrorReturn", n -> AsyncStream.rangeLong(0, n).onErrorReturn(-1L)),
                source(
                        "onErrorComplete",
                        n -> AsyncStream.rangeLong(0, n)
                                .concatWith(AsyncStream.failed(new IllegalStateException()))
                                .onErrorComplete()),
                operator("onErrorMap", (in, n) -> in.onErrorMap(IllegalStateException::new)),
                source("retryWhen", n -> AsyncStream.rangeLong(0, n).retryWhen(Backoff.fixed(NANO))),
                source("retryWhen", n -> AsyncStream.rangeLong(0, n).retryWhen(failure -> AsyncStream.of(true))),
                each(
                        "repeatWhen",
                        item -> AsyncStream.of(item)
                                .repeatWhen(count -> AsyncStream.of(true))
                                .skip(1)
                                .take(1)),
                each("repeat", item -> AsyncStream.of(item).repeat(2).skip(1)),
                each("repeatUntil", item -> AsyncStream.of(item).repeatUntil(() -> true)));
    }

    private static Stream<Row> looking() {
        return Stream.of(
                source("onStart", n -> AsyncStream.rangeLong(0, n).onStart(() -> {})),
                source("onComplete", n -> AsyncStream.rangeLong(0, n).onComplete(() -> {})),
                operator("onRequest", (in, n) -> in.onRequest(() -> {})),
                source("peekSignal", n -> AsyncStream.rangeLong(0, n).peekSignal(signal -> {})),
                operator("peekAfter", (in, n) -> in.peekAfter(item -> {})),
                source("onTerminate", n -> AsyncStream.rangeLong(0, n).onTerminate(() -> {})),
                operator("onCancel", (in, n) -> in.onCancel(() -> {})),
                operator("log", (in, n) -> in.log(line -> {})),
                operator("tap", (in, n) -> in.tap(() -> new StreamListener<>() {})),
                operator("within", (in, n) -> in.within(() -> () -> {})),
                operator("where", (in, n) -> in.where(LOCAL, n)),
                operator("named", (in, n) -> in.named("here")));
    }

    private static Stream<Row> tasks() {
        return Stream.of(
                operator("detach", (in, n) -> in.detach(3)),
                each("onBackpressure", item -> AsyncStream.of(item).onBackpressure(1, Overflow.DROP_OLDEST)),
                each("onBackpressureBuffer", item -> AsyncStream.of(item).onBackpressureBuffer(1)),
                each("onBackpressureDrop", item -> AsyncStream.of(item).onBackpressureDrop(1)),
                each("onBackpressureLatest", item -> AsyncStream.of(item).onBackpressureLatest()),
                each("onBackpressureError", item -> AsyncStream.of(item).onBackpressureError()),
                each("onBackpressureReduce", item -> AsyncStream.of(item).onBackpressureReduce(Long::sum)),
                source("parallel", n -> AsyncStream.rangeLong(0, n).parallel(2, 1, rail -> rail.map(item -> 1L))),
                each("share", item -> AsyncStream.of(item).share(1)),
                each("replay", item -> AsyncStream.of(item).replay(1)),
                each("replay for a time", item -> AsyncStream.of(item).replay(1, MINUTE)),
                each("cache", item -> AsyncStream.of(item).cache()),
                each("publish", item -> AsyncStream.of(item).publish(1).autoConnect(1)));
    }

    private static Row source(String name, LongFunction<AsyncStream<?>> finite) {
        return StreamCases.source(name, finite);
    }

    private static Row operator(String name, BiFunction<AsyncStream<Long>, Long, AsyncStream<?>> operator) {
        return StreamCases.operator(name, n -> n, operator);
    }

    private static Row operator(
            String name, LongUnaryOperator needed, BiFunction<AsyncStream<Long>, Long, AsyncStream<?>> operator) {
        return StreamCases.operator(name, needed, operator);
    }

    /** A stream of one item for each item. */
    private static Row each(String name, Function<Long, AsyncStream<?>> one) {
        return source(name, n -> AsyncStream.rangeLong(0, n).concatMap(one));
    }
}
