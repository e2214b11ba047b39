package dev.weir.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Waker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DelayQueueTest {
    private final PausedHost host = new PausedHost();
    private final Context cx = host.cx;
    private final DelayQueue<String> queue = new DelayQueue<>(host.clock);

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    @Test
    void hands_out_items_at_their_deadlines_in_the_order_of_these() {
        queue.insert("late", millis(70));
        queue.insert("soon", millis(5));
        queue.insert("middle", millis(6));
        assertThat(queue.poll(cx)).isNull();
        assertThat(host.timers.size()).as("one timer for all").isEqualTo(1);

        host.advance(Duration.ofNanos(4_999_999));
        assertThat(queue.poll(cx)).isNull();
        host.advance(Duration.ofNanos(1));
        assertThat(host.wakes).hasValue(1);
        assertThat(queue.poll(cx)).isEqualTo("soon");
        assertThat(queue.poll(cx)).isNull();
        host.advanceMillis(65);
        assertThat(List.of(queue.poll(cx), queue.poll(cx))).containsExactly("middle", "late");
        assertThat(queue.poll(cx)).isNull();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void an_empty_queue_waits_for_the_next_insert_and_is_never_done() {
        assertThat(queue.poll(cx)).isNull();
        assertThat(queue.isDone()).isFalse();
        queue.insert("first", millis(3));
        assertThat(host.wakes).hasValue(1);
        assertThat(queue.poll(cx)).isNull();
        host.advanceMillis(3);
        assertThat(queue.poll(cx)).isEqualTo("first");

        queue.insert("again", Duration.ZERO);
        assertThat(queue.poll(cx)).isEqualTo("again");
    }

    @Test
    void only_an_item_that_comes_first_wakes_its_poller() {
        queue.insert("b", millis(20));
        queue.poll(cx);
        queue.insert("c", millis(30));
        assertThat(host.wakes).hasValue(0);
        queue.insert("a", millis(10));
        assertThat(host.wakes).hasValue(1);
    }

    @Test
    void the_deadline_after_the_longest_delay_lies_ahead() {
        host.advance(Duration.ofNanos(1));
        long ahead = queue.insert("last", Duration.ofSeconds(Long.MAX_VALUE)).deadlineNanos() - host.clock.nanos();
        assertThat(ahead).isGreaterThan(Duration.ofDays(365 * 292).toNanos());
    }

    @Test
    void an_item_may_be_taken_out_or_given_another_delay() {
        DelayQueue.Key<String> a = queue.insert("a", millis(10));
        DelayQueue.Key<String> b = queue.insert("b", millis(20));
        queue.poll(cx);
        assertThat(queue.remove(a)).isEqualTo("a");
        queue.reset(b, millis(5));
        assertThat(b.deadlineNanos()).isEqualTo(millis(5).toNanos());
        host.advanceMillis(5);
        assertThat(queue.poll(cx)).isEqualTo("b");
        assertThat(queue.size()).isZero();
    }

    @Test
    void putting_an_item_off_keeps_it_back() {
        DelayQueue.Key<String> a = queue.insert("a", millis(10));
        queue.poll(cx);
        queue.resetAt(a, millis(100).toNanos());
        host.advanceMillis(99);
        assertThat(queue.poll(cx)).isNull();
        host.advanceMillis(1);
        assertThat(queue.poll(cx)).isEqualTo("a");
    }

    @Test
    void a_stale_key_is_refused() {
        DelayQueue.Key<String> out = queue.insert("out", Duration.ZERO);
        assertThat(queue.poll(cx)).isEqualTo("out");
        DelayQueue.Key<String> removed = queue.insert("removed", millis(1));
        queue.remove(removed);
        DelayQueue.Key<String> foreign = new DelayQueue<String>(host.clock).insert("foreign", millis(1));
        for (DelayQueue.Key<String> key : List.of(out, removed, foreign)) {
            assertThatThrownBy(() -> queue.remove(key))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(key.item());
            assertThatThrownBy(() -> queue.reset(key, millis(1))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void taking_the_last_item_away_wakes_the_poller() {
        DelayQueue.Key<String> a = queue.insert("a", millis(10));
        DelayQueue.Key<String> b = queue.insert("b", millis(10));
        queue.poll(cx);
        queue.remove(a);
        assertThat(host.wakes).hasValue(0);
        queue.remove(b);
        assertThat(host.wakes).hasValue(1);
        assertThat(queue.poll(cx)).isNull();
        assertThat(host.timers.size()).as("nothing to wait for").isZero();
    }

    @Test
    void clear_takes_all_away_and_wakes_the_poller() {
        queue.insert("a", millis(10));
        queue.insert("b", millis(10_000));
        queue.poll(cx);
        queue.clear();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(host.wakes).hasValue(1);
        host.advanceMillis(20_000);
        assertThat(queue.poll(cx)).isNull();
    }

    @Test
    void peek_shows_what_comes_next() {
        assertThat(queue.peek()).isNull();
        queue.insert("far", Duration.ofDays(900));
        queue.insert("b", millis(90_000));
        DelayQueue.Key<String> a = queue.insert("a", millis(80_000));
        assertThat(queue.peek()).isSameAs(a);
        assertThat(queue.size()).isEqualTo(3);
        assertThat(a.item()).isEqualTo("a");
    }

    @Test
    void charges_one_operation_for_an_item_and_none_for_a_poll_in_vain() {
        PausedHost poor = new PausedHost(0, 1);
        DelayQueue<String> queue = new DelayQueue<>(poor.clock);
        queue.insert("a", Duration.ZERO);
        queue.insert("b", Duration.ZERO);
        assertThat(queue.poll(poor.cx)).isEqualTo("a");
        assertThat(queue.poll(poor.cx)).isNull();
        assertThat(poor.wakes).as("for the rest of its work").hasValue(1);
        poor.cx.budget().refill();
        assertThat(queue.poll(poor.cx)).isEqualTo("b");
        poor.cx.budget().refill();
        assertThat(queue.poll(poor.cx)).isNull();
        assertThat(poor.cx.budget().isExhausted()).isFalse();
    }

    @Test
    void a_closed_queue_is_done_and_takes_nothing() {
        queue.insert("a", millis(5));
        queue.poll(cx);
        queue.close();
        assertThat(host.wakes).as("who closes it knows").hasValue(0);
        assertThat(queue.isDone()).isTrue();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.poll(cx)).isNull();
        assertThat(host.timers.size()).isZero();
        assertThatThrownBy(() -> queue.insert("b", millis(5))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_part_of_a_tick_counts_as_one() {
        DelayQueue.Key<String> key = queue.insert("a", Duration.ofNanos(1_000_001));
        assertThat(key.deadlineNanos()).isEqualTo(1_250_000);
        host.advance(Duration.ofNanos(1_249_999));
        assertThat(queue.poll(cx)).isNull();
        host.advance(Duration.ofNanos(1));
        assertThat(queue.poll(cx)).isEqualTo("a");
    }

    @Test
    void what_was_due_before_the_queue_was_made_is_due_at_once() {
        host.advanceMillis(5);
        queue.insertAt("long ago", -10_000_000);
        assertThat(queue.poll(cx)).isEqualTo("long ago");
    }

    @Test
    void the_longest_delay_saturates() {
        queue.insert("never", Duration.ofSeconds(Long.MAX_VALUE));
        host.advance(Duration.ofDays(365 * 200));
        assertThat(queue.poll(cx)).isNull();
        queue.insert("never either", Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(queue.poll(cx)).isNull();
        assertThat(queue.size()).isEqualTo(2);
    }

    /** Else nobody would look again: the item came due after the wheel was read and before a timer was set. */
    @ParameterizedTest
    @ValueSource(longs = {100_000, 333_333, 600_000, 1_000_000, 2_500_000})
    void who_is_sent_away_has_a_timer_though_time_goes_on_between_two_looks(long step) {
        AtomicLong now = new AtomicLong();
        Clock moving = () -> now.getAndAdd(step);
        Timers timers = new Timers(moving, Waker.noop());
        Context cx = new Context(
                new Host() {
                    @Override
                    public <S> @Nullable S service(Class<S> type) {
                        return type == Timers.class ? type.cast(timers) : null;
                    }
                },
                Budget.DEFAULT);
        DelayQueue<Integer> queue = new DelayQueue<>(moving);
        for (int i = 0; i < 20; i++) {
            queue.insert(i, millis(1 + i % 3));
            cx.budget().refill();
            if (queue.poll(cx) == null) {
                assertThat(timers.size()).as("timers").isEqualTo(1);
            }
        }
    }

    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 20), LongStream.of(System.nanoTime()));
    }

    /** Against a map that is sorted by hand. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void does_what_a_sorted_map_does(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<DelayQueue.Key<String>, Long> model = new HashMap<>();
        for (int op = 0; op < 1_000; op++) {
            long delay = random.nextLong(1L << random.nextInt(1, 20));
            List<DelayQueue.Key<String>> keys = new ArrayList<>(model.keySet());
            keys.sort(Comparator.comparing(DelayQueue.Key::item));
            DelayQueue.Key<String> any = keys.isEmpty() ? null : keys.get(random.nextInt(keys.size()));
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    DelayQueue.Key<String> key = queue.insert("item " + op, millis(delay));
                    model.put(key, key.deadlineNanos());
                }
                case 2 -> {
                    if (any != null) {
                        queue.remove(any);
                        model.remove(any);
                    }
                }
                case 3 -> {
                    if (any != null) {
                        queue.reset(any, millis(delay));
                        model.put(any, any.deadlineNanos());
                    }
                }
                default -> {
                    host.advanceMillis(delay);
                    long before = Long.MIN_VALUE;
                    cx.budget().refill();
                    for (String item = queue.poll(cx); item != null; item = queue.poll(cx)) {
                        String out = item;
                        DelayQueue.Key<String> key = model.keySet().stream()
                                .filter(each -> each.item().equals(out))
                                .findAny()
                                .orElseThrow();
                        long deadline = model.remove(key);
                        assertThat(deadline).isBetween(before, host.clock.nanos());
                        before = deadline;
                        cx.budget().refill();
                    }
                    assertThat(model.values()).allMatch(deadline -> deadline > host.clock.nanos());
                }
            }
            assertThat(queue.size()).isEqualTo(model.size());
            assertThat(queue.peek() == null ? null : queue.peek().deadlineNanos())
                    .isEqualTo(model.values().stream().min(Long::compare).orElse(null));
        }
    }
}
