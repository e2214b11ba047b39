package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Source;
import dev.weir.testkit.simulation.Simulation;
import io.reactivex.rxjava3.core.Flowable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Windows that overlap, leave gaps, or end with the time. */
class WindowsTest {
    private static final Duration TEN = Duration.ofMillis(10);
    private static final int SEEDS = Boolean.getBoolean("weir.long") ? 10_000 : 25;

    private final Rig rig = new Rig(128);

    /** Items 1, 2, 3, … at these times, and the end with the last. */
    private static AsyncStream<Integer> at(long... millis) {
        return AsyncStream.range(0, millis.length)
                .concatMap(i -> AsyncStream.timer(Duration.ofMillis(millis[i] - (i == 0 ? 0 : millis[i - 1])))
                        .map(tick -> i + 1));
    }

    @Test
    void windows_that_overlap_or_leave_gaps_are_those_of_reactor_and_rxjava() throws Exception {
        for (int size = 1; size <= 5; size++) {
            for (int skip = 1; skip <= 6; skip++) {
                for (int count = 0; count <= 13; count++) {
                    int n = size;
                    int k = skip;
                    List<List<Integer>> ours = new Rig(1 + count % 4)
                            .drain(AsyncStream.range(1, count)
                                    .window(n, k)
                                    .concatMap(window -> window.buffer(99))
                                    .open());
                    List<List<Integer>> reactor = Objects.requireNonNull(Flux.range(1, count)
                            .window(n, k)
                            .concatMap(Flux::collectList)
                            .collectList()
                            .block());
                    List<List<Integer>> rxJava = Flowable.range(1, count)
                            .window(n, k)
                            .flatMapSingle(Flowable::toList)
                            .toList()
                            .blockingGet();

                    assertThat(ours).as("window(%d, %d) of %d", n, k, count).isEqualTo(reactor);
                    assertThat(ours).as("window(%d, %d) of %d", n, k, count).isEqualTo(rxJava);
                }
            }
        }
    }

    @Test
    void windowTimeout_ends_a_window_by_size_or_by_the_time_since_its_first_item() throws Exception {
        assertThat(rig.drain(at(1, 2, 3, 4, 30, 31)
                        .windowTimeout(3, TEN)
                        .concatMap(window -> window.buffer(9))
                        .map(list -> list + "@" + rig.clock.nanos() / 1_000_000)
                        .open()))
                .containsExactly("[1, 2, 3]@3", "[4]@14", "[5, 6]@31");
        assertThat(rig.timers.size()).isZero();
    }

    @Test
    void windowTimeout_is_in_time_although_upstream_always_has_items() throws Exception {
        Rig tight = new Rig(1);
        Source<Integer> sizes = AsyncStream.range(0, 1_000)
                .peek(n -> tight.clock.advance(Duration.ofMillis(1)))
                .windowTimeout(1_000, TEN)
                .concatMap(window -> window.buffer(10_000).map(List::size))
                .open();
        assertThat(tight.drain(sizes)).hasSizeGreaterThan(90).allMatch(size -> size <= 11);
    }

    @Test
    void without_demand_nothing_is_taken_and_no_timer_is_set() throws Exception {
        Feed feed = new Feed(rig, 0);
        Source<AsyncStream<Integer>> windows =
                feed.stream(1, 2, 3).windowTimeout(2, TEN).open();
        Source<Integer> first = rig.next(windows).open();
        assertThat(rig.next(first)).isEqualTo(1);
        rig.clock.advance(Duration.ofDays(1));

        assertThat(feed.taken).isEqualTo(1);
        assertThat(rig.timers.size()).isZero();
        assertThat(rig.next(first)).as("its time has come").isNull();
        Source<Integer> second = rig.next(windows).open();
        assertThat(rig.drain(second)).containsExactly(2, 3);
        first.close();
        windows.close();
        feed.assertAllClosed();
    }

    @Test
    void a_window_that_is_left_early_drops_the_rest_of_it_only() throws Exception {
        assertThat(rig.drain(AsyncStream.range(1, 9)
                        .window(4, 3)
                        .concatMap(window -> window.take(1))
                        .open()))
                .containsExactly(1, 4, 7);
    }

    @Test
    void a_failure_ends_the_windows_that_are_open() {
        assertThatThrownBy(() -> rig.drain(AsyncStream.range(1, 4)
                        .concatWith(AsyncStream.failed(new IllegalStateException("as planned")))
                        .window(3, 2)
                        .concatMap(window -> window)
                        .open()))
                .hasMessage("as planned");
    }

    @Test
    void windowWhile_gives_the_windows_of_reactor_that_are_not_empty() throws Exception {
        for (int bits = 0; bits < 128; bits++) {
            int word = bits;
            List<Integer> items = IntStream.range(0, 7)
                    .map(i -> (word >> i & 1) * (i + 1))
                    .boxed()
                    .toList();
            List<List<Integer>> reactor = Flux.fromIterable(items)
                    .windowWhile(n -> n > 0)
                    .concatMap(Flux::collectList)
                    .filter(window -> !window.isEmpty())
                    .collectList()
                    .block();
            assertThat(new Rig(1 + bits % 4)
                            .drain(AsyncStream.fromIterable(items)
                                    .windowWhile(n -> n > 0, 8)
                                    .concatMap(window -> window.buffer(99).defaultIfEmpty(List.of()))
                                    .open()))
                    .as("%s", items)
                    .isEqualTo(reactor);
        }
    }

    /** The mark of its end has a place of its own. */
    @Test
    void a_window_that_nobody_reads_yet_holds_as_many_items_as_were_said_and_its_end() throws Exception {
        List<AsyncStream<Integer>> windows = new Rig(8)
                .drain(AsyncStream.of(1, 2, 0, 3).windowWhile(n -> n > 0, 2).open());
        assertThat(windows).hasSize(2);
        assertThat(new Rig(8).drain(windows.get(0).open())).containsExactly(1, 2);
        assertThat(new Rig(8).drain(windows.get(1).open())).containsExactly(3);
    }

    @Test
    void bad_arguments_are_refused_by_name() {
        AsyncStream<Integer> stream = AsyncStream.of(1);
        assertThatThrownBy(() -> stream.window(0, 1)).hasMessageContaining("size");
        assertThatThrownBy(() -> stream.window(1, 0)).hasMessageContaining("skip");
        assertThatThrownBy(() -> stream.windowWhile(n -> true, 0)).hasMessageContaining("buffer");
        assertThatThrownBy(() -> stream.windowTimeout(0, TEN)).hasMessageContaining("size");
        assertThatThrownBy(() -> stream.windowTimeout(1, Duration.ZERO)).hasMessageContaining("time");
    }

    @Test
    void windows_read_by_tasks_of_their_own_lose_nothing_with_any_seed() {
        Simulation.explore(
                SEEDS,
                simulation -> AsyncStream.range(1, 40)
                        .delayElements(Duration.ofMillis(1))
                        .detach(3)
                        .windowTimeout(4, Duration.ofMillis(3))
                        .flatMap(window -> window.detach(2), 8)
                        .toList()
                        .map(items -> {
                            assertThat(items)
                                    .containsExactlyInAnyOrderElementsOf(
                                            IntStream.rangeClosed(1, 40).boxed().toList());
                            return items;
                        }));
        Simulation.explore(
                SEEDS,
                simulation -> AsyncStream.range(0, 40)
                        .window(4, 2)
                        .flatMap(window -> window.detach(1), 8)
                        .reduce(0, Integer::sum)
                        .map(sum -> {
                            assertThat(sum).isEqualTo(2 * (39 * 40 / 2) - 1); // all twice but the first two
                            return sum;
                        }));
    }
}
