package dev.weir.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.testkit.PollProbe;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Barriers, values set once, trackers and cancellation: tokio 109 and 112. */
class MeetingsTest {
    private final PollProbe one = PollProbe.create();
    private final PollProbe two = PollProbe.create();

    // ---- barrier ----

    @Test
    void a_barrier_opens_for_the_last_to_arrive_who_leads_again_and_again() throws Exception {
        Barrier barrier = new Barrier(2);
        for (int round = 0; round < 3; round++) {
            Pollable<Boolean> first = barrier.arrive();
            assertThat(one.poll(first).isPending()).isTrue();
            assertThat(one.poll(first).isPending()).isTrue();
            assertThat(two.poll(barrier.arrive()).get()).isTrue();
            assertThat(one.isWoken()).isTrue();
            assertThat(one.poll(first).get()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void a_barrier_for_nobody_or_one_is_always_open(int parties) throws Exception {
        Barrier barrier = new Barrier(parties);
        assertThat(one.poll(barrier.arrive()).get()).isTrue();
        assertThat(one.poll(barrier.arrive()).get()).isTrue();
    }

    @Test
    void who_gives_up_has_not_arrived() throws Exception {
        Barrier barrier = new Barrier(2);
        Pollable<Boolean> first = barrier.arrive();
        one.poll(first);
        first.close();
        first.close();
        Pollable<Boolean> second = barrier.arrive();
        assertThat(two.poll(second).isPending()).isTrue();
        assertThat(one.poll(barrier.arrive()).get()).isTrue();
        second.close();
        assertThat(one.poll(barrier.arrive()).isPending())
                .as("a round that is complete stays so")
                .isTrue();
    }

    // ---- once ----

    @Test
    void one_computes_while_the_others_wait() throws Exception {
        OnceCell<String> cell = new OnceCell<>();
        Oneshot<String> result = new Oneshot<>();
        AtomicInteger computations = new AtomicInteger();
        Pollable<String> first = cell.getOrCompute(() -> {
            computations.incrementAndGet();
            return result;
        });
        Pollable<String> second = cell.getOrCompute(() -> {
            throw new AssertionError("a second computation");
        });
        assertThat(one.poll(first).isPending()).isTrue();
        assertThat(two.poll(second).isPending()).isTrue();
        assertThat(cell.set("other")).isFalse();
        result.send("a");
        assertThat(one.poll(first).get()).isEqualTo("a");
        assertThat(two.isWoken()).isTrue();
        assertThat(two.poll(second).get()).isEqualTo("a");
        assertThat(one.poll(cell.getOrCompute(() -> result)).get()).isEqualTo("a");
        assertThat(cell.get()).isEqualTo("a");
        assertThat(computations).hasValue(1);
    }

    @Test
    void a_computation_that_fails_or_is_given_up_lets_the_next_begin() throws Exception {
        OnceCell<String> cell = new OnceCell<>();
        AtomicInteger closes = new AtomicInteger();
        Pollable<String> never = new Pollable<>() {
            @Override
            public Poll<String> poll(Context cx) {
                return Poll.pending();
            }

            @Override
            public void close() {
                closes.incrementAndGet();
            }
        };
        Pollable<String> fails = cell.getOrCompute(() -> cx -> {
            throw new IllegalStateException("of the computation");
        });
        assertThatIllegalStateException().isThrownBy(() -> one.poll(fails));
        Pollable<String> givenUp = cell.getOrCompute(() -> never);
        Pollable<String> next = cell.getOrCompute(() -> cx -> Poll.ready("b"));
        one.poll(givenUp);
        two.poll(next);
        givenUp.close();
        assertThat(closes).hasValue(1);
        assertThat(two.isWoken()).isTrue();
        assertThat(two.poll(next).get()).isEqualTo("b");
    }

    @Test
    void a_value_is_set_once_and_all_who_wait_are_woken() throws Exception {
        SetOnce<String> value = new SetOnce<>();
        Pollable<String> first = value.await();
        Pollable<String> second = value.await();
        assertThat(one.poll(first).isPending() && two.poll(second).isPending()).isTrue();
        assertThat(value.set("a")).isTrue();
        assertThat(value.set("b")).isFalse();
        assertThat(one.isWoken() && two.isWoken()).isTrue();
        assertThat(one.poll(first).get()).isEqualTo("a");
        assertThat(two.poll(second).get()).isEqualTo("a");
        assertThat(value.awaitBlocking()).isEqualTo("a");
    }

    // ---- tracker ----

    @Test
    void a_tracker_is_awaited_until_it_is_closed_and_empty() throws Exception {
        TaskTracker tracker = new TaskTracker();
        Pollable<Void> wait = tracker.await();
        assertThat(one.poll(wait).isPending()).as("empty, not closed").isTrue();
        TaskTracker.Token token = tracker.token();
        assertThat(tracker.close()).isTrue();
        assertThat(tracker.close()).isFalse();
        assertThat(one.poll(wait).isPending()).as("closed, not empty").isTrue();
        token.close();
        token.close();
        assertThat(one.isWoken()).isTrue();
        assertThat(tracker.reopen()).isTrue();
        assertThat(one.poll(wait).isReady()).as("it was so once").isTrue();
        assertThat(one.poll(tracker.await()).isPending()).isTrue();
    }

    @Test
    void closing_an_empty_tracker_wakes_who_waits() throws Exception {
        TaskTracker tracker = new TaskTracker();
        Pollable<Void> wait = tracker.await();
        one.poll(wait);
        tracker.close();
        assertThat(one.isWoken()).isTrue();
        assertThat(one.poll(tracker.await()).isReady()).isTrue();
    }

    @Test
    void a_tracked_pollable_counts_until_it_is_closed() throws Exception {
        TaskTracker tracker = new TaskTracker();
        Pollable<String> tracked = tracker.track(cx -> Poll.ready("a"));
        assertThat(tracker.size()).isEqualTo(1);
        assertThat(one.poll(tracked).get()).isEqualTo("a");
        assertThat(tracker.isEmpty()).isFalse();
        tracked.close();
        assertThat(tracker.isEmpty()).isTrue();
    }

    // ---- cancellation ----

    @Test
    void a_cancel_goes_down_and_never_up() throws Exception {
        CancellationToken root = new CancellationToken();
        CancellationToken child = root.child();
        CancellationToken grandchild = child.child();
        CancellationToken sibling = root.child();
        Pollable<Void> below = grandchild.cancelled();
        Pollable<Void> beside = sibling.cancelled();
        one.poll(below);
        two.poll(beside);
        child.cancel();
        child.cancel();
        assertThat(one.isWoken()).isTrue();
        assertThat(one.poll(below).isReady()).isTrue();
        assertThat(grandchild.isCancelled()).isTrue();
        assertThat(two.isWoken() || root.isCancelled() || sibling.isCancelled()).isFalse();
        assertThat(child.child().isCancelled()).as("born cancelled").isTrue();
        root.cancel();
        assertThat(two.poll(beside).isReady()).isTrue();
    }

    @Test
    void who_is_woken_finds_all_below_cancelled() throws Exception {
        CancellationToken root = new CancellationToken();
        CancellationToken child = root.child();
        boolean[] seen = {false};
        Pollable<Void> cancelled = root.cancelled();
        cancelled.poll(one.turn().withWaker(() -> seen[0] = child.isCancelled()));
        root.cancel();
        assertThat(seen[0]).isTrue();
    }

    @Test
    void a_tree_may_be_deeper_than_a_stack() {
        CancellationToken root = new CancellationToken();
        CancellationToken leaf = root;
        for (int i = 0; i < 100_000; i++) {
            leaf = leaf.child();
        }
        root.cancel();
        assertThat(leaf.isCancelled()).isTrue();
    }

    @Test
    void who_cancels_beside_another_finds_all_below_cancelled_as_well() throws Exception {
        for (int round = 0; round < 20; round++) {
            CancellationToken root = new CancellationToken();
            List<CancellationToken> leaves = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                leaves.add(root.child().child());
            }
            Thread first = new Thread(root::cancel);
            first.start();
            while (!root.isCancelled()) {
                Thread.onSpinWait();
            }
            root.cancel();
            assertThat(leaves).allMatch(CancellationToken::isCancelled);
            first.join();
            assertThat(root.children()).isZero();
        }
    }

    @Test
    void children_that_nobody_refers_to_are_forgotten_and_those_between_are_not() {
        CancellationToken root = new CancellationToken();
        CancellationToken leaf = root.child().child();
        for (int i = 0; i < 1_000; i++) {
            root.child();
        }
        WeakReference<Object> collected = new WeakReference<>(new Object());
        while (collected.get() != null || root.children() > 500) {
            System.gc();
            root.child();
        }
        root.cancel();
        assertThat(leaf.isCancelled()).isTrue();
    }

    @Test
    void a_computation_runs_until_it_is_cancelled() throws Exception {
        CancellationToken token = new CancellationToken();
        AtomicInteger polls = new AtomicInteger();
        Pollable<String> run = token.runUntilCancelled(cx -> {
            return polls.incrementAndGet() == 2 ? Poll.ready("a") : Poll.pending();
        });
        assertThat(one.poll(run).isPending()).isTrue();
        assertThat(one.poll(run).get()).isEqualTo("a");
        Pollable<String> cancelled = token.runUntilCancelled(cx -> {
            throw new AssertionError("polled");
        });
        try (CancellationToken.Guard disarmed = token.guard()) {
            disarmed.disarm();
        }
        assertThat(token.isCancelled()).isFalse();
        token.guard().close();
        assertThat(one.poll(cancelled).get()).isNull();
    }
}
