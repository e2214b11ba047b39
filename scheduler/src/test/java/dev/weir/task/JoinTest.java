package dev.weir.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.PollProbe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinTest {
    private static final int MANY = 1_000;

    private static final Host BARE = new Host() {
        @Override
        public <S> S service(Class<S> type) {
            return null;
        }
    };

    private final Lane lane = new Lane();
    private final AtomicInteger wakes = new AtomicInteger();
    private final Context cx = lane.context().withWaker(wakes::incrementAndGet);

    @Test
    void two_results_make_one() throws Exception {
        Branch<Integer> late = new Branch<>();
        Join<String> join = Join.of(Branch.ready("a"), late, (text, number) -> text + number);
        assertThat(join.poll(cx).isPending()).isTrue();
        late.finish(7);
        assertThat(wakes).hasValue(1);
        assertThat(join.poll(cx).get()).isEqualTo("a7");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, Children.FEW, Children.FEW + 1, MANY})
    void results_come_in_the_order_of_the_computations(int count) throws Exception {
        List<Branch<Integer>> branches = branches(count);
        Join<List<Integer>> join = Join.all(branches);
        for (int i = count - 1; i >= 0; i--) {
            assertThat(join.poll(cx).isPending()).isTrue();
            branches.get(i).finish(i);
        }
        assertThat(join.poll(cx).get())
                .isEqualTo(IntStream.range(0, count).boxed().toList());
        assertThat(branches).allMatch(branch -> branch.closes == 1);
        join.close();
        assertThat(branches).allMatch(branch -> branch.closes == 1);
    }

    @Test
    void of_many_those_that_the_budget_was_too_small_for_have_another_turn_without_a_wake_of_theirs() throws Exception {
        PollProbe probe = PollProbe.withBudget(1);
        Pollable<Integer> charging = cx -> cx.charge() ? Poll.ready(1) : Poll.pending();
        Join<List<Integer>> join = Join.all(Collections.nCopies(10, charging));
        for (int turn = 1; turn < 10; turn++) {
            assertThat(probe.poll(join).isPending()).isTrue();
            assertThat(probe.isWoken()).as("after turn %s", turn).isTrue();
        }
        assertThat(probe.poll(join).get()).hasSize(10);
    }

    /** As few are: a child that charges nothing needs no budget. */
    @ParameterizedTest
    @ValueSource(ints = {Children.FEW, Children.FEW + 1})
    void without_budget_a_child_is_polled_all_the_same(int count) throws Exception {
        Context poor = new Context(BARE, 1).withWaker(wakes::incrementAndGet);
        assertThat(poor.charge()).isTrue();
        Join<List<Integer>> join = Join.all(Collections.nCopies(count, own -> Poll.ready(1)));
        Poll<List<Integer>> all = Poll.pending();
        for (int i = 0; i < count && all.isPending(); i++) {
            all = join.poll(poor);
        }
        assertThat(all.isReady()).isTrue();
    }

    @Test
    void of_many_only_those_are_polled_that_were_woken() throws Exception {
        List<Branch<Integer>> branches = branches(MANY);
        Join<List<Integer>> join = Join.all(branches);
        join.poll(cx);
        join.poll(cx);
        assertThat(branches).allMatch(branch -> branch.polls == 1);

        branches.get(700).wake();
        branches.get(3).wake();
        join.poll(cx);
        assertThat(branches.stream().mapToInt(branch -> branch.polls).sum()).isEqualTo(MANY + 2);
    }

    /** One that wakes itself in its poll must not hold the task, though it is ready again at once. */
    @Test
    void a_child_that_wakes_itself_does_not_hold_the_task() throws Exception {
        int[] polls = {0};
        List<Pollable<Integer>> children = new ArrayList<>(branches(Children.FEW));
        children.add(own -> {
            polls[0]++;
            own.waker().wake();
            return Poll.pending();
        });
        Join<List<Integer>> join = Join.all(children);
        assertThat(join.poll(cx).isPending()).isTrue();
        assertThat(polls[0]).isLessThanOrEqualTo(children.size());
        assertThat(wakes).hasPositiveValue();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, MANY})
    void the_first_failure_is_the_failure_and_the_rest_is_closed_once(int count) throws Exception {
        List<Branch<Integer>> branches = branches(count);
        Join<List<Integer>> join = Join.all(branches);
        join.poll(cx);
        branches.get(1).fail(new IOException("broken"));
        assertThatThrownBy(() -> join.poll(cx)).isInstanceOf(IOException.class).hasMessage("broken");
        join.close();
        assertThat(branches).allMatch(branch -> branch.closes == 1);
    }

    @Test
    void settled_waits_for_all_and_tells_of_each() throws Exception {
        IOException broken = new IOException("broken");
        Branch<Integer> late = new Branch<>();
        Branch<Integer> failed = Branch.failed(broken);
        Join<List<Join.Settled<Integer>>> join = Join.settled(List.of(failed, late));
        assertThat(join.poll(cx).isPending()).isTrue();
        late.finish(7);
        assertThat(join.poll(cx).get())
                .containsExactly(new Join.Settled.Failed<>(broken), new Join.Settled.Finished<>(7));
        assertThat(failed.polls).isEqualTo(1);
        join.close();
        assertThat(List.of(late.closes, failed.closes)).containsExactly(1, 1);
    }

    /** With a budget for one child a poll, each has its turn in the end. */
    @ParameterizedTest
    @ValueSource(ints = {3, 20})
    void a_child_that_always_uses_up_the_budget_does_not_starve_the_others(int count) throws Exception {
        Context poor = new Context(BARE, 1).withWaker(wakes::incrementAndGet);
        List<Pollable<Integer>> children = new ArrayList<>();
        children.add(own -> {
            own.charge();
            own.waker().wake();
            return Poll.pending();
        });
        int[] turns = {0};
        for (int i = 1; i < count; i++) {
            children.add(own -> own.charge() && ++turns[0] > 0 ? Poll.ready(1) : Poll.pending());
        }
        Join<List<Integer>> join = Join.all(children);
        for (int i = 0; i < 1_000 && turns[0] < count - 1; i++) {
            poor.budget().refill();
            join.poll(poor);
        }
        assertThat(turns[0]).isEqualTo(count - 1);
    }

    @Test
    void few_and_many_allocate_nothing_in_a_poll_in_vain() throws Exception {
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        for (int count : new int[] {Children.FEW, MANY}) {
            List<Branch<Integer>> branches = branches(count);
            Join<List<Integer>> join = Join.all(branches);
            long each = Long.MAX_VALUE;
            for (int round = 0; round < 3; round++) { // the first one loads classes and makes wakers
                join.poll(cx);
                long before = threads.getThreadAllocatedBytes(id);
                for (int i = 0; i < 1_000; i++) {
                    branches.get(i % count).wake();
                    join.poll(cx);
                }
                each = (threads.getThreadAllocatedBytes(id) - before) / 1_000;
            }
            assertThat(each).as("bytes a poll of %d", count).isZero();
        }
    }

    @Test
    void the_results_cannot_be_changed() throws Exception {
        List<Integer> results = Join.all(List.of(Branch.ready(1))).poll(cx).get();
        assertThatThrownBy(() -> results.set(0, 2)).isInstanceOf(UnsupportedOperationException.class);
    }

    private static List<Branch<Integer>> branches(int count) {
        List<Branch<Integer>> branches = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            branches.add(new Branch<>());
        }
        return branches;
    }
}
