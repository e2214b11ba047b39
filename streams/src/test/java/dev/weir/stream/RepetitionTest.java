package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Source;
import dev.weir.task.TaskLocal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** What runs again, what expands itself, and what is found around a run. */
class RepetitionTest {
    private static final TaskLocal<String> USER = TaskLocal.named("user");

    private final Rig rig = new Rig(3);
    private final Feed feed = new Feed(rig, 1);

    @Test
    void repeatWhen_runs_again_when_the_other_stream_says_so_and_nothing_is_open_meanwhile() throws Exception {
        List<Long> counts = new ArrayList<>();
        List<String> seen = rig.drain(feed.stream("a", "b")
                .repeatWhen(count -> {
                    counts.add(count);
                    feed.assertAllClosed();
                    return counts.size() < 3 ? AsyncStream.timer(Duration.ofMillis(5)) : AsyncStream.empty();
                })
                .map(item -> item + rig.clock.nanos() / 1_000_000)
                .open());
        assertThat(seen).containsExactly("a0", "b0", "a5", "b5", "a10", "b10");
        assertThat(counts).containsExactly(2L, 2L, 2L);
        feed.assertAllClosed();
    }

    @Test
    void repeatWhen_passes_failures_of_both() {
        assertThatThrownBy(() -> rig.drain(feed.stream(1)
                        .repeatWhen(count -> AsyncStream.failed(new IllegalStateException("of the other")))
                        .open()))
                .hasMessage("of the other");
        assertThatThrownBy(() -> rig.drain(AsyncStream.failed(new IllegalStateException("of the run"))
                        .repeatWhen(count -> AsyncStream.of(true))
                        .open()))
                .hasMessage("of the run");
        assertThatThrownBy(() ->
                        rig.drain(feed.stream(1).repeatWhen(count -> nothing()).open()))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("repeatWhen");
        feed.assertAllClosed();
    }

    @SuppressWarnings("NullAway") // what must not be
    private static AsyncStream<Integer> nothing() {
        return null;
    }

    @Test
    void expandDeep_goes_depth_first_as_reactor_does() throws Exception {
        List<String> ours = rig.drain(feed.stream("a", "b")
                .expandDeep(path -> path.length() == 4 ? feed.stream() : feed.stream(path + "0", path + "1"))
                .open());
        List<String> reactor = Objects.requireNonNull(Flux.just("a", "b")
                .expandDeep(path -> path.length() == 4 ? Flux.empty() : Flux.just(path + "0", path + "1"))
                .collectList()
                .block());

        assertThat(ours).isEqualTo(reactor).hasSize(30);
        feed.assertAllClosed();
    }

    @Test
    void expandDeep_holds_a_stream_a_level_and_expands_when_asked() throws Exception {
        AtomicInteger expanded = new AtomicInteger();
        var source = AsyncStream.of(0)
                .expandDeep(n -> {
                    expanded.incrementAndGet();
                    return AsyncStream.of(n + 1);
                })
                .take(100)
                .open();
        assertThat(rig.next(source)).isZero();
        assertThat(expanded).hasValue(0);
        assertThat(rig.drain(source)).hasSize(99);
        assertThat(expanded).hasValue(99);
    }

    @Test
    void expandDeep_of_a_list_keeps_no_stream_of_what_was_given() throws Exception {
        int[] open = {0};
        var source = AsyncStream.of(0)
                .expandDeep(n -> AsyncStream.of(n + 1).onStart(() -> open[0]++).onClose(() -> open[0]--))
                .open();
        for (int page = 0; page < 1_000; page++) {
            assertThat(rig.next(source)).isEqualTo(page);
            assertThat(open[0]).isBetween(0, 1);
        }
        source.close();
        assertThat(open[0]).isZero();
    }

    @Test
    void expandDeep_gives_a_failure_of_a_level_behind_what_its_last_item_has_become() throws Exception {
        Feed failing = new Feed(rig, 0, 1, Feed.Failing.ANNOUNCED);
        List<Integer> given = new ArrayList<>();
        assertThatThrownBy(() -> rig.drain(failing.stream(5, 6)
                        .expandDeep(n -> n == 5 ? AsyncStream.of(50, 51) : AsyncStream.empty())
                        .peek(given::add)
                        .open()))
                .isInstanceOf(Feed.Injected.class);
        assertThat(given).containsExactly(5, 50, 51);
        failing.assertAllClosed();
    }

    @Test
    void switchOnFirst_decides_by_the_first_item_and_takes_no_more_than_is_asked_for() throws Exception {
        assertThat(rig.drain(feed.stream("upload", "a", "b")
                        .switchOnFirst((head, all) -> all.skip(1).map(item -> head + " " + item))
                        .open()))
                .containsExactly("upload a", "upload b");
        assertThat(rig.drain(
                        feed.<String>stream().switchOnFirst((head, all) -> all).open()))
                .isEmpty();
        feed.assertAllClosed();
        int before = feed.taken;
        assertThat(rig.drain(feed.stream(1, 2, 3)
                        .switchOnFirst((head, all) -> AsyncStream.of("refused " + head))
                        .open()))
                .containsExactly("refused 1");
        assertThat(feed.taken - before).isEqualTo(1);
        feed.assertAllClosed();
    }

    @Test
    void a_local_is_found_above_and_not_below_and_the_upper_of_two_counts() throws Exception {
        List<String> closed = new ArrayList<>();
        List<String> seen = rig.drain(feed.stream(1)
                .delayElements(Duration.ofMillis(1))
                .map(n -> n + String.valueOf(USER.orNull()))
                .onClose(() -> closed.add(USER.get()))
                .where(USER, "upper")
                .map(s -> s + String.valueOf(USER.orNull()))
                .where(USER, "lower")
                .map(s -> s + String.valueOf(USER.orNull()))
                .open());
        assertThat(seen).containsExactly("1upperlowernull");
        assertThat(closed).containsExactly("upper");
        assertThat(USER.orNull()).isNull();
    }

    @Test
    void surroundings_are_put_up_and_taken_down_with_every_poll_and_the_close() throws Exception {
        AtomicInteger depth = new AtomicInteger();
        AtomicInteger entries = new AtomicInteger();
        List<Integer> inside = new ArrayList<>();
        rig.drain(feed.stream(1, 2, 3)
                .peek(n -> inside.add(depth.get()))
                .within(() -> {
                    depth.incrementAndGet();
                    entries.incrementAndGet();
                    return depth::decrementAndGet;
                })
                .open());
        assertThat(inside).containsOnly(1).hasSize(3);
        assertThat(depth).hasValue(0);
        assertThat(entries.get()).isGreaterThan(3);
    }

    @Test
    void combineLatest_is_fair_with_any_budget() throws Exception {
        for (int budget : new int[] {1, 2, 3, 4, 128}) {
            Rig tight = new Rig(budget);
            List<String> rows = tight.drain(
                    AsyncStream.combineLatest(List.of(AsyncStream.range(1, 5), AsyncStream.range(1, 5)), List::toString)
                            .open());
            assertThat(rows).as("budget %d", budget).startsWith("[1, 1]", "[2, 1]", "[2, 2]");
        }
    }

    @Test
    void what_switchOnFirst_has_given_away_is_closed_by_who_pulls_it_and_not_in_the_midst_of_a_poll() throws Exception {
        CountDownLatch inSecondPoll = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        AtomicBoolean polling = new AtomicBoolean();
        AtomicInteger closes = new AtomicInteger();
        List<String> breaches = new CopyOnWriteArrayList<>();
        Source<Integer> upstream = new Source<>() {
            private int next;

            @Override
            public Integer poll(Context cx) throws Exception {
                polling.set(true);
                if (next == 1) {
                    inSecondPoll.countDown();
                    goOn.await();
                }
                polling.set(false);
                return next++;
            }

            @Override
            public boolean isDone() {
                return false;
            }

            @Override
            public void close() {
                if (polling.get()) {
                    breaches.add("closed in the midst of a poll (S1)");
                }
                closes.incrementAndGet();
                closed.countDown();
            }
        };
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build()) {
            JoinHandle<Long> run = AsyncStream.from(upstream)
                    .switchOnFirst((head, all) -> all.detach(4).skip(1))
                    .count()
                    .run(runtime);
            inSecondPoll.await();
            run.cancel();
            assertThatThrownBy(() -> run.join(Duration.ofSeconds(20))).isInstanceOf(CancellationException.class);
            assertThat(closes).as("who pulls it closes it").hasValue(0);
            goOn.countDown();
            assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(closes).hasValue(1);
        assertThat(breaches).isEmpty();
    }

    @Test
    void what_a_function_of_switchOnFirst_has_opened_is_closed_if_it_throws() {
        IllegalStateException thrown = new IllegalStateException("as planned");
        List<Source<Integer>> opened = new ArrayList<>();
        Source<Integer> source = feed.stream(1, 2)
                .<Integer>switchOnFirst((head, all) -> {
                    opened.add(all.open());
                    throw thrown;
                })
                .open();

        assertThatThrownBy(() -> rig.drain(source)).isSameAs(thrown);

        feed.assertAllClosed();
        assertThatThrownBy(() -> opened.get(0).poll(rig.turn()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has thrown");
        opened.get(0).close();
        feed.assertAllClosed();
    }

    @Test
    void what_a_function_of_switchOnFirst_has_handed_on_is_not_closed_under_its_user_if_it_throws() throws Exception {
        List<Source<Integer>> opened = new ArrayList<>();
        Source<Integer> source = feed.stream(1, 2)
                .<Integer>switchOnFirst((head, all) -> {
                    Source<Integer> whole = all.open();
                    opened.add(whole);
                    assertThat(pollOnce(whole)).isEqualTo(1);
                    throw new IllegalStateException("as planned");
                })
                .open();

        assertThatThrownBy(() -> rig.drain(source)).hasMessage("as planned");

        assertThat(rig.drain(opened.get(0))).containsExactly(2);
        feed.assertAllClosed();
    }

    @Test
    void what_switchOnFirst_has_given_to_somebody_else_stays_his_although_he_has_not_begun() throws Exception {
        List<Source<Integer>> opened = new ArrayList<>();
        assertThat(rig.drain(feed.stream(1, 2, 3)
                        .switchOnFirst((head, all) -> {
                            opened.add(all.open());
                            return AsyncStream.of(head);
                        })
                        .open()))
                .containsExactly(1);

        assertThat(rig.drain(opened.get(0))).containsExactly(1, 2, 3);
        feed.assertAllClosed();
    }

    private @Nullable Integer pollOnce(Source<Integer> source) {
        try {
            return source.poll(rig.turn());
        } catch (Exception thrown) {
            throw new AssertionError(thrown);
        }
    }

    @Test
    void the_whole_of_switchOnFirst_is_opened_once_and_closed_if_it_is_not() throws Exception {
        List<AsyncStream<Integer>> kept = new ArrayList<>();
        assertThat(rig.drain(feed.stream(1, 2)
                        .switchOnFirst((head, all) -> {
                            kept.add(all);
                            return AsyncStream.of(head);
                        })
                        .open()))
                .containsExactly(1);
        feed.assertAllClosed();
        assertThatThrownBy(kept.get(0)::open)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("can be used once");
    }
}
