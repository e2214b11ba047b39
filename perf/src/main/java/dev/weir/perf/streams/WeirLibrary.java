package dev.weir.perf.streams;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.stream.GroupedStream;
import dev.weir.task.Pollable;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.stream.Collector;

/** Weir: on the calling thread, and on runtimes of their own where two threads are asked for. */
final class WeirLibrary implements Library {
    private final CurrentThreadRuntime here = TaskRuntime.currentThread().build();
    private final TaskRuntime there = TaskRuntime.builder().workers(1).build();
    private final TaskRuntime two = TaskRuntime.builder().workers(2).build();

    private static AsyncStream<Integer> chain(AsyncStream<Integer> numbers) {
        return numbers.map(Steps::first).filter(Steps::isWanted).map(Steps::second);
    }

    private long sum(AsyncStream<Integer> numbers) {
        return here.blockOn(numbers.reduce(0L, Steps::add));
    }

    @Override
    public long range(int n) {
        return sum(chain(AsyncStream.range(0, n)));
    }

    @Override
    public long justMap() {
        return here.blockOn(AsyncStream.of(41).map(Steps::first).single());
    }

    @Override
    public long border(int n) throws InterruptedException {
        SummingSubscriber sum = new SummingSubscriber();
        chain(AsyncStream.range(0, n)).on(here).subscribe(sum);
        here.runUntilIdle();
        return sum.await();
    }

    @Override
    public long flatMap(int outer, int inner) {
        return sum(AsyncStream.range(0, outer).flatMap(i -> AsyncStream.range(i, inner), CONCURRENCY));
    }

    @Override
    public long concatMap(int outer, int inner) {
        return sum(AsyncStream.range(0, outer).concatMap(i -> AsyncStream.range(i, inner)));
    }

    @Override
    public long zip(int n) {
        return sum(AsyncStream.range(0, n).zipWith(AsyncStream.range(n, n), Steps::pair));
    }

    @Override
    public long merge(int streams, int n) {
        return sum(AsyncStream.merge(
                AsyncStream.range(0, n), AsyncStream.range(1, n), AsyncStream.range(2, n), AsyncStream.range(3, n)));
    }

    @Override
    public long groupBy(int n, int groups) {
        return here.blockOn(AsyncStream.range(0, n)
                .groupBy(i -> i % groups, CAPACITY)
                .flatMap(WeirLibrary::weighed, CONCURRENCY)
                .reduce(0L, Long::sum));
    }

    private static AsyncStream<Long> weighed(GroupedStream<Integer, Integer> group) {
        return AsyncStream.fromPollable(group.items().count().map(count -> count * (group.key() + 1)));
    }

    @Override
    public long buffer(int n, int size) {
        return here.blockOn(
                AsyncStream.range(0, n).buffer(size).reduce(0L, (sum, list) -> sum + list.size() + list.get(0)));
    }

    @Override
    public long boundary(int n, int boundaries) {
        AsyncStream<Integer> numbers = AsyncStream.range(0, n).detach(CAPACITY);
        for (int i = 1; i < boundaries; i++) {
            numbers = numbers.detach(CAPACITY);
        }
        return sum(chain(numbers));
    }

    @Override
    public long hop(int n) {
        return sum(chain(AsyncStream.range(0, n).detach(there, CAPACITY)));
    }

    /** The stream runs where its calls do, as those of the others do: none has a third thread to wake. */
    @Override
    public long mapAsync(int n) {
        return two.spawn(AsyncStream.range(0, n)
                        .mapAsync(
                                i -> two.spawn(Pollable.of(() -> Steps.work(i))).toCompletionStage(), CONCURRENCY)
                        .reduce(0L, Steps::add))
                .join();
    }

    @Override
    public long scrabble(Scrabble game) {
        NavigableMap<Integer, List<String>> scores = here.blockOn(AsyncStream.fromIterable(game.words())
                .filter(game::knows)
                .concatMap(word -> blanks(word).filter(Scrabble::areEnough).map(blanks -> word))
                .concatMap(word -> score(word)
                        .zipWith(
                                best(word),
                                (score, best) -> new Scrabble.Scored(word, Scrabble.total(word, score, best))))
                .collect(Collector.of(Scrabble::newScores, Scrabble::enter, Scrabble::onlyOne)));
        return Scrabble.checksum(scores);
    }

    private static AsyncStream<Integer> letters(String word) {
        return AsyncStream.range(0, word.length()).map(i -> Scrabble.letter(word, i));
    }

    private static AsyncStream<Map.Entry<Integer, Integer>> counts(String word) {
        return AsyncStream.fromPollable(
                        letters(word).collect(Collector.of(Scrabble::newCounts, Scrabble::count, Scrabble::onlyOne)))
                .concatMapIterable(Map::entrySet);
    }

    private static AsyncStream<Integer> blanks(String word) {
        return AsyncStream.fromPollable(counts(word).map(Scrabble::blanks).reduce(0, Integer::sum));
    }

    private static AsyncStream<Integer> score(String word) {
        return AsyncStream.fromPollable(counts(word).map(Scrabble::score).reduce(0, Integer::sum));
    }

    private static AsyncStream<Integer> best(String word) {
        return AsyncStream.fromPollable(letters(word).map(Scrabble::points).reduce(0, Math::max));
    }

    @Override
    public void close() {
        here.close();
        there.close();
        two.close();
    }
}
