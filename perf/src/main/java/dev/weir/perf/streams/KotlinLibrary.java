package dev.weir.perf.streams;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlin.coroutines.intrinsics.IntrinsicsKt;
import kotlin.jvm.functions.Function3;
import kotlin.ranges.IntRange;
import kotlinx.coroutines.BuildersKt;
import kotlinx.coroutines.Dispatchers;
import kotlinx.coroutines.channels.BufferOverflow;
import kotlinx.coroutines.flow.Flow;
import kotlinx.coroutines.flow.FlowKt;

/**
 * Kotlin's flows, on the calling thread in {@code runBlocking}, with lambdas of Java for functions that do not suspend.
 * Operators that Kotlin's compiler would write out in the user's class are called instead.
 */
final class KotlinLibrary implements Library {
    private static Flow<Integer> numbers(int start, int count) {
        return FlowKt.asFlow(new IntRange(start, start + count - 1));
    }

    private static Flow<Integer> chain(Flow<Integer> numbers) {
        Flow<Integer> first = FlowKt.map(numbers, (Integer n, Continuation<? super Integer> k) -> Steps.first(n));
        Flow<Integer> wanted = FlowKt.filter(first, (Integer n, Continuation<? super Boolean> k) -> Steps.isWanted(n));
        return FlowKt.map(wanted, (Integer n, Continuation<? super Integer> k) -> Steps.second(n));
    }

    private static <T, A> A fold(Flow<T> flow, A seed, Function3<A, T, Continuation<? super A>, Object> step)
            throws InterruptedException {
        return BuildersKt.<A>runBlocking(
                EmptyCoroutineContext.INSTANCE, (scope, k) -> FlowKt.<T, A>fold(flow, seed, step, k));
    }

    private static long sum(Flow<Integer> numbers) throws InterruptedException {
        return KotlinLibrary.<Integer, Long>fold(numbers, 0L, (sum, n, k) -> Steps.add(sum, n));
    }

    @Override
    public long range(int n) throws InterruptedException {
        return sum(chain(numbers(0, n)));
    }

    @Override
    public long justMap() throws InterruptedException {
        return sum(
                FlowKt.map(FlowKt.<Integer>flowOf(41), (Integer n, Continuation<? super Integer> k) -> Steps.first(n)));
    }

    @Override
    public long flatMap(int outer, int inner) throws InterruptedException {
        return sum(FlowKt.<Integer, Integer>flatMapMerge(numbers(0, outer), CONCURRENCY, (i, k) -> numbers(i, inner)));
    }

    @Override
    public long concatMap(int outer, int inner) throws InterruptedException {
        return sum(FlowKt.<Integer, Integer>flatMapConcat(numbers(0, outer), (i, k) -> numbers(i, inner)));
    }

    @Override
    public long zip(int n) throws InterruptedException {
        return sum(FlowKt.<Integer, Integer, Integer>zip(
                numbers(0, n), numbers(n, n), (left, right, k) -> Steps.pair(left, right)));
    }

    @Override
    public long merge(int streams, int n) throws InterruptedException {
        return sum(FlowKt.<Integer>merge(List.of(numbers(0, n), numbers(1, n), numbers(2, n), numbers(3, n))));
    }

    @Override
    public long buffer(int n, int size) throws InterruptedException {
        return KotlinLibrary.<List<Integer>, Long>fold(
                FlowKt.chunked(numbers(0, n), size), 0L, (sum, list, k) -> sum + list.size() + list.get(0));
    }

    @Override
    public long boundary(int n, int boundaries) throws InterruptedException {
        Flow<Integer> numbers = numbers(0, n);
        for (int i = 0; i < boundaries; i++) {
            // a step between, or Kotlin would make one buffer of them all
            numbers = FlowKt.map(apart(numbers), (Integer item, Continuation<? super Integer> k) -> item);
        }
        return sum(chain(numbers));
    }

    private static Flow<Integer> apart(Flow<Integer> numbers) {
        return FlowKt.buffer(numbers, CAPACITY, BufferOverflow.SUSPEND);
    }

    @Override
    public long hop(int n) throws InterruptedException {
        return sum(chain(apart(FlowKt.flowOn(numbers(0, n), Dispatchers.getDefault()))));
    }

    /** In any order, as Kotlin has no ordered form. */
    @Override
    public long mapAsync(int n) throws InterruptedException {
        return sum(FlowKt.<Integer, Integer>flatMapMerge(
                numbers(0, n),
                CONCURRENCY,
                (i, k) -> FlowKt.flowOn(
                        FlowKt.<Integer>flow((collector, next) -> collector.emit(Steps.work(i), next)),
                        Dispatchers.getDefault())));
    }

    @Override
    public long scrabble(Scrabble game) throws InterruptedException {
        Flow<String> known = FlowKt.filter(
                FlowKt.asFlow(game.words()), (String word, Continuation<? super Boolean> k) -> game.knows(word));
        Flow<String> laid = FlowKt.filter(
                known, (String word, Continuation<? super Boolean> k) -> Scrabble.areEnough(blanks(word, k)));
        Flow<Scrabble.Scored> scored = FlowKt.map(
                laid,
                (String word, Continuation<? super Scrabble.Scored> k) ->
                        new Scrabble.Scored(word, Scrabble.total(word, score(word, k), best(word, k))));
        return Scrabble.checksum(KotlinLibrary.<Scrabble.Scored, NavigableMap<Integer, List<String>>>fold(
                scored, Scrabble.newScores(), (all, word, k) -> {
                    Scrabble.enter(all, word);
                    return all;
                }));
    }

    private static Flow<Integer> letters(String word) {
        return FlowKt.map(
                numbers(0, word.length()), (Integer i, Continuation<? super Integer> k) -> Scrabble.letter(word, i));
    }

    private static Flow<Map.Entry<Integer, Integer>> counts(String word, Continuation<?> k) {
        Map<Integer, Integer> counts = KotlinLibrary.<Integer, Map<Integer, Integer>>foldNow(
                letters(word),
                Scrabble.newCounts(),
                (all, letter, next) -> {
                    Scrabble.count(all, letter);
                    return all;
                },
                k);
        return FlowKt.asFlow(counts.entrySet());
    }

    private static int blanks(String word, Continuation<?> k) {
        return total(
                FlowKt.map(
                        counts(word, k),
                        (Map.Entry<Integer, Integer> letter, Continuation<? super Integer> next) ->
                                Scrabble.blanks(letter)),
                k);
    }

    private static int score(String word, Continuation<?> k) {
        return total(
                FlowKt.map(
                        counts(word, k),
                        (Map.Entry<Integer, Integer> letter, Continuation<? super Integer> next) ->
                                Scrabble.score(letter)),
                k);
    }

    private static int total(Flow<Integer> numbers, Continuation<?> k) {
        return KotlinLibrary.<Integer, Integer>foldNow(numbers, 0, (sum, n, next) -> sum + n, k);
    }

    private static int best(String word, Continuation<?> k) {
        return KotlinLibrary.<Integer, Integer>foldNow(
                FlowKt.map(
                        letters(word), (Integer letter, Continuation<? super Integer> next) -> Scrabble.points(letter)),
                0,
                (best, n, next) -> Math.max(best, n),
                k);
    }

    /** Folds a flow that never suspends, as a call of a suspending function does then. */
    @SuppressWarnings("unchecked")
    private static <T, A> A foldNow(
            Flow<T> flow, A seed, Function3<A, T, Continuation<? super A>, Object> step, Continuation<?> k) {
        Object result = FlowKt.<T, A>fold(flow, seed, step, (Continuation<A>) k);
        if (result == IntrinsicsKt.getCOROUTINE_SUSPENDED()) {
            throw new IllegalStateException("the flow has suspended");
        }
        return (A) result;
    }
}
