package dev.weir.stream.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.stream.push.Drops;
import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Who stops pulling leaves nobody behind who waits for what only a pull would bring. */
class SplitterWakesTest {
    private final Upstream<Integer> upstream = new Upstream<>();
    private final Upstream<Placed<Integer>> placed = new Upstream<>();
    private final Splitter<Integer, Integer> splitter =
            new Splitter<>(upstream, Routing.byKey(n -> n % 10), 4, 1_000_000_000);
    private int outerWakes;
    private Runnable onOuterWake = () -> {};
    private final Context outer = contextWith(() -> {
        outerWakes++;
        onOuterWake.run();
    });
    private final Context reader = contextWith(Waker.noop());

    private static Context contextWith(Waker waker) {
        Host host = new Host() {
            @Override
            public <S> S service(Class<S> type) {
                return null;
            }
        };
        return new Context(host, 100).withWaker(waker);
    }

    @Test
    void who_has_found_something_wakes_those_for_whom_upstream_no_longer_knows_a_waker() throws Exception {
        Source<Integer> zeros = firstPart();
        upstream.items.add(10);
        upstream.amidAPoll = () -> waits(splitter);

        assertThat(zeros.poll(reader)).isEqualTo(10);

        assertThat(upstream.waker).as("a poll that gives an item leaves none").isNull();
        assertThat(outerWakes).as("or nobody would pull what comes next").isEqualTo(1);
    }

    @Test
    void who_was_refused_while_another_pulled_is_woken_when_that_one_stops() throws Exception {
        Source<Integer> zeros = firstPart();
        upstream.amidAPoll = () -> waits(splitter);
        List<Part<Integer, Integer>> found = new ArrayList<>();
        onOuterWake = () -> {
            onOuterWake = () -> {};
            try {
                Part<Integer, Integer> part = splitter.poll(outer); // the reader still pulls
                if (part != null) {
                    found.add(part);
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        };
        upstream.afterTheLastLook = () -> {
            upstream.items.add(21);
            upstream.wake();
        };

        assertThat(zeros.poll(reader)).isNull();

        assertThat(found).isEmpty();
        assertThat(outerWakes)
                .as("once by upstream, too early, and once by the reader")
                .isEqualTo(2);
        assertThat(splitter.poll(outer)).isNotNull().extracting(Part::key).isEqualTo(1);
    }

    @Test
    void a_failure_that_comes_when_all_have_left_is_told_to_drops() throws Exception {
        Source<Integer> zeros = firstPart();
        IllegalStateException failure = new IllegalStateException("as planned");
        upstream.afterTheLastLook = () -> {
            splitter.close();
            zeros.close();
            throw failure;
        };
        List<Throwable> told = new ArrayList<>();
        Drops.listen(drop -> told.add(drop.failure()));
        try {
            zeros.poll(reader);
        } catch (IllegalStateException thrown) {
            assertThat(thrown).isSameAs(failure);
        } finally {
            Drops.listen(null);
        }
        assertThat(told).containsExactly(failure);
    }

    @Test
    void a_failure_that_somebody_hears_of_is_not_told_to_drops() throws Exception {
        Source<Integer> zeros = firstPart();
        upstream.afterTheLastLook = () -> {
            splitter.close(); // the reader is left
            throw new IllegalStateException("as planned");
        };
        List<Throwable> told = new ArrayList<>();
        Drops.listen(drop -> told.add(drop.failure()));
        try {
            assertThatThrownBy(() -> zeros.poll(reader)).hasMessage("as planned");
        } finally {
            Drops.listen(null);
        }
        assertThat(told).isEmpty();
    }

    @Test
    void who_is_given_up_by_another_while_it_pulls_pulls_no_more() throws Exception {
        List<Part<Integer, Integer>> read = new ArrayList<>();
        Splitter<Integer, Integer> closing = new Splitter<>(
                upstream,
                Routing.byKey(n -> {
                    if (n == 11) {
                        read.forEach(Part::close);
                    }
                    return n % 10;
                }),
                4,
                1_000_000_000);
        upstream.items.addAll(List.of(0, 11, 21, 31));
        read.add(closing.poll(outer));
        Source<Integer> zeros = read.get(0).open();
        assertThat(zeros.poll(reader)).isZero();

        assertThat(zeros.poll(reader)).isNull();

        assertThat(upstream.items).containsExactly(21, 31);
    }

    @Test
    void upstream_is_not_closed_while_somebody_pulls_it() throws Exception {
        Source<Integer> zeros = firstPart();
        List<Integer> closes = new ArrayList<>();
        upstream.afterTheLastLook = () -> {
            splitter.close();
            zeros.close();
            closes.add(upstream.closes); // what is thrown here is taken for a failure of upstream
        };

        assertThat(zeros.poll(reader)).isNull();

        assertThat(closes).as("under a poll").containsExactly(0);
        assertThat(upstream.closes).isEqualTo(1);
    }

    @Test
    void items_of_parts_that_nobody_will_be_given_hold_nobody_up() throws Exception {
        Source<Integer> zeros = firstPart();
        splitter.close();
        upstream.items.addAll(List.of(1, 11, 21, 31, 41, 51, 10)); // more than is held for a part

        assertThat(zeros.poll(reader)).isEqualTo(10);
    }

    @Test
    void who_takes_an_item_of_a_full_part_wakes_those_who_wait_for_room() throws Exception {
        Source<Integer> zeros = firstPart();
        upstream.items.addAll(List.of(10, 20, 30, 40, 50, 1)); // four are held, one is kept
        assertThat(splitter.poll(outer)).isNull();
        outerWakes = 0;

        assertThat(zeros.poll(reader)).isEqualTo(10);

        assertThat(outerWakes).as("or nobody would pull what comes next").isEqualTo(1);
        assertThat(splitter.poll(outer)).isNotNull().extracting(Part::key).isEqualTo(1);
    }

    @Test
    void who_finds_the_end_of_its_part_wakes_those_for_whom_upstream_no_longer_knows_a_waker() throws Exception {
        Splitter<Long, Placed<Integer>> windows = new Splitter<>(placed, Routing.placed(), 4, 1_000_000_000);
        placed.items.add(new Placed<>(0, 5, false));
        Source<Placed<Integer>> window =
                Objects.requireNonNull(windows.poll(outer)).open();
        assertThat(window.poll(reader)).isNotNull();
        outerWakes = 0;
        placed.amidAPoll = () -> waits(windows);
        placed.items.add(new Placed<>(0, null, true));
        placed.items.add(new Placed<>(1, 6, false));

        assertThat(window.poll(reader)).isNull();

        assertThat(window.isDone()).isTrue();
        assertThat(outerWakes).as("or nobody would pull what comes next").isEqualTo(1);
        assertThat(windows.poll(outer)).isNotNull();
    }

    @Test
    void a_part_whose_end_is_followed_by_a_failure_of_all_has_completed_all_the_same() throws Exception {
        Splitter<Long, Placed<Integer>> windows = new Splitter<>(placed, Routing.placed(), 4, 1_000_000_000);
        placed.items.add(new Placed<>(0, 5, false));
        Source<Placed<Integer>> window =
                Objects.requireNonNull(windows.poll(outer)).open();
        assertThat(window.poll(reader)).isNotNull();
        placed.items.add(new Placed<>(0, null, true));
        placed.done = true;
        placed.afterTheLastLook = () -> {
            throw new IllegalStateException("as planned");
        };

        assertThat(window.poll(reader)).isNull();

        assertThat(window.isDone()).isTrue();
        assertThatThrownBy(() -> windows.poll(outer)).hasMessage("as planned");
    }

    @Test
    void a_reader_that_finds_a_new_part_wakes_who_waits_for_one() throws Exception {
        Source<Integer> zeros = firstPart();
        upstream.amidAPoll = () -> waits(splitter);
        upstream.items.add(21);

        assertThat(zeros.poll(reader)).isNull();

        assertThat(outerWakes).isEqualTo(1);
        assertThat(splitter.poll(outer)).isNotNull().extracting(Part::key).isEqualTo(1);
    }

    @Test
    void of_a_thousand_who_wait_for_an_item_one_asks_upstream() throws Exception {
        int many = 1_000;
        Splitter<Integer, Integer> keyed = new Splitter<>(upstream, Routing.byKey(n -> n), 4, 1_000_000_000);
        Deque<Integer> woken = new ArrayDeque<>();
        List<Source<Integer>> readers = new ArrayList<>();
        List<Context> contexts = new ArrayList<>();
        for (int key = 0; key < many; key++) {
            int number = key;
            upstream.items.add(key);
            readers.add(Objects.requireNonNull(keyed.poll(contextWith(Waker.noop())))
                    .open());
            contexts.add(contextWith(() -> woken.add(number)));
            assertThat(readers.get(key).poll(contexts.get(key))).isEqualTo(key);
        }
        for (int key = 0; key < many; key++) {
            assertThat(readers.get(key).poll(contexts.get(key))).isNull();
        }
        woken.clear();
        int[] given = new int[many];
        for (int round = 0; round < 10; round++) {
            upstream.items.add(77 * round);
            int before = upstream.polls;
            upstream.wake();
            for (Integer next = woken.poll(); next != null; next = woken.poll()) {
                contexts.get(next).budget().refill();
                if (readers.get(next).poll(contexts.get(next)) != null) {
                    given[next]++;
                    woken.add(next); // as a task does that asks for more
                }
            }
            assertThat(given[77 * round]).isEqualTo(1);
            assertThat(upstream.polls - before).isLessThanOrEqualTo(4);
        }
    }

    @Test
    void who_waits_where_upstream_is_silent_is_woken_by_it_also_when_another_has_looked_for_the_end() throws Exception {
        Source<Integer> zeros = firstPart();
        assertThat(zeros.poll(reader)).isNull();
        upstream.items.add(21);
        upstream.wake();
        outer.enter();
        try {
            assertThat(splitter.isDone()).as("a look that takes no item").isFalse();
        } finally {
            outer.leave();
        }

        assertThat(splitter.poll(outer)).isNotNull().extracting(Part::key).isEqualTo(1);
    }

    /** What the user's keys do, they do under no lock of ours. */
    private static final class Key {
        static boolean broken;
        static Runnable look = () -> {};
        final int value;

        Key(int value) {
            this.value = value;
        }

        @Override
        public int hashCode() {
            look.run();
            if (broken) {
                throw new IllegalStateException("a broken key");
            }
            return value;
        }

        @Override
        public boolean equals(Object other) {
            look.run();
            return other instanceof Key key && key.value == value;
        }
    }

    @Test
    void keys_are_hashed_under_no_lock_and_not_by_who_leaves() throws Exception {
        Splitter<Key, Integer> keyed = new Splitter<>(upstream, Routing.byKey(n -> new Key(n % 100)), 4, 1_000_000_000);
        Key.look = () -> {
            assertThat(keyed.lock.tryLock()).as("the lock is free").isTrue();
            keyed.lock.unlock();
        };
        try {
            for (int n = 0; n < 1_000; n++) { // a key of a part that was left comes again
                upstream.items.add(n);
                Part<Key, Integer> part = Objects.requireNonNull(keyed.poll(contextWith(Waker.noop())));
                assertThat(part.key().value).isEqualTo(n % 100);
                part.close();
            }
            upstream.items.add(7);
            Source<Integer> last = Objects.requireNonNull(keyed.poll(contextWith(Waker.noop())))
                    .open();
            keyed.close();
            Key.broken = true;

            last.close();

            assertThat(upstream.closes).isEqualTo(1);
        } finally {
            Key.broken = false;
            Key.look = () -> {};
        }
    }

    @Test
    void who_leaves_when_it_was_to_look_for_the_end_leaves_that_to_the_others() throws Exception {
        Source<Integer> zeros = firstPart();
        assertThat(zeros.poll(reader)).isNull(); // it waits, and the owner asks for nothing
        outerWakes = 0;
        upstream.done = true;
        upstream.wake();

        zeros.close();

        assertThat(outerWakes).isEqualTo(1);
        outer.enter();
        try {
            assertThat(splitter.isDone()).isTrue();
        } finally {
            outer.leave();
        }
    }

    @Test
    void who_reads_a_window_is_woken_also_when_the_predicate_of_its_end_throws() throws Exception {
        Splitter<Long, Integer> windows = new Splitter<>(
                upstream,
                Routing.upTo(n -> {
                    if (n == 2) {
                        throw new IllegalStateException("as planned");
                    }
                    return false;
                }),
                4,
                1_000_000_000);
        upstream.items.add(1);
        Source<Integer> window = Objects.requireNonNull(windows.poll(outer)).open();
        int[] wakes = new int[1];
        Context waiting = contextWith(() -> wakes[0]++);
        assertThat(window.poll(waiting)).isEqualTo(1);
        upstream.amidAPoll = () -> {
            try {
                assertThat(window.poll(waiting)).isNull();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            wakes[0] = 0;
        };
        upstream.items.add(2);

        assertThatThrownBy(() -> windows.poll(outer)).hasMessage("as planned");

        assertThat(wakes[0]).isPositive();
        assertThat(window.poll(waiting)).as("it came before the failure").isEqualTo(2);
        assertThatThrownBy(() -> window.poll(waiting)).hasMessage("as planned");
    }

    @Test
    void a_failure_that_no_method_declares_ends_all_and_leaves_upstream_free_to_be_closed() throws Exception {
        Source<Integer> zeros = firstPart();
        assertThat(splitter.poll(outer)).isNull();
        Throwable failure = new Throwable("neither exception nor error");
        upstream.afterTheLastLook = () -> SplitterWakesTest.<RuntimeException>sneak(failure);
        upstream.wake();

        assertThatThrownBy(() -> zeros.poll(reader)).hasCause(failure);

        assertThat(outerWakes).isPositive();
        assertThatThrownBy(() -> splitter.poll(outer)).hasCause(failure);
        splitter.close();
        zeros.close();
        assertThat(upstream.closes).isEqualTo(1);
    }

    @Test
    void a_waker_that_throws_leaves_upstream_free_to_be_closed() throws Exception {
        Source<Integer> zeros = firstPart();
        upstream.amidAPoll = () -> waits(splitter);
        onOuterWake = () -> {
            throw new OutOfMemoryError("as planned");
        };
        upstream.items.add(21);
        assertThatThrownBy(() -> zeros.poll(reader)).hasMessage("as planned");
        onOuterWake = () -> {};

        Part<Integer, Integer> opened = splitter.poll(outer);
        assertThat(opened).isNotNull().extracting(Part::key).isEqualTo(1);
        assertThatThrownBy(() -> zeros.poll(reader)).hasMessage("as planned");
        opened.close();
        zeros.close();
        splitter.close();
        assertThat(upstream.closes).isEqualTo(1);
    }

    @Test
    void a_waker_that_throws_keeps_nobody_behind_it_asleep() throws Exception {
        Source<Integer> zeros = firstPart();
        int[] wakes = new int[1];
        assertThat(splitter.poll(outer)).isNull();
        assertThat(zeros.poll(contextWith(() -> wakes[0]++))).isNull();
        onOuterWake = () -> {
            throw new OutOfMemoryError("as planned");
        };
        int before = wakes[0];

        assertThatThrownBy(upstream::wake).hasMessage("as planned");

        assertThat(wakes[0]).isEqualTo(before + 1);
    }

    @Test
    void a_failure_that_is_known_is_thrown_also_where_there_is_no_budget() throws Exception {
        Source<Integer> zeros = firstPart();
        upstream.items.add(10);
        upstream.afterTheLastLook = () -> {
            throw new IllegalStateException("as planned");
        };
        assertThatThrownBy(() -> splitter.poll(outer)).hasMessage("as planned");
        assertThat(zeros.isDone()).as("an item comes first").isFalse();
        Context poor = new Context(outer.host(), 1);
        assertThat(poor.charge()).isTrue();
        assertThat(zeros.poll(poor)).as("no budget for the item").isNull();
        assertThat(zeros.poll(reader)).isEqualTo(10);

        assertThat(zeros.isDone()).isTrue();
        assertThatThrownBy(() -> zeros.poll(poor)).hasMessage("as planned");
        assertThat(zeros.isDone()).as("it stays so (S3)").isTrue();
        assertThatThrownBy(() -> splitter.poll(poor)).hasMessage("as planned");
        assertThat(splitter.isDone()).isTrue();
    }

    @Test
    void upstream_is_closed_when_it_has_completed_although_a_part_that_was_given_is_never_opened() throws Exception {
        upstream.items.addAll(List.of(0, 1, 10));
        Part<Integer, Integer> zeros = Objects.requireNonNull(splitter.poll(outer));
        assertThat(splitter.poll(outer)).isNotNull().extracting(Part::key).isEqualTo(1);
        assertThat(splitter.poll(outer)).isNull();
        assertThat(upstream.closes).as("it may have more").isZero();
        upstream.done = true;
        upstream.wake();

        assertThat(splitter.poll(outer)).isNull();

        assertThat(splitter.isDone()).isTrue();
        assertThat(upstream.closes).as("its owner has not closed").isZero();
        splitter.close();
        assertThat(upstream.closes).isEqualTo(1);
        Source<Integer> late = zeros.open();
        assertThat(late.poll(reader)).isZero();
        assertThat(late.poll(reader)).isEqualTo(10);
        assertThat(late.isDone()).isTrue();
        late.close();
        assertThat(upstream.closes).isEqualTo(1);
    }

    @Test
    void upstream_is_closed_when_it_has_failed_although_a_part_that_was_given_is_never_opened() throws Exception {
        upstream.items.add(0);
        Part<Integer, Integer> zeros = Objects.requireNonNull(splitter.poll(outer));
        upstream.afterTheLastLook = () -> {
            throw new IllegalStateException("as planned");
        };

        assertThatThrownBy(() -> splitter.poll(outer)).hasMessage("as planned");

        splitter.close();
        assertThat(upstream.closes).isEqualTo(1);
        Source<Integer> late = zeros.open();
        assertThat(late.poll(reader)).isZero();
        assertThatThrownBy(() -> late.poll(reader)).hasMessage("as planned");
        late.close();
        assertThat(upstream.closes).isEqualTo(1);
    }

    @Test
    void upstream_that_ends_after_its_owner_has_left_is_closed_by_the_first_reader_that_leaves() throws Exception {
        upstream.items.addAll(List.of(0, 1));
        Source<Integer> zeros = Objects.requireNonNull(splitter.poll(outer)).open();
        assertThat(splitter.poll(outer)).isNotNull();
        splitter.close();
        assertThat(zeros.poll(reader)).isZero();
        upstream.items.add(10);
        upstream.done = true;

        assertThat(zeros.poll(reader)).isEqualTo(10);

        assertThat(zeros.isDone()).isTrue();
        assertThat(upstream.closes).as("by who closes, not by who pulls").isZero();
        zeros.close();
        assertThat(upstream.closes).isEqualTo(1);
    }

    @Test
    void parts_that_were_gathered_are_read_one_after_the_other_when_no_more_are_asked_for() throws Exception {
        upstream.items.addAll(List.of(0, 1, 10, 11));
        Part<Integer, Integer> zeros = Objects.requireNonNull(splitter.poll(outer));
        Part<Integer, Integer> ones = Objects.requireNonNull(splitter.poll(outer));
        splitter.close();
        Source<Integer> first = zeros.open();
        assertThat(first.poll(reader)).isZero();
        assertThat(first.poll(reader)).isEqualTo(10);
        first.close();

        assertThat(upstream.closes).as("one is yet to be opened").isZero();
        Source<Integer> second = ones.open();
        assertThat(second.poll(reader)).isEqualTo(1);
        assertThat(second.poll(reader)).isEqualTo(11);
        second.close();
        assertThat(upstream.closes).isEqualTo(1);
    }

    @Test
    void the_end_is_found_by_who_asks_outside_of_any_poll() throws Exception {
        Source<Integer> zeros = firstPart();
        assertThat(zeros.poll(reader)).isNull();
        upstream.done = true;
        upstream.wake();

        assertThat(zeros.isDone()).isTrue();
        assertThat(splitter.isDone()).isTrue();
    }

    @Test
    void who_asks_for_the_end_in_the_poll_of_another_task_lends_nothing_of_it() throws Exception {
        Source<Integer> zeros = firstPart();
        assertThat(zeros.poll(reader)).isNull();
        upstream.wake();
        Context another = contextWith(Waker.noop());
        upstream.done = true;

        another.enter();
        try {
            assertThat(splitter.isDone()).isTrue();
        } finally {
            another.leave();
        }

        assertThat(upstream.lastHost).isSameAs(outer.host());
        assertThat(upstream.lastBudget).isNotSameAs(another.budget());
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    /** The owner asks while another pulls. */
    private void waits(Splitter<?, ?> asked) {
        try {
            assertThat(asked.poll(outer)).isNull();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Source<Integer> firstPart() throws Exception {
        upstream.items.add(0);
        Part<Integer, Integer> part = splitter.poll(outer);
        assertThat(part).isNotNull();
        Source<Integer> zeros = part.open();
        assertThat(zeros.poll(reader)).isZero();
        outerWakes = 0;
        return zeros;
    }

    /** Forgets its waker when it gives an item, as sources may. */
    private static final class Upstream<T> implements Source<T> {
        final Deque<T> items = new ArrayDeque<>();
        Waker waker;
        Runnable amidAPoll = () -> {};
        Runnable afterTheLastLook = () -> {};
        Host lastHost;
        Budget lastBudget;
        boolean done;
        int closes;
        int polls;

        @Override
        public T poll(Context cx) {
            polls++;
            waker = null;
            Runnable amid = amidAPoll;
            amidAPoll = () -> {};
            amid.run();
            lastHost = cx.host();
            lastBudget = cx.budget();
            T item = items.poll();
            if (item == null) {
                waker = cx.waker();
                Runnable event = afterTheLastLook;
                afterTheLastLook = () -> {};
                event.run();
            }
            return item;
        }

        void wake() {
            Waker taken = waker;
            waker = null;
            taken.wake();
        }

        @Override
        public boolean isDone() {
            return done && items.isEmpty();
        }

        @Override
        public void close() {
            closes++;
        }
    }
}
