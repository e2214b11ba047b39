package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.TaskLocal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
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
}
