package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Source;
import dev.weir.testkit.simulation.Simulation;
import io.reactivex.rxjava3.core.Flowable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** Failures that wait until all others have ended. */
class DelayedFailuresTest {
    private static final int SEEDS = Boolean.getBoolean("weir.long") ? 10_000 : 25;

    private final Rig rig = new Rig(2);
    private final Feed feed = new Feed(rig, 1);

    /** Two items; number 2 and 4 fail after the first of them. */
    private AsyncStream<Integer> inner(int n) {
        AsyncStream<Integer> items = feed.stream(n, n * 10);
        return n % 2 == 1 ? items : items.take(1).concatWith(AsyncStream.failed(failure(n)));
    }

    private static IllegalStateException failure(int n) {
        return new IllegalStateException("failure " + n);
    }

    private List<Integer> drain(AsyncStream<Integer> stream, List<Throwable> failures) {
        List<Integer> items = new ArrayList<>();
        Source<Integer> source = stream.open();
        try {
            for (Integer item = rig.next(source); item != null; item = rig.next(source)) {
                items.add(item);
            }
        } catch (Exception failure) {
            failures.add(failure);
        }
        source.close();
        feed.assertAllClosed();
        return items;
    }

    @Test
    void all_items_come_and_then_the_first_failure_with_the_others_suppressed() {
        List<AsyncStream<Integer>> rows = List.of(
                feed.stream(1, 2, 3, 4, 5).concatMapDelayError(this::inner),
                feed.stream(1, 2, 3, 4, 5).flatMapDelayError(this::inner, 1),
                feed.stream(1, 2, 3, 4, 5).flatMapDelayError(this::inner, 3),
                AsyncStream.concatDelayError(List.of(inner(1), inner(2), inner(3), inner(4), inner(5))),
                AsyncStream.mergeDelayError(List.of(inner(1), inner(2), inner(3), inner(4), inner(5))));
        for (AsyncStream<Integer> row : rows) {
            List<Throwable> failures = new ArrayList<>();
            assertThat(drain(row, failures)).containsExactlyInAnyOrder(1, 10, 2, 3, 30, 4, 5, 50);
            Throwable thrown = failures.get(0);
            assertThat(thrown).isInstanceOf(IllegalStateException.class);
            assertThat(thrown.getSuppressed()).hasSize(1);
            assertThat(List.of(thrown.getMessage(), thrown.getSuppressed()[0].getMessage()))
                    .containsExactlyInAnyOrder("failure 2", "failure 4");
        }
    }

    @Test
    void a_failure_of_upstream_waits_for_the_inner_streams() {
        List<Throwable> failures = new ArrayList<>();
        AsyncStream<Integer> failing = feed.stream(1, 3).concatWith(AsyncStream.failed(failure(0)));
        assertThat(drain(failing.flatMapDelayError(this::inner, 4), failures)).containsExactlyInAnyOrder(1, 10, 3, 30);
        assertThat(failures).singleElement().extracting(Throwable::getMessage).isEqualTo("failure 0");
    }

    @Test
    void they_agree_with_reactor_and_rxjava() {
        List<Throwable> failures = new ArrayList<>();
        List<Integer> ours = drain(AsyncStream.range(1, 5).concatMapDelayError(this::inner), failures);
        List<Integer> reactor = new ArrayList<>();
        Throwable[] ends = new Throwable[2];
        Flux.range(1, 5)
                .concatMapDelayError(n -> Flux.from(plain(n)))
                .subscribe(reactor::add, failure -> ends[0] = failure);
        List<Integer> rxJava = new ArrayList<>();
        var unused = Flowable.range(1, 5)
                .concatMapDelayError(n -> Flowable.fromPublisher(plain(n)))
                .subscribe(rxJava::add, failure -> ends[1] = failure);

        assertThat(ours).isEqualTo(reactor).isEqualTo(rxJava);
        assertThat(failures).hasSize(1);
        assertThat(ends).doesNotContainNull();
    }

    private static Publisher<Integer> plain(int n) {
        return n % 2 == 1 ? Flux.just(n, n * 10) : Flux.just(n).concatWith(Flux.error(failure(n)));
    }

    @Test
    void what_the_function_throws_and_errors_do_not_wait() {
        assertThatThrownBy(() -> rig.drain(AsyncStream.range(1, 5)
                        .<Integer>concatMapDelayError(n -> {
                            throw failure(n);
                        })
                        .open()))
                .hasMessage("failure 1");
        assertThatThrownBy(() -> rig.drain(AsyncStream.range(1, 5)
                        .flatMapDelayError(n -> AsyncStream.<Integer>failed(new AssertionError("error " + n)), 2)
                        .open()))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void no_failure_is_lost_with_any_seed() {
        Simulation.explore(
                SEEDS,
                simulation -> AsyncStream.range(1, 6)
                        .flatMapDelayError(
                                n -> AsyncStream.range(0, n)
                                        .delayElements(Duration.ofMillis(n))
                                        .concatWith(n % 2 == 1 ? AsyncStream.empty() : AsyncStream.failed(failure(n)))
                                        .detach(2),
                                3)
                        .count()
                        .<@Nullable Long>map(count -> count)
                        .recover(failure -> {
                            Throwable first = failure instanceof CompletionException ? failure.getCause() : failure;
                            assertThat(first).isInstanceOf(IllegalStateException.class);
                            assertThat(first.getSuppressed()).hasSize(2);
                            return dev.weir.task.Pollable.ready(null);
                        })
                        .map(count -> {
                            assertThat(count).as("it has failed").isNull();
                            return count;
                        }));
    }

    @Test
    void mergeSequential_is_concat_with_all_at_work() throws Exception {
        Rig fresh = new Rig(128);
        AsyncStream<Integer> slow =
                AsyncStream.timer(Duration.ofMillis(10)).map(tick -> 1).concatWith(AsyncStream.of(2));
        assertThat(fresh.drain(AsyncStream.mergeSequential(List.of(slow, slow, slow), 2)
                        .open()))
                .containsExactly(1, 2, 1, 2, 1, 2);
        assertThat(fresh.clock.nanos()).isEqualTo(10_000_000);
    }
}
