package dev.weir.perf.streams;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.schedulers.Schedulers;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;

/** RxJava: on the calling thread, and on its own schedulers where others are asked for. */
final class RxJavaLibrary implements Library {
    private static Flowable<Integer> chain(Flowable<Integer> numbers) {
        return numbers.map(Steps::first).filter(Steps::isWanted).map(Steps::second);
    }

    private static long sum(Flowable<Integer> numbers) {
        return numbers.reduce(0L, Steps::add).blockingGet();
    }

    @Override
    public long range(int n) {
        return sum(chain(Flowable.range(0, n)));
    }

    @Override
    public long justMap() {
        return Single.just(41).map(Steps::first).blockingGet();
    }

    @Override
    public long border(int n) throws InterruptedException {
        SummingSubscriber sum = new SummingSubscriber();
        chain(Flowable.range(0, n)).subscribe(sum);
        return sum.await();
    }

    @Override
    public long flatMap(int outer, int inner) {
        return sum(Flowable.range(0, outer).flatMap(i -> Flowable.range(i, inner), CONCURRENCY));
    }

    @Override
    public long concatMap(int outer, int inner) {
        return sum(Flowable.range(0, outer).concatMap(i -> Flowable.range(i, inner)));
    }

    @Override
    public long zip(int n) {
        return sum(Flowable.range(0, n).zipWith(Flowable.range(n, n), Steps::pair));
    }

    @Override
    public long merge(int streams, int n) {
        return sum(
                Flowable.merge(Flowable.range(0, n), Flowable.range(1, n), Flowable.range(2, n), Flowable.range(3, n)));
    }

    @Override
    public long groupBy(int n, int groups) {
        return Flowable.range(0, n)
                .groupBy(i -> i % groups, i -> i, false, CAPACITY)
                .flatMapSingle(
                        group -> group.count().map(count -> count * (Objects.requireNonNull(group.getKey()) + 1)),
                        false,
                        CONCURRENCY)
                .reduce(0L, Long::sum)
                .blockingGet();
    }

    @Override
    public long buffer(int n, int size) {
        return Flowable.range(0, n)
                .buffer(size)
                .reduce(0L, (sum, list) -> sum + list.size() + list.get(0))
                .blockingGet();
    }

    @Override
    public long boundary(int n, int boundaries) {
        Flowable<Integer> numbers = Flowable.range(0, n);
        for (int i = 0; i < boundaries; i++) {
            numbers = numbers.observeOn(Schedulers.single(), false, CAPACITY);
        }
        return sum(chain(numbers));
    }

    @Override
    public long hop(int n) {
        return sum(chain(Flowable.range(0, n)
                .subscribeOn(Schedulers.computation())
                .observeOn(Schedulers.single(), false, CAPACITY)));
    }

    @Override
    public long mapAsync(int n) {
        return sum(Flowable.range(0, n)
                .concatMapEager(
                        i -> Flowable.fromCallable(() -> Steps.work(i)).subscribeOn(Schedulers.computation()),
                        CONCURRENCY,
                        1));
    }

    @Override
    public long scrabble(Scrabble game) {
        NavigableMap<Integer, List<String>> scores = Flowable.fromIterable(game.words())
                .filter(game::knows)
                .concatMapMaybe(word -> blanks(word).filter(Scrabble::areEnough).map(blanks -> word))
                .concatMapSingle(word -> score(word)
                        .zipWith(
                                best(word),
                                (score, best) -> new Scrabble.Scored(word, Scrabble.total(word, score, best))))
                .collect(Scrabble::newScores, Scrabble::enter)
                .blockingGet();
        return Scrabble.checksum(scores);
    }

    private static Flowable<Integer> letters(String word) {
        return Flowable.range(0, word.length()).map(i -> Scrabble.letter(word, i));
    }

    private static Flowable<Map.Entry<Integer, Integer>> counts(String word) {
        return letters(word).collect(Scrabble::newCounts, Scrabble::count).flattenAsFlowable(Map::entrySet);
    }

    private static Single<Integer> blanks(String word) {
        return counts(word).map(Scrabble::blanks).reduce(0, Integer::sum);
    }

    private static Single<Integer> score(String word) {
        return counts(word).map(Scrabble::score).reduce(0, Integer::sum);
    }

    private static Single<Integer> best(String word) {
        return letters(word).map(Scrabble::points).reduce(0, Math::max);
    }
}
