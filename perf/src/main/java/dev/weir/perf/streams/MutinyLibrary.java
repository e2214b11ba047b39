package dev.weir.perf.streams;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collector;
import org.reactivestreams.FlowAdapters;

/** Mutiny: on the calling thread, and on executors where others are asked for. */
final class MutinyLibrary implements Library {
    private final ExecutorService one = Executors.newSingleThreadExecutor();
    private final ExecutorService two = Executors.newFixedThreadPool(2);

    private static Multi<Integer> chain(Multi<Integer> numbers) {
        return numbers.map(Steps::first).filter(Steps::isWanted).map(Steps::second);
    }

    private static long sum(Multi<Integer> numbers) {
        return numbers.collect()
                .in(() -> new long[1], (sum, n) -> sum[0] = Steps.add(sum[0], n))
                .await()
                .indefinitely()[0];
    }

    @Override
    public long range(int n) {
        return sum(chain(Multi.createFrom().range(0, n)));
    }

    @Override
    public long justMap() {
        return Uni.createFrom().item(41).map(Steps::first).await().indefinitely();
    }

    @Override
    public long border(int n) throws InterruptedException {
        SummingSubscriber sum = new SummingSubscriber();
        chain(Multi.createFrom().range(0, n)).subscribe(FlowAdapters.toFlowSubscriber(sum));
        return sum.await();
    }

    @Override
    public long flatMap(int outer, int inner) {
        return sum(Multi.createFrom()
                .range(0, outer)
                .onItem()
                .transformToMulti(i -> Multi.createFrom().range(i, i + inner))
                .merge(CONCURRENCY));
    }

    @Override
    public long concatMap(int outer, int inner) {
        return sum(Multi.createFrom()
                .range(0, outer)
                .onItem()
                .transformToMultiAndConcatenate(i -> Multi.createFrom().range(i, i + inner)));
    }

    @Override
    public long zip(int n) {
        return sum(Multi.createBy()
                .combining()
                .streams(Multi.createFrom().range(0, n), Multi.createFrom().range(n, 2 * n))
                .using(Steps::pair));
    }

    @Override
    public long merge(int streams, int n) {
        return sum(Multi.createBy()
                .merging()
                .streams(
                        Multi.createFrom().range(0, n),
                        Multi.createFrom().range(1, n + 1),
                        Multi.createFrom().range(2, n + 2),
                        Multi.createFrom().range(3, n + 3)));
    }

    @Override
    public long groupBy(int n, int groups) {
        return Multi.createFrom()
                .range(0, n)
                .group()
                .by(i -> i % groups)
                .onItem()
                .transformToUni(group -> group.collect()
                        .in(() -> new long[1], (count, item) -> count[0]++)
                        .map(count -> count[0] * (group.key() + 1)))
                .merge(CONCURRENCY)
                .collect()
                .in(() -> new long[1], (sum, count) -> sum[0] += count)
                .await()
                .indefinitely()[0];
    }

    @Override
    public long buffer(int n, int size) {
        return Multi.createFrom()
                .range(0, n)
                .group()
                .intoLists()
                .of(size)
                .collect()
                .in(() -> new long[1], (sum, list) -> sum[0] += list.size() + list.get(0))
                .await()
                .indefinitely()[0];
    }

    @Override
    public long boundary(int n, int boundaries) {
        Multi<Integer> numbers = Multi.createFrom().range(0, n);
        for (int i = 0; i < boundaries; i++) {
            numbers = numbers.emitOn(one, CAPACITY);
        }
        return sum(chain(numbers));
    }

    @Override
    public long hop(int n) {
        return sum(chain(Multi.createFrom().range(0, n).runSubscriptionOn(two).emitOn(one, CAPACITY)));
    }

    @Override
    public long mapAsync(int n) {
        return sum(Multi.createFrom()
                .range(0, n)
                .onItem()
                .transformToUni(i -> Uni.createFrom().item(() -> Steps.work(i)).runSubscriptionOn(two))
                .merge(CONCURRENCY)); // Mutiny keeps the order only by calling one at a time
    }

    @Override
    public long scrabble(Scrabble game) {
        NavigableMap<Integer, List<String>> scores = Multi.createFrom()
                .iterable(game.words())
                .filter(game::knows)
                .onItem()
                .transformToMultiAndConcatenate(word ->
                        blanks(word).toMulti().filter(Scrabble::areEnough).map(blanks -> word))
                .onItem()
                .transformToUniAndConcatenate(word -> Uni.combine()
                        .all()
                        .unis(score(word), best(word))
                        .with((score, best) -> new Scrabble.Scored(word, Scrabble.total(word, score, best))))
                .collect()
                .in(Scrabble::newScores, Scrabble::enter)
                .await()
                .indefinitely();
        return Scrabble.checksum(scores);
    }

    private static Multi<Integer> letters(String word) {
        return Multi.createFrom().range(0, word.length()).map(i -> Scrabble.letter(word, i));
    }

    private static Multi<Map.Entry<Integer, Integer>> counts(String word) {
        return letters(word)
                .collect()
                .in(Scrabble::newCounts, Scrabble::count)
                .onItem()
                .transformToMulti(counts -> Multi.createFrom().iterable(counts.entrySet()));
    }

    private static Uni<Integer> blanks(String word) {
        return total(counts(word).map(Scrabble::blanks));
    }

    private static Uni<Integer> score(String word) {
        return total(counts(word).map(Scrabble::score));
    }

    private static Uni<Integer> total(Multi<Integer> numbers) {
        return numbers.collect()
                .with(Collector.of(() -> new int[1], (sum, n) -> sum[0] += n, Scrabble::onlyOne, sum -> sum[0]));
    }

    private static Uni<Integer> best(String word) {
        return letters(word)
                .map(Scrabble::points)
                .collect()
                .with(Collector.of(
                        () -> new int[1],
                        (best, n) -> best[0] = Math.max(best[0], n),
                        Scrabble::onlyOne,
                        best -> best[0]));
    }

    @Override
    public void close() {
        one.shutdown();
        two.shutdown();
    }
}
