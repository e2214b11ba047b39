package dev.weir.perf.streams;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Shakespeare plays Scrabble, José Paumard's benchmark: which words of a text score highest with the letters of the
 * game. Most of it is streams of a few items, put together by the hundred thousand. Its text is not at hand; these words
 * are made from a seed, with the frequencies of English letters, and half of them are in the dictionary.
 */
final class Scrabble {
    static final int WORDS = 5_000;
    static final Scrabble GAME = new Scrabble(WORDS, 20061);

    private static final int BLANKS = 2;
    private static final int LONG_WORD = 7;
    private static final int LONG_BONUS = 50;
    private static final int WINNERS = 3;
    private static final String FREQUENCIES = "eeeeeeeeeeeetttttttttaaaaaaaaooooooooiiiiiiinnnnnnnssssss"
            + "hhhhhhrrrrrrddddllllcccuuummmwwffggyyppbbvkjxqz";
    private static final int[] POINTS = {1, 3, 3, 2, 1, 4, 2, 4, 1, 8, 5, 1, 3, 1, 1, 3, 10, 1, 1, 1, 1, 4, 4, 8, 4, 10
    };
    private static final int[] TILES = {9, 2, 2, 1, 12, 2, 3, 2, 9, 1, 1, 4, 2, 6, 8, 2, 1, 6, 4, 6, 4, 2, 2, 1, 2, 1};

    private final List<String> words = new ArrayList<>();
    private final Set<String> dictionary = new HashSet<>();

    Scrabble(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            String word = word(random);
            words.add(word);
            if (random.nextBoolean()) {
                dictionary.add(word);
            }
        }
    }

    private static String word(SplittableRandom random) {
        StringBuilder word = new StringBuilder();
        for (int left = 3 + random.nextInt(8); left > 0; left--) {
            word.append(FREQUENCIES.charAt(random.nextInt(FREQUENCIES.length())));
        }
        return word.toString();
    }

    List<String> words() {
        return words;
    }

    boolean knows(String word) {
        return dictionary.contains(word);
    }

    static int letter(String word, int index) {
        return word.charAt(index) - 'a';
    }

    static int points(int letter) {
        return POINTS[letter];
    }

    /** Returns how many blank tiles a letter that occurs so often needs. */
    static int blanks(Map.Entry<Integer, Integer> letter) {
        return Math.max(0, letter.getValue() - TILES[letter.getKey()]);
    }

    /** Returns what a letter that occurs so often scores: blank tiles score nothing. */
    static int score(Map.Entry<Integer, Integer> letter) {
        return POINTS[letter.getKey()] * Math.min(letter.getValue(), TILES[letter.getKey()]);
    }

    /** Returns the score of a word on a double field beside its best letter. */
    static int total(String word, int score, int best) {
        return 2 * (score + best) + (word.length() == LONG_WORD ? LONG_BONUS : 0);
    }

    /** Tells whether the game has as many blank tiles. */
    static boolean areEnough(int blanks) {
        return blanks <= BLANKS;
    }

    static void count(Map<Integer, Integer> letters, int letter) {
        letters.merge(letter, 1, Integer::sum);
    }

    static Map<Integer, Integer> newCounts() {
        return new HashMap<>();
    }

    static NavigableMap<Integer, List<String>> newScores() {
        return new TreeMap<>();
    }

    static void enter(NavigableMap<Integer, List<String>> scores, Scored word) {
        scores.computeIfAbsent(word.score(), score -> new ArrayList<>()).add(word.word());
    }

    /** Combines the containers of a collector that is never run in parallel: there is one. */
    static <A> A onlyOne(A left, A right) {
        if (left != right) {
            throw new IllegalStateException("two containers: " + left + ", " + right);
        }
        return left;
    }

    /** Returns a sum over the best scores and their words. */
    static long checksum(NavigableMap<Integer, List<String>> scores) {
        return scores.descendingMap().entrySet().stream()
                .limit(WINNERS)
                .mapToLong(entry -> 31L * entry.getKey() + entry.getValue().hashCode())
                .sum();
    }

    /** A word and what it scores. */
    record Scored(String word, int score) {}
}
