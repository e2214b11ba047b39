package dev.weir.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Waker;
import dev.weir.testkit.PollProbe;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {
    private static final int ROUNDS = Boolean.getBoolean("weir.long") ? 1_000_000 : 100_000;

    private final ByteBudget budget = ByteBudget.of(100);

    /** A share and the task that waits with it. */
    private final class Holder {
        final ByteBudget.Share share = budget.share();
        final PollProbe task = PollProbe.create();

        boolean reserves(long bytes) {
            return share.pollReserve(bytes, task.turn());
        }

        boolean reservesUpTo(long bytes) {
            return share.pollReserveUpTo(bytes, task.turn());
        }
    }

    @Test
    void what_is_reserved_counts_and_what_was_not_needed_is_given_back() {
        Holder holder = new Holder();
        assertThat(holder.reserves(64)).isTrue();
        assertThat(budget.used()).isEqualTo(64);
        holder.share.shrinkTo(10);
        assertThat(budget.used()).isEqualTo(10);
        assertThat(holder.reserves(64)).as("in place of the ten").isTrue();
        assertThat(budget.used()).isEqualTo(64);
        holder.share.release();
        holder.share.release();
        assertThat(budget.used()).isZero();
    }

    @Test
    void who_came_first_is_granted_first_and_is_not_overtaken_by_who_needs_less() {
        Holder first = new Holder();
        Holder second = new Holder();
        Holder third = new Holder();
        Holder fourth = new Holder();
        assertThat(first.reserves(80)).isTrue();
        assertThat(second.reserves(50)).isFalse();
        assertThat(third.reserves(10)).as("ten would be left").isFalse();
        assertThat(budget.waiting()).isEqualTo(2);
        first.share.shrinkTo(60);
        assertThat(second.task.isWoken() || third.task.isWoken()).isFalse();
        first.share.release();
        assertThat(second.task.isWoken()).isTrue();
        assertThat(third.task.isWoken()).isTrue();
        assertThat(budget.used()).isEqualTo(60);
        assertThat(fourth.reserves(41)).isFalse();
        assertThat(second.reserves(50)).isTrue();
        assertThat(third.reserves(10)).isTrue();
        assertThat(budget.waits()).isEqualTo(3);
    }

    @Test
    void shares_that_hold_some_and_want_more_do_not_wait_for_each_other() {
        Holder first = new Holder();
        Holder second = new Holder();
        first.reserves(60);
        second.reserves(40);
        assertThat(first.reserves(100))
                .as("has to wait, and holds nothing meanwhile")
                .isFalse();
        assertThat(second.reserves(100)).isFalse();
        assertThat(first.task.isWoken()).isTrue();
        assertThat(first.reserves(100)).isTrue();
        assertThat(budget.used()).isEqualTo(100);
        first.share.release();
        assertThat(second.task.isWoken()).isTrue();
        assertThat(second.reserves(100)).isTrue();
    }

    @Test
    void who_had_its_turn_goes_behind_those_who_wait_though_it_holds_enough_for_another() {
        Holder first = new Holder();
        Holder second = new Holder();
        assertThat(first.reserves(100)).isTrue();
        assertThat(second.reserves(100)).isFalse();
        assertThat(first.reserves(100)).as("its turn is over").isFalse();
        assertThat(second.task.isWoken()).isTrue();
        assertThat(second.reserves(100)).isTrue();
        assertThat(second.reserves(100)).as("and so is this one's").isFalse();
        assertThat(first.task.isWoken()).isTrue();
        assertThat(first.reserves(100)).isTrue();
    }

    @Test
    void who_leaves_the_queue_lets_those_behind_it_go_on() {
        Holder first = new Holder();
        Holder large = new Holder();
        Holder small = new Holder();
        first.reserves(80);
        assertThat(large.reserves(50)).isFalse();
        assertThat(small.reserves(20)).isFalse();
        large.share.release();
        assertThat(small.task.isWoken()).isTrue();
        assertThat(small.reserves(20)).isTrue();
        assertThat(budget.waiting()).isZero();
    }

    @Test
    void who_leaves_from_the_middle_of_the_line_leaves_the_others_in_their_order() {
        Holder all = new Holder();
        all.reserves(100);
        Holder[] line = new Holder[5];
        for (int i = 0; i < line.length; i++) {
            line[i] = new Holder();
            assertThat(line[i].reserves(60)).isFalse();
        }
        line[2].share.release();
        line[4].share.release();
        line[0].share.release();
        assertThat(budget.waiting()).isEqualTo(2);
        assertThat(line[2].reserves(60)).as("once more, behind the others").isFalse();
        all.share.release();
        for (int next : new int[] {1, 3, 2}) {
            for (int i = 0; i < line.length; i++) {
                assertThat(line[i].task.isWoken()).as("%s before %s", i, next).isEqualTo(i == next);
            }
            assertThat(line[next].reserves(60)).isTrue();
            line[next].share.release();
        }
        assertThat(budget.waiting()).isZero();
        assertThat(budget.used()).isZero();
    }

    @Test
    void who_can_do_with_less_gets_what_there_is_and_waits_for_an_eighth_at_most() {
        Holder first = new Holder();
        Holder second = new Holder();
        Holder third = new Holder();
        assertThat(first.reservesUpTo(80)).isTrue();
        assertThat(first.share.held()).isEqualTo(80);
        assertThat(second.reservesUpTo(80)).isTrue();
        assertThat(second.share.held()).isEqualTo(20);
        assertThat(third.reservesUpTo(80)).isFalse();
        second.share.shrinkTo(9);
        assertThat(third.task.isWoken()).isFalse();
        second.share.shrinkTo(8);
        assertThat(third.task.isWoken()).isTrue();
        assertThat(third.reservesUpTo(80)).isTrue();
        assertThat(third.share.held()).isEqualTo(12);
        assertThat(second.reservesUpTo(8)).as("what it holds is enough").isTrue();
        assertThat(budget.used()).isEqualTo(100);
    }

    /** A consumer of one byte that never polls again, and a chunk as long as the budget. */
    @Test
    void a_long_chunk_does_not_keep_others_waiting_for_one_that_never_gives_back() {
        Holder stuck = new Holder();
        Holder longest = new Holder();
        Holder small = new Holder();
        stuck.reserves(1);
        assertThat(longest.reservesUpTo(100)).isTrue();
        assertThat(longest.share.held()).isEqualTo(99);
        assertThat(small.reservesUpTo(10)).isFalse();
        assertThat(longest.reservesUpTo(100))
                .as("goes behind, and has what is left")
                .isTrue();
        assertThat(longest.share.held()).isEqualTo(89);
        assertThat(small.task.isWoken()).isTrue();
        assertThat(small.reservesUpTo(10)).isTrue();
        assertThat(budget.used()).isEqualTo(100);
    }

    @Test
    void a_grant_that_is_never_fetched_is_given_back_by_the_release() {
        Holder first = new Holder();
        Holder second = new Holder();
        first.reserves(100);
        second.reserves(100);
        first.share.release();
        assertThat(budget.used()).isEqualTo(100);
        second.share.release();
        assertThat(budget.used()).isZero();
    }

    /** As one does whose task has nowhere to go when there is no memory. */
    @Test
    void a_waker_that_throws_keeps_nobody_behind_it_waiting_and_is_told_of_at_the_end() {
        Holder first = new Holder();
        Holder second = new Holder();
        ByteBudget.Share broken = budget.share();
        Waker throwing = () -> {
            throw new OutOfMemoryError("on purpose");
        };
        first.reserves(100);
        assertThat(broken.pollReserve(10, first.task.turn().withWaker(throwing)))
                .isFalse();
        assertThat(second.reserves(10)).isFalse();
        assertThatThrownBy(first.share::release)
                .isInstanceOf(OutOfMemoryError.class)
                .hasMessage("on purpose");
        assertThat(second.task.isWoken()).isTrue();
        assertThat(second.reserves(10)).isTrue();
        assertThat(broken.pollReserve(10, first.task.turn()))
                .as("it was granted all the same")
                .isTrue();
        assertThat(budget.used()).isEqualTo(20);
    }

    @Test
    void a_grant_that_was_given_back_unfetched_is_no_turn_later() {
        Holder first = new Holder();
        Holder second = new Holder();
        Holder third = new Holder();
        first.reserves(100);
        assertThat(second.reserves(50)).isFalse();
        first.share.release();
        second.share.release();
        assertThat(second.reserves(50)).as("without a wait").isTrue();
        assertThat(third.reserves(60)).isFalse();
        assertThat(second.reserves(50)).as("behind who waits").isFalse();
        assertThat(third.task.isWoken()).isTrue();
        assertThat(third.reserves(60)).isTrue();
    }

    @Test
    void more_than_the_limit_counts_as_the_limit() {
        Holder holder = new Holder();
        assertThat(holder.reserves(1000)).isTrue();
        assertThat(holder.share.held()).isEqualTo(100);
    }

    @Test
    void wrong_sizes_are_refused() {
        assertThatThrownBy(() -> ByteBudget.of(0)).hasMessageContaining("limit");
        assertThatThrownBy(() -> budget.share().shrinkTo(1)).hasMessageContaining("bytes");
    }

    /** Threads reserve, shrink and release at random; nobody is forgotten, and the limit holds at every moment. */
    @Test
    void many_threads_never_exceed_the_limit_and_none_waits_for_ever() throws Exception {
        AtomicLong most = new AtomicLong();
        AtomicLong truth = new AtomicLong(); // what the holders know they hold
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int t = 0; t < 4; t++) {
            int seed = t;
            Thread thread = new Thread(() -> {
                Random random = new Random(seed);
                Holder holder = new Holder();
                long held = 0;
                for (int i = 0; i < ROUNDS / 4; i++) {
                    long want = 1L + random.nextInt(90);
                    truth.addAndGet(-held);
                    long deadline = System.nanoTime() + 30_000_000_000L;
                    boolean whole = random.nextBoolean();
                    while (!(whole ? holder.reserves(want) : holder.reservesUpTo(want))) {
                        while (!holder.task.isWoken()) {
                            if (System.nanoTime() > deadline) {
                                throw new AssertionError("never woken: " + budget);
                            }
                            LockSupport.parkNanos(1_000);
                        }
                    }
                    long got = holder.share.held();
                    if (got > want || got < (whole ? want : Math.min(want, 12))) {
                        throw new AssertionError(got + " of " + want);
                    }
                    long now = truth.addAndGet(got);
                    most.accumulateAndGet(now, Math::max);
                    held = random.nextInt((int) got + 1);
                    truth.addAndGet(held - got);
                    holder.share.shrinkTo(held);
                    if (random.nextInt(3) == 0) {
                        truth.addAndGet(-held);
                        holder.share.release();
                        held = 0;
                    }
                }
                truth.addAndGet(-held);
                holder.share.release();
            });
            thread.setUncaughtExceptionHandler((each, e) -> failures.add(e));
            threads.add(thread);
            thread.start();
        }
        for (Thread each : threads) {
            each.join();
        }
        assertThat(failures).isEmpty();
        assertThat(most).hasValueBetween(50, 100);
        assertThat(budget.used()).isZero();
        assertThat(budget.waiting()).isZero();
        assertThat(budget.waits()).isPositive();
    }
}
