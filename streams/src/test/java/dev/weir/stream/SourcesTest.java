package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Source;
import dev.weir.testkit.SourceLaws;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The sources, each under the checker of the laws and with small and usual budgets. */
class SourcesTest {
    private static final int[] BUDGETS = {1, 2, 128};

    private static <T> List<T> run(AsyncStream<T> stream) throws Exception {
        List<T> items = null;
        for (int budget : BUDGETS) {
            SourceLaws<T> checked = SourceLaws.check(stream.open());
            List<T> seen = new Rig(budget).drain(checked);
            checked.assertClosed();
            assertThat(items == null || items.equals(seen)).isTrue();
            items = seen;
        }
        return items;
    }

    private static <T> List<T> runOnce(AsyncStream<T> stream) throws Exception {
        SourceLaws<T> checked = SourceLaws.check(stream.open());
        List<T> items = new Rig(1).drain(checked);
        checked.assertClosed();
        return items;
    }

    @Test
    void constants() throws Exception {
        assertThat(run(AsyncStream.of(1, 2, 3))).containsExactly(1, 2, 3);
        assertThat(run(AsyncStream.of())).isEmpty();
        assertThat(run(AsyncStream.empty())).isEmpty();
        assertThat(AsyncStream.empty().open().isDone()).isTrue();
        assertThat(AsyncStream.failed(new IOException()).open().isDone()).isTrue();
        assertThatThrownBy(() -> run(AsyncStream.failed(new IOException("x")))).hasMessage("x");
        Source<Object> never = AsyncStream.never().open();
        assertThat(never.poll(new Rig(1).turn())).isNull();
        assertThat(never.isDone()).isFalse();
    }

    @Test
    void ranges() throws Exception {
        assertThat(run(AsyncStream.range(5, 3))).containsExactly(5, 6, 7);
        assertThat(run(AsyncStream.range(5, 0))).isEmpty();
        assertThat(run(AsyncStream.range(Integer.MAX_VALUE, 1))).containsExactly(Integer.MAX_VALUE);
        assertThat(run(AsyncStream.rangeLong(Long.MAX_VALUE - 1, 2)))
                .containsExactly(Long.MAX_VALUE - 1, Long.MAX_VALUE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AsyncStream.range(Integer.MAX_VALUE, 2))
                .withMessageContaining("2147483647 + 2");
        assertThatIllegalArgumentException().isThrownBy(() -> AsyncStream.rangeLong(Long.MAX_VALUE, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AsyncStream.range(0, -1))
                .withMessage("count must be at least 0, was -1");
    }

    @Test
    void the_end_of_an_iterable_is_known_with_its_last_item() throws Exception {
        Source<Integer> source = AsyncStream.fromIterable(List.of(1, 2)).open();
        Rig rig = new Rig(128);
        rig.next(source);
        assertThat(source.isDone()).isFalse();
        rig.next(source);
        assertThat(source.isDone()).isTrue();
        assertThat(run(AsyncStream.fromIterable(List.of()))).isEmpty();
    }

    @Test
    void an_iterable_is_asked_in_the_first_poll_of_each_run() throws Exception {
        AtomicInteger iterators = new AtomicInteger();
        AsyncStream<Integer> stream = AsyncStream.fromIterable(() -> {
            iterators.incrementAndGet();
            return List.of(1).iterator();
        });
        stream.open().close();
        assertThat(iterators).hasValue(0);
        assertThat(run(stream)).containsExactly(1);
        assertThat(iterators).hasValue(BUDGETS.length);
    }

    @Test
    void a_failure_of_hasNext_waits_until_the_item_before_it_is_out() {
        Iterator<Integer> failing = new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                if (next == 2) {
                    throw new IllegalStateException("hasNext");
                }
                return true;
            }

            @Override
            public Integer next() {
                return next++;
            }
        };
        List<Integer> seen = new ArrayList<>();

        assertThatThrownBy(() -> runOnce(AsyncStream.fromIterator(failing).peek(seen::add)))
                .hasMessage("hasNext");

        assertThat(seen).containsExactly(0, 1);
    }

    @Test
    void null_from_an_iterator_fails_the_stream() {
        assertThatNullPointerException()
                .isThrownBy(() -> run(AsyncStream.fromIterable(Arrays.asList(1, null))))
                .withMessageContaining("2.13");
    }

    @Test
    void what_cannot_be_restarted_is_opened_once_and_says_so() throws Exception {
        List<AsyncStream<Integer>> once = List.of(
                AsyncStream.fromIterator(List.of(1).iterator()),
                AsyncStream.from(AsyncStream.of(1).open()),
                AsyncStream.fromPollable(cx -> Poll.ready(1)));
        for (AsyncStream<Integer> stream : once) {
            assertThat(runOnce(stream)).containsExactly(1);
            assertThatThrownBy(stream::open)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("can be used once");
        }
    }

    @Test
    void generate_gives_each_run_its_own_state() throws Exception {
        AsyncStream<Integer> countdown =
                AsyncStream.generate(() -> new int[] {3}, state -> state[0] == 0 ? null : state[0]--);

        assertThat(run(countdown)).containsExactly(3, 2, 1);
    }

    @Test
    void unfold_goes_from_state_to_state() throws Exception {
        AsyncStream<Integer> powers =
                AsyncStream.unfold(1, n -> n > 100 ? Optional.empty() : Optional.of(Map.entry(n, 2 * n)));

        assertThat(run(powers)).containsExactly(1, 2, 4, 8, 16, 32, 64);
    }

    @Test
    void a_generator_is_called_once_for_each_item_that_is_asked_for() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        Source<Integer> source =
                AsyncStream.generate(() -> 0, n -> calls.incrementAndGet()).open();
        Rig rig = new Rig(128);
        rig.next(source);
        rig.next(source);
        assertThat(calls).hasValue(2);
    }

    @Test
    void a_stage_gives_its_result_whenever_it_comes() throws Exception {
        assertThat(run(AsyncStream.fromCompletionStage(CompletableFuture.completedFuture(1))))
                .containsExactly(1);
        assertThat(run(AsyncStream.fromCompletionStage(CompletableFuture.completedFuture(null))))
                .isEmpty();

        CompletableFuture<Integer> future = new CompletableFuture<>();
        Rig rig = new Rig(128);
        SourceLaws<Integer> source =
                SourceLaws.check(AsyncStream.fromCompletionStage(future).open());
        assertThat(source.poll(rig.turn())).isNull();
        source.assertWakerKept();
        future.complete(5);
        assertThat(rig.await()).isTrue();
        assertThat(source.poll(rig.turn())).isEqualTo(5);
        assertThat(source.isDone()).isTrue();
        source.close();
        source.assertClosed();
    }

    @Test
    void a_stage_fails_with_its_cause() throws Exception {
        CompletableFuture<Integer> failed =
                CompletableFuture.failedFuture(new CompletionException(new IOException("x")));
        assertThatThrownBy(() -> run(AsyncStream.fromCompletionStage(failed))).isInstanceOf(IOException.class);

        CompletableFuture<Integer> future = new CompletableFuture<>();
        Rig rig = new Rig(1);
        Source<Integer> source = AsyncStream.fromCompletionStage(future).open();
        assertThat(source.poll(rig.turn())).isNull();
        future.completeExceptionally(new IOException("late"));
        assertThat(source.isDone()).isTrue();
        assertThatThrownBy(() -> rig.next(source)).hasMessage("late");
    }

    @Test
    void calls_and_pollables_give_their_result() throws Exception {
        assertThat(run(AsyncStream.fromCallable(() -> 4))).containsExactly(4);
        assertThat(run(AsyncStream.fromCallable(() -> null))).isEmpty();
        assertThatThrownBy(() -> run(AsyncStream.fromCallable(() -> {
                    throw new IOException("call");
                })))
                .hasMessage("call");
        assertThat(run(AsyncStream.defer(() -> AsyncStream.fromPollable(cx -> Poll.ready(4)))))
                .containsExactly(4);
    }

    @Test
    void defer_decides_in_the_first_poll_of_each_run() throws Exception {
        AtomicInteger decisions = new AtomicInteger();
        AsyncStream<Integer> stream = AsyncStream.defer(() -> AsyncStream.of(decisions.incrementAndGet()));
        stream.open().close();
        assertThat(decisions).hasValue(0);
        assertThat(runOnce(stream)).containsExactly(1);
        assertThat(runOnce(stream)).containsExactly(2);
    }

    @Test
    void the_error_of_a_stage_is_an_error_that_no_operator_takes_for_a_failure() {
        AssertionError error = new AssertionError("as planned");
        assertThatThrownBy(() -> run(AsyncStream.fromCompletionStage(CompletableFuture.failedFuture(error))
                        .onErrorComplete()))
                .isSameAs(error);
        assertThatThrownBy(() -> run(AsyncStream.of(1)
                        .mapAsync(n -> CompletableFuture.failedFuture(error), 1)
                        .onErrorComplete()))
                .isSameAs(error);
        Throwable neither = new Throwable("neither");
        assertThatThrownBy(() -> run(AsyncStream.fromCompletionStage(CompletableFuture.failedFuture(neither))))
                .isInstanceOf(Exception.class)
                .hasCause(neither);
    }

    @Test
    void a_failure_of_the_look_ahead_that_nobody_declared_waits_until_the_item_is_out() {
        List<Integer> seen = new ArrayList<>();
        for (AsyncStream<Integer> stream : List.of(
                AsyncStream.fromIterable(failingBehind(3)),
                AsyncStream.of(0).concatMapIterable(n -> failingBehind(3)))) {
            seen.clear();
            assertThatThrownBy(() -> run(stream.peek(seen::add))).isInstanceOf(IOException.class);
            assertThat(seen).containsExactly(3);
        }
    }

    /** Its {@code hasNext} throws a checked exception behind the item. */
    private static Iterable<Integer> failingBehind(int item) {
        return () -> new Iterator<>() {
            private boolean given;

            @Override
            public boolean hasNext() {
                return !given || SourcesTest.<RuntimeException>sneak(new IOException("as planned"));
            }

            @Override
            public Integer next() {
                given = true;
                return item;
            }
        };
    }

    @SuppressWarnings("unchecked") // what other languages do without asking
    private static <X extends Exception> boolean sneak(Exception thrown) throws X {
        throw (X) thrown;
    }

    @Test
    void a_stage_that_is_complete_wakes_nobody() throws Exception {
        AtomicInteger wakes = new AtomicInteger();
        Context cx = new Rig(1).turn().withWaker(wakes::incrementAndGet);
        Source<Integer> source = AsyncStream.fromCompletionStage(CompletableFuture.completedFuture(1))
                .open();

        assertThat(source.poll(cx)).isEqualTo(1);
        assertThat(wakes).hasValue(0);
        source.close();
    }

    @Test
    void a_prefetch_is_refused_where_it_is_written_down() {
        for (int prefetch : new int[] {0, (1 << 30) + 1, Integer.MAX_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> AsyncStream.fromPublisher(AsyncStream.of(1), prefetch))
                    .withMessage("prefetch must be from 1 to 2^30, was " + prefetch);
        }
    }
}
