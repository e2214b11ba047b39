package dev.weir.perf.streams;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Reactor: on the calling thread, and on its own schedulers where others are asked for. */
final class ReactorLibrary implements Library {
    private static Flux<Integer> chain(Flux<Integer> numbers) {
        return numbers.map(Steps::first).filter(Steps::isWanted).map(Steps::second);
    }

    private static long sum(Flux<Integer> numbers) {
        return get(numbers.reduce(0L, Steps::add));
    }

    private static <T> T get(Mono<T> mono) {
        @Nullable T result = mono.block();
        return Objects.requireNonNull(result);
    }

    @Override
    public long range(int n) {
        return sum(chain(Flux.range(0, n)));
    }

    @Override
    public long justMap() {
        return get(Mono.just(41).map(Steps::first));
    }

    @Override
    public long border(int n) throws InterruptedException {
        SummingSubscriber sum = new SummingSubscriber();
        chain(Flux.range(0, n)).subscribe(sum);
        return sum.await();
    }

    @Override
    public long flatMap(int outer, int inner) {
        return sum(Flux.range(0, outer).flatMap(i -> Flux.range(i, inner), CONCURRENCY));
    }

    @Override
    public long concatMap(int outer, int inner) {
        return sum(Flux.range(0, outer).concatMap(i -> Flux.range(i, inner)));
    }

    @Override
    public long zip(int n) {
        return sum(Flux.range(0, n).zipWith(Flux.range(n, n), Steps::pair));
    }

    @Override
    public long merge(int streams, int n) {
        return sum(Flux.merge(Flux.range(0, n), Flux.range(1, n), Flux.range(2, n), Flux.range(3, n)));
    }

    @Override
    public long groupBy(int n, int groups) {
        return get(Flux.range(0, n)
                .groupBy(i -> i % groups, CAPACITY)
                .flatMap(group -> group.count().map(count -> count * (group.key() + 1)), CONCURRENCY)
                .reduce(0L, Long::sum));
    }

    @Override
    public long buffer(int n, int size) {
        return get(Flux.range(0, n).buffer(size).reduce(0L, (sum, list) -> sum + list.size() + list.get(0)));
    }

    @Override
    public long boundary(int n, int boundaries) {
        Flux<Integer> numbers = Flux.range(0, n);
        for (int i = 0; i < boundaries; i++) {
            numbers = numbers.publishOn(Schedulers.single(), CAPACITY);
        }
        return sum(chain(numbers));
    }

    @Override
    public long hop(int n) {
        return sum(chain(Flux.range(0, n).subscribeOn(Schedulers.parallel()).publishOn(Schedulers.single(), CAPACITY)));
    }

    @Override
    public long mapAsync(int n) {
        return sum(Flux.range(0, n)
                .flatMapSequential(
                        i -> Mono.fromCallable(() -> Steps.work(i)).subscribeOn(Schedulers.parallel()), CONCURRENCY));
    }

    @Override
    public long scrabble(Scrabble game) {
        NavigableMap<Integer, List<String>> scores = get(Flux.fromIterable(game.words())
                .filter(game::knows)
                .concatMap(word -> blanks(word).filter(Scrabble::areEnough).map(blanks -> word))
                .concatMap(word -> score(word)
                        .zipWith(
                                best(word),
                                (score, best) -> new Scrabble.Scored(word, Scrabble.total(word, score, best))))
                .collect(Scrabble::newScores, Scrabble::enter));
        return Scrabble.checksum(scores);
    }

    private static Flux<Integer> letters(String word) {
        return Flux.range(0, word.length()).map(i -> Scrabble.letter(word, i));
    }

    private static Flux<Map.Entry<Integer, Integer>> counts(String word) {
        return letters(word).collect(Scrabble::newCounts, Scrabble::count).flatMapIterable(Map::entrySet);
    }

    private static Mono<Integer> blanks(String word) {
        return counts(word).map(Scrabble::blanks).reduce(0, Integer::sum);
    }

    private static Mono<Integer> score(String word) {
        return counts(word).map(Scrabble::score).reduce(0, Integer::sum);
    }

    private static Mono<Integer> best(String word) {
        return letters(word).map(Scrabble::points).reduce(0, Math::max);
    }
}
