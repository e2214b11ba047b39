package dev.weir.perf.streams;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.javadsl.AsPublisher;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/** Pekko Streams: each pipeline is an actor of a system with two threads, and each boundary makes another. */
final class PekkoLibrary implements Library {
    private final ActorSystem system = ActorSystem.create(
            "perf", ConfigFactory.parseString("pekko.loglevel = WARNING").withFallback(ConfigFactory.load()));
    private final ExecutorService two = Executors.newFixedThreadPool(2);

    private static Source<Integer, NotUsed> numbers(int start, int count) {
        return Source.range(start, start + count - 1);
    }

    private static Source<Integer, NotUsed> chain(Source<Integer, NotUsed> numbers) {
        return numbers.map(Steps::first).filter(Steps::isWanted).map(Steps::second);
    }

    private long sum(Source<Integer, NotUsed> numbers) {
        return get(numbers.runFold(0L, Steps::add, system));
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    @Override
    public long range(int n) {
        return sum(chain(numbers(0, n)));
    }

    @Override
    public long justMap() {
        return get(Source.single(41).map(Steps::first).runWith(Sink.head(), system));
    }

    @Override
    public long border(int n) throws InterruptedException {
        SummingSubscriber sum = new SummingSubscriber();
        chain(numbers(0, n))
                .runWith(Sink.<Integer>asPublisher(AsPublisher.WITHOUT_FANOUT), system)
                .subscribe(sum);
        return sum.await();
    }

    @Override
    public long flatMap(int outer, int inner) {
        return sum(numbers(0, outer).flatMapMerge(CONCURRENCY, i -> numbers(i, inner)));
    }

    @Override
    public long concatMap(int outer, int inner) {
        return sum(numbers(0, outer).flatMapConcat(i -> numbers(i, inner)));
    }

    @Override
    public long zip(int n) {
        return sum(numbers(0, n).zipWith(numbers(n, n), Steps::pair));
    }

    @Override
    public long merge(int streams, int n) {
        return sum(numbers(0, n).mergeAll(List.of(numbers(1, n), numbers(2, n), numbers(3, n)), false));
    }

    @Override
    public long groupBy(int n, int groups) {
        return get(numbers(0, n)
                .groupBy(CONCURRENCY, i -> i % groups)
                .fold(0L, (sum, i) -> sum + i % groups + 1)
                .mergeSubstreams()
                .runFold(0L, Long::sum, system));
    }

    @Override
    public long buffer(int n, int size) {
        return get(numbers(0, n).grouped(size).runFold(0L, (sum, list) -> sum + list.size() + list.get(0), system));
    }

    @Override
    public long boundary(int n, int boundaries) {
        Source<Integer, NotUsed> numbers = numbers(0, n);
        for (int i = 0; i < boundaries; i++) {
            numbers = numbers.async();
        }
        return sum(chain(numbers).addAttributes(Attributes.inputBuffer(CAPACITY, CAPACITY)));
    }

    @Override
    public long hop(int n) {
        return boundary(n, 1);
    }

    @Override
    public long mapAsync(int n) {
        return sum(numbers(0, n).mapAsync(CONCURRENCY, i -> CompletableFuture.supplyAsync(() -> Steps.work(i), two)));
    }

    @Override
    public long scrabble(Scrabble game) {
        NavigableMap<Integer, List<String>> scores = get(Source.from(game.words())
                .filter(game::knows)
                .flatMapConcat(word -> blanks(word).filter(Scrabble::areEnough).map(blanks -> word))
                .flatMapConcat(word -> score(word)
                        .zipWith(
                                best(word),
                                (score, best) -> new Scrabble.Scored(word, Scrabble.total(word, score, best))))
                .runFold(
                        Scrabble.newScores(),
                        (all, word) -> {
                            Scrabble.enter(all, word);
                            return all;
                        },
                        system));
        return Scrabble.checksum(scores);
    }

    private static Source<Integer, NotUsed> letters(String word) {
        return numbers(0, word.length()).map(i -> Scrabble.letter(word, i));
    }

    private static Source<Map.Entry<Integer, Integer>, NotUsed> counts(String word) {
        return letters(word)
                .fold(Scrabble.newCounts(), (counts, letter) -> {
                    Scrabble.count(counts, letter);
                    return counts;
                })
                .mapConcat(Map::entrySet);
    }

    private static Source<Integer, NotUsed> blanks(String word) {
        return counts(word).map(Scrabble::blanks).fold(0, Integer::sum);
    }

    private static Source<Integer, NotUsed> score(String word) {
        return counts(word).map(Scrabble::score).fold(0, Integer::sum);
    }

    private static Source<Integer, NotUsed> best(String word) {
        return letters(word).map(Scrabble::points).fold(0, Math::max);
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
        two.shutdown();
    }
}
