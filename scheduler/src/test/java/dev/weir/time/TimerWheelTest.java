package dev.weir.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimerWheelTest {
    private final TimerWheel<Entry> wheel = new TimerWheel<>();

    @Test
    void an_empty_wheel_has_nothing_to_do() {
        assertThat(wheel.nextTick()).isEqualTo(TimerWheel.NEVER);
        wheel.advance(1L << 40);
        assertThat(wheel.due()).isZero();
        assertThat(wheel.size()).isZero();
    }

    /** Both sides of every border between levels, of the clamp and of the turns of the top level. */
    @ParameterizedTest
    @MethodSource("borders")
    void expires_at_its_tick_and_not_one_before(long tick) {
        wheel.insert(new Entry(tick));

        wheel.advance(tick - 1);
        assertThat(wheel.due()).isZero();
        assertThat(wheel.nextTick()).isLessThanOrEqualTo(tick);
        wheel.advance(tick);
        assertThat(wheel.due()).isEqualTo(1);
        assertThat(wheel.nextTick()).isEqualTo(tick);
    }

    /** The same when the wheel stands just before a border. */
    @ParameterizedTest
    @MethodSource("borders")
    void a_timer_beyond_a_border_is_the_next_tick(long border) {
        wheel.advance(border - 1);
        wheel.insert(new Entry(border));
        assertThat(wheel.nextTick()).isEqualTo(border);
        wheel.advance(border);
        assertThat(wheel.due()).isEqualTo(1);
    }

    @Test
    void all_expire_at_once_however_far_off_in_the_order_of_their_levels() {
        long century = Long.MAX_VALUE / 3 / Timers.TICK_NANOS;
        List<Entry> all = LongStream.of(0, 5, 70, 5_000, 300_000, 1L << 25, 1L << 33, century)
                .mapToObj(Entry::new)
                .toList();
        all.forEach(wheel::insert);
        all.forEach(entry -> entry.looks = 0);
        wheel.expireAll(Long.MAX_VALUE / Timers.TICK_NANOS);
        assertThat(all).allMatch(entry -> entry.looks <= 1);
        List<Entry> expired = new ArrayList<>();
        while (wheel.due() > 0) {
            expired.add(wheel.takeDue());
        }
        assertThat(expired).isEqualTo(all);
        assertThat(wheel.nextTick()).isEqualTo(TimerWheel.NEVER);
        wheel.insert(new Entry(century));
        assertThat(wheel.due()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("borders")
    void the_way_to_a_lone_timer_is_short(long tick) {
        wheel.insert(new Entry(tick));
        int steps = 0;
        while (wheel.due() == 0) {
            long next = wheel.nextTick();
            assertThat(next).isGreaterThan(steps == 0 ? 0 : -1).isLessThanOrEqualTo(tick);
            wheel.advance(next);
            steps++;
            assertThat(steps).isLessThanOrEqualTo(6 + (int) (tick >>> 36));
        }
        assertThat(steps).isPositive();
    }

    static LongStream borders() {
        return LongStream.of(6, 12, 18, 24, 30, 36, 37, 42)
                .flatMap(bit -> LongStream.of((1L << bit) - 1, 1L << bit, (1L << bit) + 1, 3L << bit));
    }

    /** One that is a turn ahead lies in the slot where the top level stands, and must not hide one that is nearer. */
    @Test
    void the_slot_in_which_the_top_level_stands_comes_last() {
        long turn = 1L << 36;
        long slot = 1L << 30;
        wheel.advance(5 * slot + 3);
        wheel.insert(new Entry(turn + 5 * slot + 4));
        wheel.insert(new Entry(6 * slot));
        wheel.insert(new Entry(turn + 4 * slot));

        assertThat(wheel.nextTick()).isEqualTo(6 * slot);
        wheel.advance(6 * slot);
        assertThat(wheel.due()).isEqualTo(1);
        wheel.advance(turn + 4 * slot);
        assertThat(wheel.due()).isEqualTo(2);
        wheel.advance(turn + 5 * slot + 3);
        assertThat(wheel.due()).isEqualTo(2);
        wheel.advance(turn + 5 * slot + 4);
        assertThat(wheel.due()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 99, 100})
    void what_has_come_already_is_due_at_once(long tick) {
        wheel.advance(100);
        Entry timer = new Entry(tick);
        wheel.insert(timer);

        assertThat(wheel.nextTick()).isEqualTo(100);
        assertThat(wheel.takeDue()).isSameAs(timer);
        assertThat(wheel.nextTick()).isEqualTo(TimerWheel.NEVER);
    }

    @Test
    void a_removed_timer_may_be_inserted_again() {
        Entry timer = new Entry(1L << 20);
        wheel.insert(timer);
        wheel.remove(timer);
        assertThat(wheel.nextTick()).isEqualTo(TimerWheel.NEVER);

        timer.tick = 7;
        wheel.insert(timer);
        wheel.advance(7);
        assertThat(wheel.takeDue()).isSameAs(timer);
        assertThat(wheel.size()).isZero();
    }

    @Test
    void never_runs_backwards() {
        wheel.advance(1_000);
        wheel.advance(10);
        wheel.insert(new Entry(500));
        assertThat(wheel.nextTick()).isEqualTo(1_000);
    }

    /** Which is how a timer is put off without anybody's help. */
    @ParameterizedTest
    @MethodSource("borders")
    void what_moves_ahead_in_its_slot_is_filed_again_when_the_slot_comes(long tick) {
        for (long first : new long[] {1, 63, 64, 70, 5_000}) {
            TimerWheel<Entry> wheel = new TimerWheel<>();
            Entry timer = new Entry(Math.min(first, tick));
            wheel.insert(timer);
            timer.tick = tick;
            wheel.advance(tick - 1);
            assertThat(wheel.due()).isZero();
            assertThat(wheel.size()).isEqualTo(1);
            wheel.advance(tick);
            assertThat(wheel.takeDue()).isSameAs(timer);
        }
    }

    @Test
    void clear_takes_out_all_due_or_not() {
        Entry due = new Entry(0);
        for (Entry timer : List.of(due, new Entry(0), new Entry(5), new Entry(5), new Entry(5), new Entry(1L << 40))) {
            wheel.insert(timer);
        }
        wheel.clear();
        assertThat(wheel.size()).isZero();
        assertThat(wheel.due()).isZero();
        assertThat(wheel.nextTick()).isEqualTo(TimerWheel.NEVER);
        assertThat(due.isFiled()).isFalse();
        wheel.insert(due);
        assertThat(wheel.takeDue()).isSameAs(due);
    }

    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 30), LongStream.of(System.nanoTime()));
    }

    /** Against a sorted map. The seed is the name of the run; the last one is new each time. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void does_what_a_sorted_map_does(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Model model = new Model();
        List<Entry> pending = new ArrayList<>();
        for (int op = 0; op < 4_000; op++) {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> {
                    Entry timer = new Entry(Math.max(0, model.now + anyDistance(random) - random.nextInt(3)));
                    wheel.insert(timer);
                    model.insert(timer, timer.tick);
                    pending.add(timer);
                }
                case 3 -> {
                    if (!pending.isEmpty()) {
                        Entry timer = pending.remove(random.nextInt(pending.size()));
                        wheel.remove(timer);
                        model.remove(timer);
                    }
                }
                case 4 -> {
                    if (!pending.isEmpty()) {
                        Entry timer = pending.get(random.nextInt(pending.size()));
                        wheel.remove(timer);
                        timer.tick = model.now + anyDistance(random);
                        wheel.insert(timer);
                        model.remove(timer);
                        model.insert(timer, timer.tick);
                    }
                }
                case 5 -> advance(model, model.now + anyDistance(random), pending);
                case 6 -> advance(model, Math.max(model.now, Math.min(wheel.nextTick(), 1L << 45)), pending);
                default -> {
                    if (!model.isEmpty()) {
                        advance(model, Math.max(model.now, model.earliest() - random.nextInt(2)), pending);
                    }
                }
            }
            check(model);
        }
    }

    private void advance(Model model, long to, List<Entry> pending) {
        wheel.advance(to);
        List<Entry> taken = new ArrayList<>();
        while (wheel.due() > 0) {
            taken.add(wheel.takeDue());
        }
        assertThat(taken).as("due at %d", to).isEqualTo(model.advance(to));
        pending.removeAll(taken);
    }

    private void check(Model model) {
        assertThat(wheel.size()).isEqualTo(model.size);
        if (model.isEmpty()) {
            assertThat(wheel.nextTick()).isEqualTo(TimerWheel.NEVER);
            assertThat(wheel.earliest()).isNull();
            return;
        }
        assertThat(Math.max(model.now, wheel.earliest().tick)).isEqualTo(model.earliest());
        if (model.earliest() == model.now) {
            assertThat(wheel.nextTick()).isEqualTo(model.now);
        } else {
            assertThat(wheel.nextTick()).isGreaterThan(model.now).isLessThanOrEqualTo(model.earliest());
        }
    }

    /** All magnitudes alike, up to far beyond the span of the wheel. */
    private static long anyDistance(SplittableRandom random) {
        return random.nextLong(1L << random.nextInt(1, random.nextInt(20) == 0 ? 41 : 37));
    }

    private static final class Entry extends WheelEntry {
        long tick;
        int looks;

        Entry(long tick) {
            this.tick = tick;
        }

        @Override
        long tick() {
            looks++;
            return tick;
        }

        @Override
        public String toString() {
            return "Entry[" + tick + "]";
        }
    }

    /** Ticks in order, and the timers of a tick in the order in which they came. */
    private static final class Model {
        private final TreeMap<Long, LinkedHashSet<Entry>> ticks = new TreeMap<>();
        long now;
        int size;

        void insert(Entry timer, long tick) {
            ticks.computeIfAbsent(Math.max(tick, now), key -> new LinkedHashSet<>())
                    .add(timer);
            size++;
        }

        void remove(Entry timer) {
            for (long tick : List.copyOf(ticks.keySet())) {
                if (ticks.get(tick).remove(timer)) {
                    size--;
                    if (ticks.get(tick).isEmpty()) {
                        ticks.remove(tick);
                    }
                    return;
                }
            }
            throw new AssertionError("not in the model: " + timer);
        }

        List<Entry> advance(long to) {
            now = to;
            List<Entry> due = new ArrayList<>();
            while (!ticks.isEmpty() && ticks.firstKey() <= to) {
                due.addAll(ticks.pollFirstEntry().getValue());
            }
            size -= due.size();
            return due;
        }

        boolean isEmpty() {
            return ticks.isEmpty();
        }

        long earliest() {
            return ticks.firstKey();
        }
    }
}
