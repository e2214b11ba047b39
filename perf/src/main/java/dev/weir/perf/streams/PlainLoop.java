package dev.weir.perf.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/** No library: what the others are checked by, and a floor. */
final class PlainLoop implements Library {
    @Override
    public long range(int n) {
        long sum = 0;
        for (int i = 0; i < n; i++) {
            int first = Steps.first(i);
            if (Steps.isWanted(first)) {
                sum = Steps.add(sum, Steps.second(first));
            }
        }
        return sum;
    }

    @Override
    public long justMap() {
        return Steps.first(41);
    }

    @Override
    public long border(int n) {
        return range(n);
    }

    @Override
    public long flatMap(int outer, int inner) {
        long sum = 0;
        for (int i = 0; i < outer; i++) {
            for (int k = 0; k < inner; k++) {
                sum = Steps.add(sum, i + k);
            }
        }
        return sum;
    }

    @Override
    public long concatMap(int outer, int inner) {
        return flatMap(outer, inner);
    }

    @Override
    public long zip(int n) {
        long sum = 0;
        for (int i = 0; i < n; i++) {
            sum = Steps.add(sum, Steps.pair(i, n + i));
        }
        return sum;
    }

    @Override
    public long merge(int streams, int n) {
        return flatMap(streams, n);
    }

    @Override
    public long groupBy(int n, int groups) {
        long[] counts = new long[groups];
        for (int i = 0; i < n; i++) {
            counts[i % groups]++;
        }
        long sum = 0;
        for (int group = 0; group < groups; group++) {
            sum += counts[group] * (group + 1);
        }
        return sum;
    }

    @Override
    public long buffer(int n, int size) {
        long sum = 0;
        List<Integer> list = new ArrayList<>(size);
        for (int i = 0; i < n; i++) {
            list.add(i);
            if (list.size() == size) {
                sum += list.size() + list.get(0);
                list = new ArrayList<>(size);
            }
        }
        return list.isEmpty() ? sum : sum + list.size() + list.get(0);
    }

    @Override
    public long boundary(int n, int boundaries) {
        return range(n);
    }

    @Override
    public long hop(int n) {
        return range(n);
    }

    @Override
    public long mapAsync(int n) {
        long sum = 0;
        for (int i = 0; i < n; i++) {
            sum = Steps.add(sum, Steps.work(i));
        }
        return sum;
    }

    @Override
    public long scrabble(Scrabble game) {
        NavigableMap<Integer, List<String>> scores = Scrabble.newScores();
        for (String word : game.words()) {
            if (game.knows(word)) {
                Map<Integer, Integer> letters = Scrabble.newCounts();
                int best = 0;
                for (int i = 0; i < word.length(); i++) {
                    int letter = Scrabble.letter(word, i);
                    Scrabble.count(letters, letter);
                    best = Math.max(best, Scrabble.points(letter));
                }
                int blanks = 0;
                int score = 0;
                for (Map.Entry<Integer, Integer> letter : letters.entrySet()) {
                    blanks += Scrabble.blanks(letter);
                    score += Scrabble.score(letter);
                }
                if (Scrabble.areEnough(blanks)) {
                    Scrabble.enter(scores, new Scrabble.Scored(word, Scrabble.total(word, score, best)));
                }
            }
        }
        return Scrabble.checksum(scores);
    }
}
