package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.testkit.StreamProbe;
import dev.weir.task.JoinHandle;
import dev.weir.time.ManualClock;
import dev.weir.time.Sleep;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** One run for several subscribers. */
class SharingOperatorsTest {
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final AsyncStream<Integer> upstream = AsyncStream.defer(() -> {
                opened.incrementAndGet();
                return AsyncStream.range(0, 100);
            })
            .onClose(closed::incrementAndGet);

    @Test
    void share_has_one_run_for_those_who_are_there_and_another_for_who_comes_after_the_end() {
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            AsyncStream<Integer> shared = upstream.share(4);

            List<Integer> both = runtime.blockOn(shared.mergeWith(shared).toList());
            assertThat(both).hasSizeBetween(101, 200).contains(0, 99);
            assertThat(opened).hasValue(1);
            assertThat(runtime.blockOn(shared.toList())).hasSize(100);
            assertThat(opened).hasValue(2);
        }
        assertThat(closed).hasValue(2);
    }

    @Test
    void share_cancels_when_the_last_has_left() {
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            AsyncStream<Integer> shared = upstream.share(4);
            assertThat(runtime.blockOn(shared.take(3).toList())).containsExactly(0, 1, 2);
            runtime.blockOn(Sleep.of(Duration.ofMillis(1)));
            assertThat(closed).hasValue(1);
            assertThat(runtime.blockOn(shared.first())).contains(0);
        }
        assertThat(opened).hasValue(2);
        assertThat(closed).hasValue(2);
    }

    @Test
    void publish_waits_for_connect_and_all_receive_the_same() {
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            ConnectableStream<Integer> published = upstream.publish(1);
            JoinHandle<List<Integer>> one = published.stream().toList().run(runtime);
            JoinHandle<List<Integer>> two = published.stream().toList().run(runtime);
            runtime.blockOn(Sleep.of(Duration.ofMillis(1)));
            assertThat(opened).hasValue(0);

            assertThat(published.connect(runtime)).isTrue();
            assertThat(published.connect(runtime)).isFalse();

            assertThat(runtime.blockOn(one)).hasSize(100).isEqualTo(runtime.blockOn(two));
            assertThat(opened).hasValue(1);
        }
    }

    private enum Kind {
        ODD,
        EVEN,
        HUNDRED;

        static Kind of(int n) {
            return n == 100 ? HUNDRED : n % 2 == 0 ? EVEN : ODD;
        }
    }

    @Test
    void split_begins_when_all_parts_are_read_and_gives_each_what_is_its_own_in_order() {
        try (CurrentThreadRuntime runtime = TaskRuntime.currentThread().build()) {
            SplitStream<Kind, Integer> kinds = upstream.split(Kind.class, Kind::of, 1);
            JoinHandle<List<Integer>> odd = kinds.get(Kind.ODD).toList().run(runtime);
            JoinHandle<List<Integer>> even = kinds.get(Kind.EVEN).toList().run(runtime);
            runtime.runUntilIdle();
            assertThat(opened).as("one part is not read").hasValue(0);

            JoinHandle<List<Integer>> hundred = kinds.get(Kind.HUNDRED).toList().run(runtime);

            assertThat(runtime.blockOn(odd)).hasSize(50).startsWith(1, 3, 5).endsWith(99);
            assertThat(runtime.blockOn(even)).hasSize(50).startsWith(0, 2, 4).endsWith(98);
            assertThat(runtime.blockOn(hundred)).isEmpty();
            assertThat(opened).hasValue(1);
        }
        assertThat(closed).hasValue(1);
    }

    @Test
    void a_part_of_a_split_that_asks_for_nothing_more_holds_up_the_others_when_it_is_as_far_behind_as_was_said() {
        AtomicInteger taken = new AtomicInteger();
        for (int buffer : new int[] {1, 4}) {
            taken.set(0);
            try (CurrentThreadRuntime runtime = TaskRuntime.currentThread().build()) {
                SplitStream<Kind, Integer> kinds =
                        upstream.peek(n -> taken.incrementAndGet()).split(Kind.class, Kind::of, buffer);
                JoinHandle<?> even = kinds.get(Kind.EVEN).count().run(runtime);
                JoinHandle<?> hundred = kinds.get(Kind.HUNDRED).count().run(runtime);
                StreamProbe<Integer> odd =
                        StreamProbe.of(kinds.get(Kind.ODD), runtime).request(1).expectNext(1);
                runtime.runUntilIdle();

                assertThat(taken)
                        .as("the one before, the one it has, and those behind which it is")
                        .hasValue(2 + buffer);
                odd.cancel();
                runtime.runUntilIdle();
                assertThat(taken).hasValue(100);
                assertThat(even.isDone() && hundred.isDone()).isTrue();
            }
        }
    }

    @Test
    void a_part_of_a_split_that_nobody_wants_any_more_holds_up_no_other_and_a_failure_reaches_all() {
        IllegalStateException failure = new IllegalStateException("as planned");
        try (CurrentThreadRuntime runtime = TaskRuntime.currentThread().build()) {
            SplitStream<Kind, Integer> kinds =
                    upstream.concatWith(AsyncStream.failed(failure)).split(Kind.class, Kind::of, 1);
            JoinHandle<List<Integer>> one = kinds.get(Kind.ODD).take(1).toList().run(runtime);
            List<Integer> even = new ArrayList<>();
            JoinHandle<?> two = kinds.get(Kind.EVEN).forEach(even::add).run(runtime);
            JoinHandle<?> three = kinds.get(Kind.HUNDRED).toList().run(runtime);
            runtime.runUntilIdle();

            assertThat(one.join()).containsExactly(1);
            assertThat(even).hasSize(50);
            assertThat(two.failure()).isSameAs(failure);
            assertThat(three.failure()).isSameAs(failure);
        }
    }

    @Test
    void a_failure_comes_after_the_items_that_are_held() {
        IllegalStateException failure = new IllegalStateException("as planned");
        AsyncStream<Integer> failing = AsyncStream.of(1, 2, 3).concatWith(AsyncStream.failed(failure));
        assertThat(before(failing.share(8), failure)).containsExactly(1, 2, 3);
        assertThat(before(failing.publish(8).autoConnect(1), failure)).containsExactly(1, 2, 3);
        assertThat(before(failing.replay(8), failure)).containsExactly(1, 2, 3);
    }

    private static List<Integer> before(AsyncStream<Integer> shared, Throwable failure) {
        List<Integer> got = new ArrayList<>();
        try (CurrentThreadRuntime runtime = TaskRuntime.currentThread().build()) {
            JoinHandle<?> all = shared.forEach(got::add).run(runtime);
            runtime.runUntilIdle();
            assertThat(all.failure()).isSameAs(failure);
        }
        return got;
    }

    @Test
    void autoConnect_begins_with_the_nth() {
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            AsyncStream<Integer> shared = upstream.publish(2).autoConnect(2);
            JoinHandle<Long> one = shared.count().run(runtime);
            runtime.blockOn(Sleep.of(Duration.ofMillis(1)));
            assertThat(opened).hasValue(0);
            assertThat(runtime.blockOn(shared.count())).isEqualTo(100);
            assertThat(runtime.blockOn(one)).isEqualTo(100);
        }
    }

    @Test
    void cache_gives_everybody_all_items_of_one_run() {
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            AsyncStream<Integer> cached = upstream.cache();
            assertThat(runtime.blockOn(cached.take(10).toList())).hasSize(10);
            assertThat(closed).as("nobody's leaving ends it").hasValue(0);
            assertThat(runtime.blockOn(cached.toList()))
                    .hasSize(100)
                    .startsWith(0)
                    .endsWith(99);
            assertThat(runtime.blockOn(cached.toList())).hasSize(100);
            assertThat(opened).hasValue(1);
            assertThat(closed).hasValue(1);
        }
    }

    @Test
    void replay_begins_with_the_last_items_and_holds_the_producer_back() {
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            AsyncStream<Integer> replayed = upstream.replay(3);
            assertThat(runtime.blockOn(replayed.toList())).hasSize(100);
            assertThat(runtime.blockOn(replayed.toList())).containsExactly(97, 98, 99);
            assertThat(opened).hasValue(1);
        }
    }

    @Test
    void replay_gives_a_newcomer_nothing_that_is_older_than_the_time() throws Exception {
        ManualClock clock = new ManualClock();
        try (TaskRuntime runtime = TaskRuntime.currentThread().clock(clock).build()) {
            AsyncStream<Integer> replayed = AsyncStream.range(0, 5)
                    .peek(n -> clock.advance(Duration.ofMillis(10))) // so they are of 10, 20, … 50
                    .replay(4, Duration.ofMillis(25));
            assertThat(runtime.blockOn(replayed.toList())).containsExactly(0, 1, 2, 3, 4);
            assertThat(runtime.blockOn(replayed.toList())).as("at 50").containsExactly(2, 3, 4);
            clock.advance(Duration.ofMillis(5));
            assertThat(runtime.blockOn(replayed.toList())).as("at 55").containsExactly(2, 3, 4);
            clock.advance(Duration.ofNanos(1));
            assertThat(runtime.blockOn(replayed.toList())).containsExactly(3, 4);
            clock.advance(Duration.ofDays(1));
            assertThat(runtime.blockOn(replayed.toList())).isEmpty();
        }
    }

    @Test
    void replay_for_ever_gives_all_whatever_the_clock_shows() {
        ManualClock clock = new ManualClock();
        try (TaskRuntime runtime = TaskRuntime.currentThread().clock(clock).build()) {
            AsyncStream<Integer> replayed = AsyncStream.range(0, 3)
                    .peek(n -> clock.advance(Duration.ofMillis(1)))
                    .replay(3, ChronoUnit.FOREVER.getDuration());
            assertThat(runtime.blockOn(replayed.toList())).containsExactly(0, 1, 2);
            assertThat(runtime.blockOn(replayed.toList())).containsExactly(0, 1, 2);
        }
    }

    @Test
    void a_failure_is_replayed_to_everybody() {
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            AsyncStream<Integer> cached = AsyncStream.of(1)
                    .concatWith(AsyncStream.failed(new IllegalStateException("upstream")))
                    .cache();
            for (int i = 0; i < 2; i++) {
                List<Integer> seen = new ArrayList<>();
                assertThatThrownBy(() -> runtime.blockOn(cached.peek(seen::add).toList()))
                        .hasRootCauseMessage("upstream");
                assertThat(seen).containsExactly(1);
            }
        }
    }

    @Test
    void subscribers_on_several_workers_who_come_and_go_lose_nothing_and_leak_nothing() throws Exception {
        int rounds = Boolean.getBoolean("weir.long") ? 2_000 : 100;
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build()) {
            for (int round = 0; round < rounds; round++) {
                AsyncStream<Integer> cached = upstream.cache();
                AsyncStream<Integer> shared = upstream.share(2);
                JoinHandle<List<Integer>> all = cached.toList().run(runtime);
                JoinHandle<Long> some = cached.take(5).count().run(runtime);
                JoinHandle<Long> live = shared.count().run(runtime);
                JoinHandle<Long> short1 = shared.take(1).count().run(runtime);
                assertThat(all.join(Duration.ofSeconds(20))).hasSize(100);
                assertThat(some.join(Duration.ofSeconds(20))).isEqualTo(5);
                assertThat(live.join(Duration.ofSeconds(20))).isPositive();
                assertThat(short1.join(Duration.ofSeconds(20))).isBetween(0L, 1L);
            }
        }
        assertThat(closed.get()).as("each run was closed").isGreaterThanOrEqualTo(opened.get());
    }

    @Test
    void those_who_left_before_the_run_began_spoil_it_for_nobody_and_count() {
        try (CurrentThreadRuntime runtime = TaskRuntime.currentThread().build()) {
            AsyncStream<Integer> counted = upstream.publish(2).autoConnect(2);
            leaveAtOnce(counted, runtime);
            assertThat(opened).hasValue(0);
            assertThat(runtime.blockOn(counted.count())).as("the second").isEqualTo(100);

            ConnectableStream<Integer> published = upstream.publish(2);
            leaveAtOnce(published.stream(), runtime);
            JoinHandle<Long> count = published.stream().count().run(runtime);
            runtime.runUntilIdle();
            assertThat(published.connect(runtime)).isTrue();
            assertThat(runtime.blockOn(count)).isEqualTo(100);
            assertThatThrownBy(() -> runtime.blockOn(
                            published.stream().onErrorMap(e -> e).single()))
                    .as("there is one run")
                    .isInstanceOf(RuntimeException.class);
        }
        assertThat(opened).hasValue(2);
    }

    private static void leaveAtOnce(AsyncStream<Integer> stream, CurrentThreadRuntime runtime) {
        JoinHandle<Long> left = stream.count().run(runtime);
        runtime.runUntilIdle();
        left.cancel();
        runtime.runUntilIdle();
    }

    @Test
    void what_is_published_runs_where_its_stream_does() {
        try (CurrentThreadRuntime runtime = TaskRuntime.currentThread().build()) {
            ConnectableStream<Integer> published =
                    AsyncStream.of(1, 2).on(runtime).publish(2);
            for (AsyncStream<Integer> stream : List.of(published.stream(), published.autoConnect(1))) {
                List<Integer> seen = new ArrayList<>();
                AtomicReference<Thread> ran = new AtomicReference<>();
                JoinHandle<Long> run = stream.peek(item -> ran.set(Thread.currentThread()))
                        .peek(seen::add)
                        .count()
                        .run();
                published.connect(runtime);
                assertThat(seen).isEmpty();
                runtime.runUntilIdle();
                assertThat(run.isDone()).isTrue();
                assertThat(seen).containsExactly(1, 2);
                assertThat(ran).hasValue(Thread.currentThread());
            }
        }
    }
}
