package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Source;
import dev.weir.testkit.simulation.Simulation;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.schedulers.TestScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Lists and windows that begin and end when other streams say so. */
class IntervalsTest {
    private static final int SEEDS = Boolean.getBoolean("weir.long") ? 10_000 : 25;
    private static final int SHAPES = Boolean.getBoolean("weir.long") ? 20_000 : 60;

    private final Rig rig = new Rig(128);

    /** Items 0, 1, 2, … at these times, and the end at another. */
    private static AsyncStream<Integer> at(List<Integer> millis, int end) {
        return AsyncStream.range(0, millis.size())
                .concatMap(i -> AsyncStream.timer(Duration.ofMillis(millis.get(i) - (i == 0 ? 0 : millis.get(i - 1))))
                        .map(tick -> i))
                .concatWith(AsyncStream.timer(
                                Duration.ofMillis(end - (millis.isEmpty() ? 0 : millis.get(millis.size() - 1))))
                        .ignoreItems());
    }

    private static Flowable<Integer> at(List<Integer> millis, int end, TestScheduler time) {
        return Flowable.range(0, millis.size())
                .flatMap(i -> Flowable.timer(millis.get(i), TimeUnit.MILLISECONDS, time)
                        .map(tick -> i))
                .mergeWith(Flowable.<Integer>never().takeUntil(Flowable.timer(end, TimeUnit.MILLISECONDS, time)));
    }

    /** Sorted, different, before an end, and such that no two kinds of events happen at the same time. */
    private static List<Integer> times(Random random, int count, int kind) {
        return random.ints(0, 30)
                .distinct()
                .limit(count)
                .sorted()
                .mapToObj(n -> 4 * n + kind + 1)
                .toList();
    }

    @Test
    void lists_that_are_opened_and_closed_are_those_of_rxjava() throws Exception {
        for (int seed = 0; seed < SHAPES; seed++) {
            Random random = new Random(seed);
            List<Integer> items = times(random, random.nextInt(20), 0);
            List<Integer> openings = times(random, random.nextInt(8), 1);
            int end = 4 * (1 + random.nextInt(40));
            int length = 4 * random.nextInt(12) + 1; // an opening and this end at kind 2
            List<Integer> seen = items.stream().filter(time -> time < end).toList();

            TestScheduler time = new TestScheduler();
            var theirs = at(seen, end, time)
                    .buffer(at(openings, 1000, time), n -> Flowable.timer(length, TimeUnit.MILLISECONDS, time))
                    .filter(list -> !list.isEmpty())
                    .test();
            time.advanceTimeBy(2, TimeUnit.SECONDS);
            List<List<Integer>> ours = new Rig(1 + seed % 3)
                    .drain(at(seen, end)
                            .bufferWhen(at(openings, 1000), n -> AsyncStream.timer(Duration.ofMillis(length)))
                            .open());
            List<List<Integer>> windows = new Rig(1 + seed % 3)
                    .drain(at(seen, end)
                            .windowWhen(at(openings, 1000), n -> AsyncStream.timer(Duration.ofMillis(length)), 99)
                            .flatMapOrdered(window -> window.buffer(99), 99, 1)
                            .open());

            assertThat(ours).as("seed %d", seed).isEqualTo(theirs.values());
            assertThat(windows).as("seed %d, windows", seed).containsExactlyInAnyOrderElementsOf(theirs.values());
        }
    }

    @Test
    void windows_that_end_when_another_stream_says_so_are_the_lists_that_do() throws Exception {
        for (int seed = 0; seed < SHAPES; seed++) {
            Random random = new Random(seed);
            List<Integer> items = times(random, random.nextInt(20), 0);
            List<Integer> boundaries = times(random, random.nextInt(8), 1);
            List<List<Integer>> windows = new Rig(1 + seed % 4)
                    .drain(at(items, 500)
                            .windowWhen(at(boundaries, 1000), 99)
                            .concatMap(window -> window.buffer(99))
                            .open());
            List<List<Integer>> lists = new Rig(1 + seed % 4)
                    .drain(at(items, 500).bufferWhen(at(boundaries, 1000)).open());

            assertThat(windows).as("seed %d", seed).isEqualTo(lists);
        }
    }

    @Test
    void without_demand_nothing_is_asked() throws Exception {
        Feed feed = new Feed(rig, 0);
        Source<List<Integer>> lists = feed.stream(1, 2, 3)
                .bufferWhen(feed.stream("a", "b"), opening -> feed.stream("end"))
                .open();
        assertThat(feed.opened).allMatch(source -> source.polls == 0);
        lists.close();
        feed.assertAllClosed();
    }

    @Test
    void what_no_interval_wants_is_dropped_within_the_budget() throws Exception {
        Rig tight = new Rig(7);
        Source<List<Integer>> lists = AsyncStream.range(0, 70)
                .bufferWhen(AsyncStream.never(), opening -> AsyncStream.never())
                .open();
        assertThat(tight.drain(lists)).isEmpty();
        assertThat(tight.turns).isBetween(10, 12);
    }

    @Test
    void it_ends_with_the_last_interval_when_none_will_be_opened() throws Exception {
        List<List<Integer>> lists = new ArrayList<>();
        lists.addAll(rig.drain(AsyncStream.interval(Duration.ofMillis(1))
                .map(Long::intValue)
                .bufferWhen(AsyncStream.of("only"), opening -> AsyncStream.timer(Duration.ofNanos(3_500_000)))
                .open()));
        assertThat(lists).containsExactly(List.of(0, 1, 2));
    }

    @Test
    void a_failure_of_any_of_the_streams_fails_the_whole() {
        AsyncStream<Integer> failed = AsyncStream.failed(new IllegalStateException("as planned"));
        for (AsyncStream<?> stream : List.of(
                AsyncStream.never().bufferWhen(failed, n -> AsyncStream.never()),
                AsyncStream.never().bufferWhen(AsyncStream.of(1), n -> failed),
                failed.bufferWhen(AsyncStream.of(1), n -> AsyncStream.never()),
                AsyncStream.never().windowWhen(failed, n -> AsyncStream.never(), 1),
                AsyncStream.never().windowWhen(AsyncStream.of(1), n -> failed, 1),
                AsyncStream.never().windowWhen(failed, 1),
                failed.windowWhen(AsyncStream.never(), 1))) {
            assertThatThrownBy(() -> rig.drain(stream.open())).hasMessage("as planned");
        }
    }

    @Test
    void bad_arguments_are_refused_by_name() {
        AsyncStream<Integer> stream = AsyncStream.of(1);
        assertThatThrownBy(() -> stream.windowWhen(stream, 0)).hasMessageContaining("buffer");
        assertThatThrownBy(() -> stream.windowWhen(stream, n -> stream, 0)).hasMessageContaining("buffer");
    }

    @Test
    void windows_read_by_tasks_of_their_own_lose_nothing_with_any_seed() {
        Simulation.explore(
                SEEDS,
                simulation -> AsyncStream.range(1, 40)
                        .delayElements(Duration.ofMillis(1))
                        .detach(3)
                        .windowWhen(AsyncStream.interval(Duration.ofMillis(3)), 9)
                        .flatMap(window -> window.detach(2), 8)
                        .toList()
                        .map(items -> {
                            assertThat(items)
                                    .containsExactlyInAnyOrderElementsOf(
                                            IntStream.rangeClosed(1, 40).boxed().toList());
                            return items;
                        }));
    }
}
