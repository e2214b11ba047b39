package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.stream.push.Drops;
import dev.weir.task.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ObserveOperatorsTest {
    private final Rig rig = new Rig(128);
    private final List<Object> seen = new ArrayList<>();

    @Test
    void onRequest_tells_once_of_each_item_that_is_asked_for_however_long_it_takes() throws Exception {
        Feed feed = new Feed(rig, 3);
        Source<Integer> source =
                feed.stream(1, 2).onRequest(() -> seen.add("asked")).open();
        assertThat(seen).isEmpty();
        assertThat(source.poll(rig.turn())).isNull();
        assertThat(seen).hasSize(1);
        assertThat(rig.next(source)).isEqualTo(1);
        assertThat(seen).hasSize(1);
        assertThat(rig.drain(source)).containsExactly(2);
        assertThat(seen).as("the end was known with the last item").hasSize(2);
    }

    @Test
    void what_the_action_of_a_request_throws_fails_the_run() {
        assertThatThrownBy(() -> rig.drain(AsyncStream.of(1, 2)
                        .onRequest(() -> {
                            throw new IllegalStateException("as planned");
                        })
                        .open()))
                .hasMessage("as planned");
    }

    @Test
    void peekSignal_shows_items_and_either_end() throws Exception {
        rig.drain(AsyncStream.of(1, 2).peekSignal(seen::add).open());
        assertThat(seen).containsExactly(Signal.item(1), Signal.item(2), Signal.completed());

        seen.clear();
        IllegalStateException planned = new IllegalStateException("as planned");
        assertThatThrownBy(() -> rig.drain(
                        AsyncStream.failed(planned).peekSignal(seen::add).open()))
                .isSameAs(planned);
        assertThat(seen).containsExactly(Signal.failed(planned));
    }

    /** Writes down what it hears. */
    private final class Notes implements StreamListener<Integer> {
        @Override
        public void onStart() {
            seen.add("start");
        }

        @Override
        public void onRequest(long idleNanos) {
            seen.add("request after " + idleNanos);
        }

        @Override
        public void onItem(Integer item, long waitedNanos) {
            seen.add(item + " after " + waitedNanos);
        }

        @Override
        public void onEnd(Outcome outcome, @Nullable Throwable failure, long items, long nanos) {
            seen.add(outcome + " " + (failure == null ? "" : failure.getMessage()) + items + " in " + nanos);
        }
    }

    @Test
    void tap_tells_of_the_start_of_requests_items_and_the_end_with_their_times() throws Exception {
        AsyncStream<Integer> slow =
                AsyncStream.of(1, 2).delayElements(Duration.ofNanos(1 << 20)).tap(Notes::new);
        assertThat(seen).as("nobody has asked").isEmpty();

        rig.drain(slow.open());

        assertThat(seen).hasSize(6).startsWith("start", "request after 0");
        assertThat((String) seen.get(2)).startsWith("1 after ").isNotEqualTo("1 after 0");
        assertThat(seen.get(3)).isEqualTo("request after 0");
        assertThat((String) seen.get(4)).startsWith("2 after ").isNotEqualTo("2 after 0");
        assertThat((String) seen.get(5)).startsWith("COMPLETED 2 in ").isNotEqualTo("COMPLETED 2 in 0");
    }

    @Test
    void tap_tells_of_a_failure_and_of_a_cancel_once_and_gives_each_run_a_listener_of_its_own() throws Exception {
        AsyncStream<Integer> failing = AsyncStream.of(1)
                .concatWith(AsyncStream.failed(new IllegalStateException("as planned ")))
                .tap(Notes::new);
        assertThatThrownBy(() -> rig.drain(failing.open())).hasMessage("as planned ");
        assertThat(seen).containsExactly("start", "request after 0", "1 after 0", "FAILED as planned 1 in 0");

        seen.clear();
        Source<Integer> cancelled = AsyncStream.of(1, 2).tap(Notes::new).open();
        rig.next(cancelled);
        cancelled.close();
        assertThat(seen).containsExactly("start", "request after 0", "1 after 0", "CANCELLED 1 in 0");

        seen.clear();
        AsyncStream.of(1).tap(Notes::new).open().close();
        assertThat(seen).as("a run that nobody has polled").isEmpty();
    }

    @Test
    void what_a_listener_of_tap_throws_is_reported_and_changes_nothing() throws Exception {
        List<String> drops = new ArrayList<>();
        Drops.listen(drop -> drops.add(drop.where() + ": " + drop.failure().getMessage()));
        try {
            StreamListener<Integer> broken = new StreamListener<>() {
                @Override
                public void onStart() {
                    throw new IllegalStateException("start");
                }

                @Override
                public void onRequest(long idleNanos) {
                    throw new IllegalStateException("request");
                }

                @Override
                public void onItem(Integer item, long waitedNanos) {
                    throw new AssertionError("item");
                }

                @Override
                public void onEnd(Outcome outcome, @Nullable Throwable failure, long items, long nanos) {
                    throw new IllegalStateException("end");
                }
            };
            assertThat(rig.drain(AsyncStream.of(1).tap(() -> broken).open())).containsExactly(1);
        } finally {
            Drops.listen(null);
        }
        assertThat(drops).containsExactly("tap: start", "tap: request", "tap: item", "tap: end");
    }

    @Test
    void scanWith_begins_each_run_with_a_seed_of_its_own() throws Exception {
        AsyncStream<List<Integer>> all = AsyncStream.of(1, 2).scanWith(ArrayList<Integer>::new, (list, n) -> {
            list.add(n);
            return list;
        });
        for (int run = 0; run < 2; run++) {
            assertThat(rig.drain(all.takeLast(1).open())).containsExactly(List.of(1, 2));
        }
    }

    @Test
    void scanWith_asks_for_its_seed_in_the_first_poll() {
        AtomicInteger asked = new AtomicInteger();
        AsyncStream<Integer> sums = AsyncStream.of(1, 2).scanWith(asked::getAndIncrement, Integer::sum);

        sums.open().close();

        assertThat(asked).hasValue(0);
        AsyncStream<Integer> broken = AsyncStream.of(1)
                .scanWith(
                        () -> {
                            throw new ArithmeticException("seed");
                        },
                        Integer::sum);
        StreamRun<List<Integer>> run = broken.toList();
        assertThatThrownBy(() -> rig.run(run)).hasMessage("seed");
        assertThatThrownBy(() -> rig.drain(AsyncStream.of(1)
                        .<Integer>scanWith(() -> null, Integer::sum)
                        .open()))
                .isInstanceOf(NullPointerException.class)
                .hasMessageStartingWith("scanWith: the supplier returned null");
    }

    @Test
    void raceForItem_is_won_by_the_first_item_and_not_by_an_end() throws Exception {
        AsyncStream<Integer> failing = AsyncStream.failed(new IllegalStateException("first"));
        AsyncStream<Integer> late = AsyncStream.timer(Duration.ofHours(1)).map(tick -> 7);
        assertThat(rig.drain(AsyncStream.raceForItem(List.of(failing, AsyncStream.<Integer>empty(), late, late))
                        .open()))
                .containsExactly(7);
        assertThat(rig.timers.size()).isZero();
    }

    @Test
    void raceForItem_without_an_item_fails_with_all_failures_or_completes() throws Exception {
        AsyncStream<Integer> one = AsyncStream.failed(new IllegalStateException("one"));
        AsyncStream<Integer> two = AsyncStream.failed(new IllegalStateException("two"));
        assertThatThrownBy(() -> rig.drain(AsyncStream.raceForItem(List.of(one, AsyncStream.<Integer>empty(), two))
                        .open()))
                .hasMessage("one")
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly("two"));
        assertThat(rig.drain(
                        AsyncStream.raceForItem(List.of(AsyncStream.<Integer>empty(), AsyncStream.<Integer>empty()))
                                .open()))
                .isEmpty();
    }

    @Test
    void a_log_that_cannot_be_written_closes_upstream_all_the_same() throws Exception {
        Rig rig = new Rig(128);
        Feed feed = new Feed(rig, 0);
        Source<Integer> source = feed.stream(1, 2)
                .log(line -> {
                    if (line.equals("cancel")) {
                        throw new IllegalStateException("no disk");
                    }
                })
                .open();
        assertThat(rig.next(source)).isEqualTo(1);
        assertThatThrownBy(source::close).hasMessage("no disk");
        feed.assertAllClosed();
    }

    @Test
    void onTerminate_runs_once_before_either_end_is_passed_on_and_not_on_a_cancel() throws Exception {
        rig.drain(AsyncStream.of(1)
                .onTerminate(() -> seen.add("over"))
                .peek(seen::add)
                .onComplete(() -> seen.add("told"))
                .open());
        assertThat(seen).containsExactly(1, "over", "told");

        seen.clear();
        assertThatThrownBy(() -> rig.drain(AsyncStream.failed(new IllegalStateException("as planned"))
                        .onTerminate(() -> seen.add("over"))
                        .peekError(failure -> seen.add("told"))
                        .open()))
                .hasMessage("as planned");
        assertThat(seen).containsExactly("over", "told");

        seen.clear();
        Source<Integer> left =
                AsyncStream.of(1, 2).onTerminate(() -> seen.add("over")).open();
        rig.next(left);
        left.close();
        assertThat(seen).isEmpty();
    }

    @Test
    void what_onTerminate_throws_fails_a_completion_and_is_suppressed_in_a_failure() {
        Runnable throwing = () -> {
            seen.add("over");
            throw new IllegalStateException("the action");
        };
        assertThatThrownBy(
                        () -> rig.drain(AsyncStream.of(1).onTerminate(throwing).open()))
                .hasMessage("the action");
        assertThat(seen).hasSize(1);
        assertThatThrownBy(() -> rig.drain(AsyncStream.failed(new IllegalStateException("as planned"))
                        .onTerminate(throwing)
                        .open()))
                .hasMessage("as planned")
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
        assertThat(seen).hasSize(2);
    }

    @Test
    void peekAfter_shows_an_item_when_the_next_is_asked_for_or_at_the_close() throws Exception {
        Source<Integer> source = AsyncStream.of(1, 2, 3).peekAfter(seen::add).open();
        assertThat(rig.next(source)).isEqualTo(1);
        assertThat(seen).isEmpty();
        assertThat(rig.next(source)).isEqualTo(2);
        assertThat(seen).containsExactly(1);
        source.close();
        assertThat(seen).containsExactly(1, 2);

        seen.clear();
        rig.drain(AsyncStream.of(1, 2)
                .peek(n -> seen.add("given " + n))
                .peekAfter(seen::add)
                .open());
        assertThat(seen).containsExactly("given 1", 1, "given 2", 2);
    }

    @Test
    void what_the_consumer_of_peekAfter_throws_comes_out_once() throws Exception {
        Feed feed = new Feed(rig, 0);
        Source<Integer> source = feed.stream(1, 2)
                .peekAfter(n -> {
                    seen.add(n);
                    throw new IllegalStateException("after " + n);
                })
                .open();
        assertThat(rig.next(source)).isEqualTo(1);
        assertThatThrownBy(() -> source.poll(rig.turn())).hasMessage("after 1");
        source.close();
        assertThat(seen).containsExactly(1);
        feed.assertAllClosed();
    }
}
