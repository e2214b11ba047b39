package dev.weir.perf.streams;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** {@link java.util.stream}, which is not asynchronous: a floor. */
final class JdkLibrary implements Library {
    private static Stream<Integer> numbers(int start, int count) {
        return IntStream.range(start, start + count).boxed();
    }

    private static long sum(Stream<Integer> numbers) {
        return numbers.reduce(0L, Steps::add, Long::sum);
    }

    @Override
    public long range(int n) {
        return sum(numbers(0, n).map(Steps::first).filter(Steps::isWanted).map(Steps::second));
    }

    @Override
    public long justMap() {
        return Stream.of(41).map(Steps::first).findFirst().orElseThrow();
    }

    @Override
    public long flatMap(int outer, int inner) {
        return sum(numbers(0, outer).flatMap(i -> numbers(i, inner)));
    }

    @Override
    public long concatMap(int outer, int inner) {
        return flatMap(outer, inner);
    }

    @Override
    public long groupBy(int n, int groups) {
        return numbers(0, n).collect(Collectors.groupingBy(i -> i % groups, Collectors.counting())).entrySet().stream()
                .mapToLong(group -> group.getValue() * (group.getKey() + 1))
                .sum();
    }

    @Override
    public long scrabble(Scrabble game) {
        NavigableMap<Integer, List<String>> scores = game.words().stream()
                .filter(game::knows)
                .filter(word -> Scrabble.areEnough(blanks(word)))
                .map(word -> new Scrabble.Scored(word, Scrabble.total(word, score(word), best(word))))
                .collect(Collector.of(Scrabble::newScores, Scrabble::enter, Scrabble::onlyOne));
        return Scrabble.checksum(scores);
    }

    private static Stream<Integer> letters(String word) {
        return numbers(0, word.length()).map(i -> Scrabble.letter(word, i));
    }

    private static Stream<Map.Entry<Integer, Integer>> counts(String word) {
        return letters(word)
                .collect(Collector.<Integer, Map<Integer, Integer>>of(
                        Scrabble::newCounts, Scrabble::count, Scrabble::onlyOne))
                .entrySet()
                .stream();
    }

    private static int blanks(String word) {
        return counts(word).map(Scrabble::blanks).reduce(0, Integer::sum);
    }

    private static int score(String word) {
        return counts(word).map(Scrabble::score).reduce(0, Integer::sum);
    }

    private static int best(String word) {
        return letters(word).map(Scrabble::points).reduce(0, Math::max);
    }
}
