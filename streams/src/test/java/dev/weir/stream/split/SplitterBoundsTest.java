package dev.weir.stream.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.stream.op.Map;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import dev.weir.time.Clock;
import dev.weir.time.ManualClock;
import dev.weir.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is held for an owner who is slow to take parts, while a reader pulls. */
class SplitterBoundsTest {
    private static final int CAPACITY = 4;
    private static final long PATIENCE = Duration.ofSeconds(1).toNanos();

    private final ManualClock clock = new ManualClock();
    private final Timers timers = new Timers(clock, Waker.noop());
    private int outerWakes;
    private int readerWakes;
    private final Context outer = contextWith(() -> outerWakes++);
    private final Context reader = contextWith(() -> readerWakes++);

    private Context contextWith(Waker waker) {
        Host host = new Host() {
            @Override
            public <S> @Nullable S service(Class<S> type) {
                return type == Clock.class ? type.cast(clock) : type == Timers.class ? type.cast(timers) : null;
            }
        };
        return new Context(host, 128).withWaker(waker);
    }

    /** The numbers up to a count; it tells how many were taken. */
    private static final class Numbers implements Source<Integer> {
        private final int count;
        int taken;
        int closes;

        Numbers(int count) {
            this.count = count;
        }

        @Override
        public @Nullable Integer poll(Context cx) {
            return taken == count ? null : taken++;
        }

        @Override
        public boolean isDone() {
            return taken == count;
        }

        @Override
        public void close() {
            closes++;
        }
    }

    private <X> @Nullable X poll(Source<X> source, Context cx) throws Exception {
        cx.budget().refill();
        return source.poll(cx);
    }

    /** Every thousandth number belongs to the part 0, which is read; each other one has a part of its own. */
    @Test
    void of_a_million_keys_no_more_are_held_than_was_said_and_none_is_lost() throws Exception {
        Numbers numbers = new Numbers(1_000_000);
        Splitter<Integer, Integer> splitter =
                new Splitter<>(numbers, Routing.byKey(n -> n % 1_000 == 0 ? 0 : n), CAPACITY, PATIENCE);
        Source<Integer> zeros = poll(splitter, outer).open();
        int nextZero = 0;
        int nextOther = 1;
        int mostAhead = 0;
        while (!zeros.isDone() || !splitter.isDone()) {
            for (Integer zero = poll(zeros, reader); zero != null; zero = poll(zeros, reader)) {
                assertThat(zero).isEqualTo(nextZero);
                nextZero += 1_000;
            }
            int taken = nextZero / 1_000 - 1 + nextOther - nextOther / 1_000 - 1;
            mostAhead = Math.max(mostAhead, numbers.taken - taken);
            readerWakes = 0;
            Part<Integer, Integer> part = poll(splitter, outer);
            if (part != null) {
                nextOther += nextOther % 1_000 == 0 ? 1 : 0;
                if (part.key() != nextOther) {
                    throw new AssertionError("part " + part.key() + " instead of " + nextOther);
                }
                Source<Integer> only = part.open();
                if (!Integer.valueOf(nextOther).equals(poll(only, outer))) {
                    throw new AssertionError("the item of the part " + nextOther);
                }
                only.close();
                nextOther++;
            }
        }
        assertThat(nextZero).isEqualTo(1_000_000);
        assertThat(nextOther).isEqualTo(1_000_000);
        assertThat(mostAhead)
                .as("parts that wait, one that is kept, items of the part that is read")
                .isBetween(CAPACITY, 2 * CAPACITY + 2);
        splitter.close();
        zeros.close();
        assertThat(numbers.closes).isEqualTo(1);
    }

    @Test
    void nothing_is_pulled_until_a_part_is_taken_and_who_waits_is_woken_then() throws Exception {
        Numbers numbers = new Numbers(100);
        Splitter<Integer, Integer> splitter = new Splitter<>(numbers, Routing.byKey(n -> n), CAPACITY, PATIENCE);
        Source<Integer> first = poll(splitter, outer).open();
        assertThat(poll(first, reader)).isZero();
        for (int i = 0; i < 10; i++) {
            assertThat(poll(first, reader)).isNull();
        }
        assertThat(numbers.taken).as("one is read, so many wait, one is kept").isEqualTo(1 + CAPACITY + 1);

        readerWakes = 0;
        assertThat(poll(splitter, outer).key()).isEqualTo(1);

        assertThat(readerWakes).as("or nobody would pull what comes next").isEqualTo(1);
        assertThat(poll(first, reader)).isNull();
        assertThat(numbers.taken).isEqualTo(1 + CAPACITY + 2);
        assertThat(IntStream.range(0, CAPACITY).mapToObj(i -> take(splitter))).containsExactly(2, 3, 4, 5);
    }

    private Integer take(Splitter<Integer, Integer> splitter) {
        try {
            return poll(splitter, outer).key();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void an_owner_who_leaves_holds_up_nobody() throws Exception {
        Numbers numbers = new Numbers(100);
        Splitter<Integer, Integer> splitter =
                new Splitter<>(numbers, Routing.byKey(n -> n == 99 ? 0 : n), CAPACITY, PATIENCE);
        Source<Integer> first = poll(splitter, outer).open();
        assertThat(poll(first, reader)).isZero();
        assertThat(poll(first, reader)).isNull();
        readerWakes = 0;

        splitter.close();

        assertThat(readerWakes).isEqualTo(1);
        assertThat(poll(first, reader))
                .as("what nobody will be given is dropped")
                .isEqualTo(99);
        assertThat(first.isDone()).isTrue();
        first.close();
        assertThat(numbers.closes).isEqualTo(1);
        assertThat(timers.size()).isZero();
    }

    @Test
    void who_waits_for_an_owner_who_takes_nothing_loses_patience_and_says_what_it_waits_for() throws Exception {
        Numbers numbers = new Numbers(100);
        Splitter<Integer, Integer> splitter = new Splitter<>(numbers, Routing.byKey(n -> n), CAPACITY, PATIENCE);
        Source<Integer> first = poll(splitter, outer).open();
        assertThat(poll(first, reader)).isZero();
        assertThat(poll(first, reader)).isNull();

        readerWakes = 0;
        pass(PATIENCE);

        assertThat(readerWakes).isEqualTo(1);
        assertThatThrownBy(() -> poll(first, reader))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(
                        "nobody has taken a part for PT1S, 4 are held until they are, the part 5 would be one more");
        Set<Integer> keys = new HashSet<>();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        keys.add(poll(splitter, outer).key());
                    }
                })
                .hasMessageContaining("nobody has taken a part");
        assertThat(keys).as("what came before the failure").containsExactlyInAnyOrder(1, 2, 3, 4);
        first.close();
        splitter.close();
        assertThat(numbers.closes).as("four are never opened").isEqualTo(1);
        assertThat(timers.size()).isZero();
    }

    @Test
    void an_owner_who_is_slow_but_takes_parts_tries_nobodys_patience() throws Exception {
        Numbers numbers = new Numbers(20);
        Splitter<Integer, Integer> splitter = new Splitter<>(numbers, Routing.byKey(n -> n), 1, PATIENCE);
        Source<Integer> first = poll(splitter, outer).open();
        assertThat(poll(first, reader)).isZero();
        List<Integer> keys = new ArrayList<>();
        while (!splitter.isDone()) {
            assertThat(poll(first, reader)).isNull();
            pass(PATIENCE * 2 / 3);
            assertThat(poll(first, reader)).isNull();
            Part<Integer, Integer> part = poll(splitter, outer);
            if (part != null) {
                keys.add(part.key());
            }
        }
        assertThat(keys).isEqualTo(IntStream.range(1, 20).boxed().toList());
    }

    /** Every other number belongs to the window 0, which is read; of the others each is a window of its own. */
    @Test
    void windows_that_nobody_takes_are_held_within_the_same_bound() throws Exception {
        Numbers numbers = new Numbers(1_000);
        Source<Placed<Integer>> placed = new Map<>(numbers, n -> new Placed<>(n % 2 == 0 ? 0L : n, n, n % 2 == 1));
        Splitter<Long, Placed<Integer>> windows = new Splitter<>(placed, Routing.placed(), CAPACITY, PATIENCE);
        Source<Placed<Integer>> first = poll(windows, outer).open();
        for (int i = 0; i <= CAPACITY; i++) {
            assertThat(poll(first, reader).item()).isEqualTo(2 * i);
        }

        assertThat(poll(first, reader)).isNull();
        assertThat(numbers.taken).as("so many wait, one is kept").isEqualTo(2 * CAPACITY + 2);
        assertThat(poll(windows, outer).key()).isEqualTo(1);
        assertThat(poll(first, reader).item()).isEqualTo(2 * CAPACITY + 2);
        assertThat(poll(first, reader)).isNull();

        pass(PATIENCE);
        assertThatThrownBy(() -> poll(first, reader)).hasMessageContaining("nobody has taken a part for PT1S");
        first.close();
        windows.close();
    }

    private void pass(long nanos) {
        clock.advance(Duration.ofNanos(nanos));
        timers.fire();
    }
}
