package dev.weir.stream;

import io.reactivex.rxjava3.core.Flowable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;

/** The same operators in Weir, in Reactor and in RxJava. */
final class Steps {
    private Steps() {}

    /** One pipeline in three worlds. */
    record Peers(AsyncStream<Integer> weir, Flux<Integer> reactor, Flowable<Integer> rxJava) {}

    record Step(
            String name,
            boolean ordered,
            UnaryOperator<AsyncStream<Integer>> weir,
            UnaryOperator<Flux<Integer>> reactor,
            UnaryOperator<Flowable<Integer>> rxJava) {
        Peers apply(Peers peers) {
            return new Peers(weir.apply(peers.weir), reactor.apply(peers.reactor), rxJava.apply(peers.rxJava));
        }
    }

    private static Step step(
            String name,
            UnaryOperator<AsyncStream<Integer>> weir,
            UnaryOperator<Flux<Integer>> reactor,
            UnaryOperator<Flowable<Integer>> rxJava) {
        return new Step(name, true, weir, reactor, rxJava);
    }

    /**
     * Returns a random step.
     *
     * @param fails whether the source fails: then no step in which the peers ask for more than they give
     */
    static Step next(Random random, boolean fails) {
        int n = random.nextInt(6);
        List<IntFunction<Step>> kinds = new ArrayList<>(List.of(
                Steps::mapping,
                Steps::limiting,
                Steps::grouping,
                Steps::flattening,
                Steps::recovering,
                Steps::holding));
        if (!fails) {
            kinds.add(Steps::combining);
        }
        return kinds.get(random.nextInt(kinds.size())).apply(random.nextInt(1_000) * 6 + n);
    }

    private static Step mapping(int dice) {
        int n = dice % 6;
        return switch (dice / 6 % 7) {
            case 0 -> step("map+" + n, s -> s.map(x -> x + n), s -> s.map(x -> x + n), s -> s.map(x -> x + n));
            case 1 ->
                step(
                        "filter%" + (n + 1),
                        s -> s.filter(x -> x % (n + 1) == 0),
                        s -> s.filter(x -> x % (n + 1) == 0),
                        s -> s.filter(x -> x % (n + 1) == 0));
            case 2 ->
                step(
                        "map throws at " + n,
                        s -> s.map(x -> check(x, n)),
                        s -> s.map(x -> check(x, n)),
                        s -> s.map(x -> check(x, n)));
            case 3 ->
                step(
                        "mapNotNull",
                        s -> s.mapNotNull(x -> x > n ? null : x),
                        s -> s.mapNotNull(x -> x > n ? null : x),
                        s -> s.mapOptional(x -> x > n ? Optional.empty() : Optional.of(x)));
            case 4 ->
                step("scan", s -> s.scan(0, Integer::sum), s -> s.scan(0, Integer::sum), s -> s.scan(0, Integer::sum));
            case 5 -> step("scan1", s -> s.scan(Integer::sum), s -> s.scan(Integer::sum), s -> s.scan(Integer::sum));
            default ->
                step(
                        "index",
                        s -> s.index().map(i -> (int) i.index() + i.item()),
                        s -> s.index().map(t -> (int) (long) t.getT1() + t.getT2()),
                        s -> s.scan(List.of(-1, 0), (l, x) -> List.of(l.get(0) + 1, x))
                                .skip(1)
                                .map(l -> l.get(0) + l.get(1)));
        };
    }

    private static Step limiting(int dice) {
        int n = dice % 6;
        return switch (dice / 6 % 9) {
            case 0 -> step("take" + n, s -> s.take(n), s -> s.take(n), s -> s.take(n));
            case 1 -> step("skip" + n, s -> s.skip(n), s -> s.skip(n), s -> s.skip(n));
            case 2 ->
                step(
                        "takeWhile<" + n,
                        s -> s.takeWhile(x -> x < n),
                        s -> s.takeWhile(x -> x < n),
                        s -> s.takeWhile(x -> x < n));
            case 3 ->
                step(
                        "skipWhile<" + n,
                        s -> s.skipWhile(x -> x < n),
                        s -> s.skipWhile(x -> x < n),
                        s -> s.skipWhile(x -> x < n));
            case 4 ->
                step(
                        "takeUntil=" + n,
                        s -> s.takeUntil(x -> x == n),
                        s -> s.takeUntil(x -> x == n),
                        s -> s.takeUntil(x -> x == n));
            case 5 -> step("takeLast" + n, s -> s.takeLast(n), s -> s.takeLast(n), s -> s.takeLast(n));
            case 6 -> step("skipLast" + n, s -> s.skipLast(n), s -> s.skipLast(n), s -> s.skipLast(n));
            case 7 -> step("distinct", s -> s.distinct(), s -> s.distinct(), s -> s.distinct());
            default ->
                step(
                        "distinctUntilChanged",
                        s -> s.distinctUntilChanged(),
                        s -> s.distinctUntilChanged(),
                        s -> s.distinctUntilChanged());
        };
    }

    private static Step grouping(int dice) {
        int n = dice % 6 + 1;
        int skip = dice / 6 % 4 + 1;
        return switch (dice / 24 % 5) {
            case 3 ->
                step(
                        "bufferWhile%" + n,
                        s -> s.bufferWhile(x -> x % n != 0).map(List::hashCode),
                        s -> s.bufferWhile(x -> x % n != 0).map(List::hashCode),
                        s -> Flowable.fromPublisher(
                                Flux.from(s).bufferWhile(x -> x % n != 0).map(List::hashCode)));
            case 0 ->
                step(
                        "buffer" + n,
                        s -> s.buffer(n).map(List::hashCode),
                        s -> s.buffer(n).map(List::hashCode),
                        s -> s.buffer(n).map(List::hashCode));
            case 1 ->
                step(
                        "buffer" + n + "/" + skip,
                        s -> s.buffer(n, skip).map(List::hashCode),
                        s -> s.buffer(n, skip).map(List::hashCode),
                        s -> s.buffer(n, skip).map(List::hashCode));
            case 2 ->
                step(
                        "bufferUntil%" + n,
                        s -> s.bufferUntil(x -> x % n == 0).map(List::hashCode),
                        s -> s.bufferUntil(x -> x % n == 0).map(List::hashCode),
                        s -> Flowable.fromPublisher(
                                Flux.from(s).bufferUntil(x -> x % n == 0).map(List::hashCode)));
            default -> step("sorted", s -> s.sorted(), s -> s.sort(), s -> s.sorted());
        };
    }

    private static Step flattening(int dice) {
        int n = dice % 3;
        return switch (dice / 6 % 6) {
            case 0 ->
                step(
                        "concatMap*" + n,
                        s -> s.concatMap(x -> AsyncStream.fromIterable(copies(x, n))),
                        s -> s.concatMapDelayError(x -> Flux.fromIterable(copies(x, n)), true, 4),
                        s -> s.concatMapDelayError(x -> Flowable.fromIterable(copies(x, n)), true, 4));
            case 1 ->
                step(
                        "concatMapIterable*" + n,
                        s -> s.concatMapIterable(x -> copies(x, n)),
                        s -> s.concatMapDelayError(x -> Flux.fromIterable(copies(x, n)), true, 4),
                        s -> s.concatMapDelayError(x -> Flowable.fromIterable(copies(x, n)), true, 4));
            case 2 ->
                step(
                        "flatMapOrdered*" + n,
                        s -> s.flatMapOrdered(x -> AsyncStream.fromIterable(copies(x, n)), 3, 2),
                        s -> s.flatMapSequentialDelayError(x -> Flux.fromIterable(copies(x, n)), 3, 2),
                        s -> s.concatMapEagerDelayError(x -> Flowable.fromIterable(copies(x, n)), true, 3, 2));
            case 3 ->
                step(
                        "flatMap1*" + n,
                        s -> s.flatMap(x -> AsyncStream.fromIterable(copies(x, n)), 1),
                        s -> s.flatMapDelayError(x -> Flux.fromIterable(copies(x, n)), 1, 4),
                        s -> s.flatMap(x -> Flowable.fromIterable(copies(x, n)), true, 1));
            case 4 ->
                step(
                        "mapAsync",
                        s -> s.mapAsync(x -> CompletableFuture.completedFuture(x + n), 3),
                        s -> s.map(x -> x + n),
                        s -> s.map(x -> x + n));
            default ->
                new Step(
                        "flatMap3*" + n,
                        false,
                        s -> s.flatMap(x -> AsyncStream.fromIterable(copies(x, n)), 3),
                        s -> s.flatMapDelayError(x -> Flux.fromIterable(copies(x, n)), 3, 4),
                        s -> s.flatMap(x -> Flowable.fromIterable(copies(x, n)), true, 3));
        };
    }

    private static Step recovering(int dice) {
        int n = dice % 6;
        return switch (dice / 6 % 6) {
            case 0 ->
                step("onErrorReturn", s -> s.onErrorReturn(n), s -> s.onErrorReturn(n), s -> s.onErrorReturnItem(n));
            case 1 ->
                step(
                        "onErrorResume",
                        s -> s.onErrorResume(e -> AsyncStream.of(n, 7)),
                        s -> s.onErrorResume(e -> Flux.just(n, 7)),
                        s -> s.onErrorResumeNext(e -> Flowable.just(n, 7)));
            case 2 ->
                step("onErrorComplete", s -> s.onErrorComplete(), s -> s.onErrorComplete(), s -> s.onErrorComplete());
            case 3 -> step("retry" + n % 3, s -> s.retry(n % 3), s -> s.retry(n % 3), s -> s.retry(n % 3));
            case 4 ->
                step(
                        "onErrorMap",
                        s -> s.onErrorMap(e -> new IllegalArgumentException("mapped")),
                        s -> s.onErrorMap(e -> new IllegalArgumentException("mapped")),
                        s -> s.onErrorResumeNext(e -> Flowable.error(new IllegalArgumentException("mapped"))));
            default ->
                step(
                        "repeat" + (n % 3 + 1),
                        s -> s.repeat(n % 3 + 1),
                        s -> n % 3 == 0 ? s : s.repeat(n % 3),
                        s -> s.repeat(n % 3 + 1));
        };
    }

    private static Step holding(int dice) {
        int n = dice % 6;
        return switch (dice / 6 % 4) {
            case 0 -> step("startWith", s -> s.startWith(n), s -> s.startWith(n), s -> s.startWithItem(n));
            case 1 ->
                step("defaultIfEmpty", s -> s.defaultIfEmpty(n), s -> s.defaultIfEmpty(n), s -> s.defaultIfEmpty(n));
            case 2 ->
                step(
                        "switchIfEmpty",
                        s -> s.switchIfEmpty(AsyncStream.of(n, 8)),
                        s -> s.switchIfEmpty(Flux.just(n, 8)),
                        s -> s.switchIfEmpty(Flowable.just(n, 8)));
            default ->
                step(
                        "materialize",
                        s -> s.materialize().<Integer>dematerialize(x -> x),
                        s -> s.materialize().dematerialize(),
                        s -> s.materialize().dematerialize(x -> x));
        };
    }

    private static Step combining(int dice) {
        int n = dice % 6;
        return switch (dice / 6 % 4) {
            case 0 ->
                step(
                        "concatWith",
                        s -> s.concatWith(AsyncStream.of(1, n)),
                        s -> s.concatWith(Flux.just(1, n)),
                        s -> s.concatWith(Flowable.just(1, n)));
            case 1 ->
                step(
                        "elementAt" + n,
                        s -> s.elementAt(n),
                        s -> s.skip(n).take(1),
                        s -> s.elementAt(n).toFlowable());
            case 2 ->
                step(
                        "ignoreItems",
                        s -> s.ignoreItems(),
                        s -> s.ignoreElements().flux(),
                        s -> s.ignoreElements().toFlowable());
            default ->
                new Step(
                        "mergeWith",
                        false,
                        s -> s.mergeWith(AsyncStream.of(1, n)),
                        s -> s.mergeWith(Flux.just(1, n)),
                        s -> s.mergeWith(Flowable.just(1, n)));
        };
    }

    private static int check(int item, int limit) {
        if (item == limit + 3) {
            throw new IllegalStateException("item " + item);
        }
        return item;
    }

    private static List<Integer> copies(int item, int count) {
        return Collections.nCopies(count, item);
    }
}
