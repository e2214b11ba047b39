package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Random chains of pure operators give what {@link java.util.stream.Stream} gives. */
class RandomPipelineTest {
    private static final int PIPELINES = 3_000;
    private static final int[] BUDGETS = {1, 2, 7, 128};

    /** The same step for both worlds. */
    private record Step(
            String name,
            Function<AsyncStream<Integer>, AsyncStream<Integer>> ours,
            Function<Stream<Integer>, Stream<Integer>> theirs) {}

    @Test
    void random_chains_agree_with_java_util_stream() throws Exception {
        long seed = System.nanoTime();
        for (int i = 0; i < PIPELINES; i++) {
            Random random = new Random(seed + i);
            Rig rig = new Rig(BUDGETS[random.nextInt(BUDGETS.length)]);
            Feed feed = new Feed(rig, random.nextInt(3));
            Integer[] items = random.ints(random.nextInt(20), -9, 10).boxed().toArray(Integer[]::new);

            StringBuilder description = new StringBuilder(List.of(items).toString());
            AsyncStream<Integer> ours = feed.stream(items);
            Stream<Integer> theirs = Stream.of(items);
            for (int steps = random.nextInt(6); steps > 0; steps--) {
                Step step = step(random, feed);
                description.append('.').append(step.name);
                ours = step.ours.apply(ours);
                theirs = step.theirs.apply(theirs);
            }

            assertThat(rig.drain(ours.open()))
                    .as("seed %d: %s", seed + i, description)
                    .isEqualTo(theirs.collect(Collectors.toList()));
            feed.assertAllClosed();
        }
    }

    private static Step step(Random random, Feed feed) {
        int n = random.nextInt(6);
        return switch (random.nextInt(12)) {
            case 0 -> new Step("map(+" + n + ")", s -> s.map(x -> x + n), s -> s.map(x -> x + n));
            case 1 ->
                new Step(
                        "filter(%" + (n + 1) + ")",
                        s -> s.filter(x -> x % (n + 1) == 0),
                        s -> s.filter(x -> x % (n + 1) == 0));
            case 2 -> new Step("take(" + n + ")", s -> s.take(n), s -> s.limit(n));
            case 3 -> new Step("skip(" + n + ")", s -> s.skip(n), s -> s.skip(n));
            case 4 -> new Step("takeWhile(<" + n + ")", s -> s.takeWhile(x -> x < n), s -> s.takeWhile(x -> x < n));
            case 5 -> new Step("skipWhile(<" + n + ")", s -> s.skipWhile(x -> x < n), s -> s.dropWhile(x -> x < n));
            case 6 ->
                new Step(
                        "concatMap(" + n % 3 + " copies)",
                        s -> s.concatMap(x -> feed.stream(copies(x, n % 3))),
                        s -> s.flatMap(x -> Stream.of(copies(x, n % 3))));
            case 7 ->
                new Step(
                        "flatMap(" + n % 3 + " copies, 1)",
                        s -> s.flatMap(x -> feed.stream(copies(x, n % 3)), 1),
                        s -> s.flatMap(x -> Stream.of(copies(x, n % 3))));
            case 8 ->
                new Step(
                        "concatWith(1..)",
                        s -> s.concatWith(feed.stream(1, n)),
                        s -> Stream.concat(s, Stream.of(1, n)));
            case 9 ->
                new Step(
                        "scan(+)", s -> s.scan(0, Integer::sum), s -> Stream.concat(Stream.of(0), s.map(runningSum())));
            case 10 ->
                new Step(
                        "buffer(" + (n + 1) + ")",
                        s -> s.buffer(n + 1).map(List::hashCode),
                        s -> chunks(s.collect(Collectors.toList()), n + 1).map(List::hashCode));
            default ->
                new Step("merge(nothing)", s -> s.mergeWith(feed.stream()).peek(x -> {}), s -> s);
        };
    }

    private static Integer[] copies(Integer item, int count) {
        Integer[] copies = new Integer[count];
        Arrays.fill(copies, item);
        return copies;
    }

    private static Function<Integer, Integer> runningSum() {
        int[] sum = {0};
        return x -> sum[0] += x;
    }

    private static Stream<List<Integer>> chunks(List<Integer> items, int size) {
        List<List<Integer>> chunks = new ArrayList<>();
        for (int from = 0; from < items.size(); from += size) {
            chunks.add(items.subList(from, Math.min(items.size(), from + size)));
        }
        return chunks.stream();
    }
}
