package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Groups and windows: who pulls for whom, what is held, and what happens when nobody reads. */
class GroupOperatorsTest {
    private final Rig rig = new Rig(128);
    private final Feed feed = new Feed(rig, 0);

    @Test
    void groups_and_windows_that_are_merged_give_every_item_with_every_budget() throws Exception {
        for (int budget : new int[] {1, 2, 3, 128}) {
            for (int pauses : new int[] {0, 1}) {
                Rig fresh = new Rig(budget);
                Feed slow = new Feed(fresh, pauses);
                Integer[] items = IntStream.range(0, 60).boxed().toArray(Integer[]::new);

                assertThat(fresh.drain(slow.stream(items)
                                .groupBy(n -> n % 5, 2)
                                .flatMap(group -> group.items().map(n -> group.key() * 100 + n), 5)
                                .open()))
                        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 60)
                                .mapToObj(n -> n % 5 * 100 + n)
                                .toList());
                assertThat(fresh.drain(slow.stream(items)
                                .window(7)
                                .concatMap(window -> window.buffer(100))
                                .map(List::size)
                                .open()))
                        .containsExactly(7, 7, 7, 7, 7, 7, 7, 7, 4);
                assertThat(fresh.drain(slow.stream(items)
                                .windowUntil(n -> n % 10 == 9, 3)
                                .flatMap(window -> window.scan(Integer::sum).takeLast(1), 2)
                                .open()))
                        .containsExactlyInAnyOrder(45, 145, 245, 345, 445, 545);
                slow.assertAllClosed();
            }
        }
    }

    @Test
    void a_flatMap_of_fewer_groups_than_there_are_fails_and_names_the_group() {
        assertThatThrownBy(() -> rig.drain(AsyncStream.range(0, 1_000)
                        .groupBy(n -> n % 3, 4)
                        .flatMap(GroupedStream::items, 2)
                        .open()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nobody has opened the part 2 for PT10S, it holds 4 items");
    }

    @Test
    void a_group_that_is_discarded_holds_nobody_back() throws Exception {
        assertThat(rig.drain(AsyncStream.range(0, 100)
                        .groupBy(n -> n % 2, 1)
                        .flatMap(
                                group -> {
                                    if (group.key() == 1) {
                                        group.discard();
                                        return AsyncStream.<Integer>empty();
                                    }
                                    return group.items();
                                },
                                4)
                        .open()))
                .hasSize(50)
                .allMatch(n -> n % 2 == 0);
    }

    @Test
    void who_reads_a_group_that_another_thread_discards_is_woken() throws Exception {
        Source<GroupedStream<Integer, Integer>> groups = AsyncStream.of(7)
                .concatWith(AsyncStream.never())
                .groupBy(n -> n, 4)
                .open();
        GroupedStream<Integer, Integer> group = rig.next(groups);
        Source<Integer> reader = group.items().open();
        assertThat(rig.next(reader)).isEqualTo(7);
        assertThat(reader.poll(rig.turn())).isNull();

        group.discard();

        assertThat(rig.await()).isTrue();
        assertThat(reader.isDone()).isTrue();
        reader.close();
        groups.close();
    }

    @Test
    void a_group_that_was_closed_is_followed_by_another_of_its_key() throws Exception {
        List<Integer> keys = new ArrayList<>();
        List<Integer> firsts = rig.drain(feed.stream(1, 3, 2, 5, 4)
                .groupBy(n -> n % 2, 4)
                .flatMap(
                        group -> {
                            keys.add(group.key());
                            return group.items().take(1);
                        },
                        4)
                .open());

        assertThat(firsts).containsExactlyInAnyOrder(1, 3, 2, 5, 4);
        assertThat(keys).containsExactlyInAnyOrder(1, 1, 0, 1, 0);
        feed.assertAllClosed();
    }

    @Test
    void a_reader_that_is_full_holds_the_others_back_until_it_has_taken_one() throws Exception {
        Source<GroupedStream<Integer, Integer>> groups =
                feed.stream(0, 2, 4, 6, 1, 8).groupBy(n -> n % 2, 2).open();
        Source<Integer> even = rig.next(groups).items().open();

        assertThat(groups.poll(rig.turn())).isNull();
        assertThat(feed.taken).as("two are held, one is kept").isEqualTo(3);
        assertThat(groups.poll(rig.turn())).isNull();
        assertThat(feed.taken).isEqualTo(3);

        assertThat(even.poll(rig.turn())).isZero();
        assertThat(groups.poll(rig.turn())).isNull();
        assertThat(even.poll(rig.turn())).isEqualTo(2);
        Source<Integer> odd = rig.next(groups).items().open();
        assertThat(odd.poll(rig.turn())).isEqualTo(1);

        groups.close();
        odd.close();
        assertThat(feed.opened.get(0).closed).as("one group is still read").isFalse();
        assertThat(even.poll(rig.turn())).isEqualTo(4);
        even.close();
        feed.assertAllClosed();
    }

    @Test
    void a_window_outlives_the_stream_of_windows() throws Exception {
        assertThat(rig.drain(feed.stream(1, 2, 3, 4, 5)
                        .window(2)
                        .take(2)
                        .concatMap(window -> window)
                        .open()))
                .containsExactly(1, 2, 3, 4);
        feed.assertAllClosed();
    }

    @Test
    void a_failure_reaches_every_reader_behind_what_it_holds() throws Exception {
        Source<GroupedStream<Integer, Integer>> groups = AsyncStream.of(0, 1, 2, 3)
                .concatWith(AsyncStream.failed(new IllegalStateException("upstream")))
                .groupBy(n -> n % 2, 8)
                .open();
        Source<Integer> even = rig.next(groups).items().open();
        Source<Integer> odd = rig.next(groups).items().open();
        assertThatThrownBy(() -> rig.next(groups)).hasMessage("upstream");

        assertThat(even.poll(rig.turn())).isZero();
        assertThat(even.poll(rig.turn())).isEqualTo(2);
        assertThatThrownBy(() -> even.poll(rig.turn())).hasMessage("upstream");
        assertThat(odd.poll(rig.turn())).isEqualTo(1);
        odd.close();
        even.close();
        groups.close();
    }

    @Test
    void groups_may_be_read_by_tasks_on_several_workers() {
        int items = Boolean.getBoolean("weir.long") ? 1_000_000 : 20_000;
        AtomicInteger closes = new AtomicInteger();
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build()) {
            Set<Long> sums = ConcurrentHashMap.newKeySet();
            runtime.blockOn(AsyncStream.range(0, items)
                    .onClose(closes::incrementAndGet)
                    .groupBy(n -> n % 8, 4)
                    .forEachConcurrent(
                            8,
                            group -> group.items()
                                    .peek(n -> assertThat(n % 8).isEqualTo(group.key()))
                                    .scan(0L, (sum, n) -> sum + n)
                                    .takeLast(1)
                                    .forEach(sums::add)));
            assertThat(sums.stream().mapToLong(Long::longValue).sum()).isEqualTo((long) items * (items - 1) / 2);
        }
        assertThat(closes).hasValue(1);
    }
}
