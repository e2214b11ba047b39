package dev.weir.time;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.task.Waker;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimersTest {
    private static final long MILLI = 1_000_000;

    private final ManualClock clock = new ManualClock();
    private final AtomicInteger earlier = new AtomicInteger();
    private final AtomicInteger wakes = new AtomicInteger();
    private final Waker waker = wakes::incrementAndGet;
    private final Timers timers = new Timers(clock, earlier::incrementAndGet);

    @Test
    void without_timers_the_sleeper_may_sleep_for_ever() {
        assertThat(timers.nanosUntilNext()).isEqualTo(Long.MAX_VALUE);
        assertThat(timers.fire()).isZero();
    }

    @Test
    void the_sleeper_may_sleep_until_the_deadline_rounded_up_to_a_quarter_of_a_milli() {
        clock.advanceTo(500_000);
        timers.schedule(2_800_000, waker);
        assertThat(timers.nanosUntilNext()).isEqualTo(2_500_000);

        clock.advanceTo(3 * MILLI - 1);
        assertThat(timers.fire()).isZero();
        assertThat(timers.nanosUntilNext()).isEqualTo(1);
        clock.advanceTo(3 * MILLI);
        assertThat(timers.nanosUntilNext()).isZero();
        assertThat(timers.fire()).isEqualTo(1);
        assertThat(wakes).hasValue(1);
    }

    @Test
    void a_deadline_that_has_passed_is_due_at_once() {
        clock.advanceTo(10 * MILLI + 7);
        timers.schedule(10 * MILLI + 7, waker);
        timers.schedule(3, waker);
        timers.schedule(-3, waker);
        assertThat(timers.nanosUntilNext()).isZero();
        assertThat(timers.fire()).isEqualTo(3);
    }

    @Test
    void fires_one_at_a_time_and_lets_choose_among_equals() {
        List<String> fired = new ArrayList<>();
        timers.schedule(2 * MILLI, () -> fired.add("later"));
        for (String name : new String[] {"a", "b", "c"}) {
            timers.schedule(MILLI, () -> fired.add(name));
        }
        assertThat(timers.fireOne(equals -> 0)).isFalse();
        clock.advanceTo(2 * MILLI);
        List<Integer> asked = new ArrayList<>();
        while (timers.fireOne(equals -> {
            asked.add(equals);
            return equals - 1;
        })) {}
        assertThat(asked).containsExactly(3, 2, 1, 1);
        assertThat(fired).containsExactly("c", "b", "a", "later");
        assertThat(timers.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 100})
    void fires_in_the_order_of_deadlines_whatever_the_batch(int batch) {
        Timers timers = new Timers(clock, Waker.noop(), batch);
        List<Integer> fired = new ArrayList<>();
        for (int i : new int[] {5, 900, 70, 1, 4, 70_000, 71}) {
            timers.schedule(i * MILLI, () -> fired.add(i));
        }
        clock.advanceTo(80_000 * MILLI);
        assertThat(timers.fire()).isEqualTo(7);
        assertThat(fired).containsExactly(1, 4, 5, 70, 71, 900, 70_000);
        assertThat(timers.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 100})
    void a_waker_that_always_adds_a_due_timer_does_not_hold_the_thread(int batch) {
        Timers timers = new Timers(clock, Waker.noop(), batch);
        Waker again = new Waker() {
            @Override
            public void wake() {
                timers.schedule(0, this);
            }
        };
        timers.schedule(0, again);
        timers.schedule(0, again);
        assertThat(timers.fire()).isEqualTo(2);
        assertThat(timers.size()).isEqualTo(2);
    }

    @Test
    void a_waker_that_cancels_a_timer_of_a_later_batch_is_in_time() {
        Timers timers = new Timers(clock, Waker.noop(), 1);
        AtomicReference<Timer> victim = new AtomicReference<>();
        timers.schedule(MILLI, () -> victim.get().cancel());
        victim.set(timers.schedule(MILLI, waker));
        clock.advanceTo(MILLI);
        assertThat(timers.fire()).isEqualTo(1);
        assertThat(wakes).hasValue(0);
    }

    // who is told

    @Test
    void the_sleeper_is_woken_exactly_when_a_timer_cannot_wait_for_it() {
        timers.schedule(10 * MILLI, waker);
        timers.nanosUntilNext();
        int before = earlier.get();

        timers.schedule(200 * MILLI, waker);
        timers.schedule(10 * MILLI, waker);
        assertThat(earlier).hasValue(before);

        timers.schedule(9 * MILLI, waker);
        assertThat(earlier).hasValue(before + 1);
        timers.schedule(9 * MILLI, waker);
        assertThat(earlier).as("it was told already").hasValue(before + 1);
        timers.schedule(8 * MILLI, waker);
        assertThat(earlier).hasValue(before + 2);
    }

    @Test
    void a_sleeper_that_will_look_on_the_way_to_a_far_timer_is_not_woken_before() {
        timers.schedule(100 * MILLI, waker);
        assertThat(timers.nanosUntilNext()).as("a slot of level 1 begins").isEqualTo(96 * MILLI);
        int before = earlier.get();

        timers.schedule(96 * MILLI, waker);
        assertThat(earlier).hasValue(before);
        timers.schedule(95 * MILLI, waker);
        assertThat(earlier).hasValue(before + 1);
    }

    @Test
    void a_sleeper_that_sleeps_for_ever_is_woken_for_the_first_timer() {
        timers.nanosUntilNext();
        timers.schedule(100_000 * MILLI, waker);
        assertThat(earlier).hasValue(1);
    }

    @Test
    void a_sleeper_that_knows_of_a_due_timer_is_not_woken_for_another() {
        clock.advanceTo(50 * MILLI);
        timers.schedule(0, waker);
        assertThat(timers.nanosUntilNext()).isZero();
        int before = earlier.get();
        timers.schedule(0, waker);
        assertThat(earlier).hasValue(before);
    }

    @Test
    void reset_wakes_the_sleeper_only_if_it_moves_ahead_of_its_plan() {
        Timer timer = timers.schedule(10 * MILLI, waker);
        timers.nanosUntilNext();
        int before = earlier.get();

        assertThat(timer.reset(200 * MILLI)).isTrue();
        assertThat(timer.reset(10 * MILLI)).isTrue();
        assertThat(earlier).hasValue(before);
        assertThat(timer.reset(9 * MILLI)).isTrue();
        assertThat(earlier).hasValue(before + 1);
    }

    @Test
    void no_waker_is_woken_under_the_lock() {
        AtomicInteger looked = new AtomicInteger();
        AtomicReference<Timers> subject = new AtomicReference<>();
        Waker looksFromAnotherThread = () -> {
            CompletableFuture.supplyAsync(() -> subject.get().size())
                    .orTimeout(10, SECONDS)
                    .join();
            looked.incrementAndGet();
        };
        Timers timers = new Timers(clock, looksFromAnotherThread);
        subject.set(timers);
        timers.nanosUntilNext();
        Timer first = timers.schedule(5 * MILLI, looksFromAnotherThread);
        first.reset(2 * MILLI);
        timers.schedule(50 * MILLI, looksFromAnotherThread);
        clock.advanceTo(5 * MILLI);
        timers.fire();
        timers.close();
        assertThat(looked).as("insert, reset, fire, close").hasValue(4);
    }

    // the life of a timer

    @Test
    void a_cancelled_timer_does_not_fire() {
        Timer timer = timers.schedule(5 * MILLI, waker);
        timer.cancel();
        timer.cancel();
        assertThat(timers.size()).isZero();
        assertThat(timer.reset(6 * MILLI)).isFalse();
        assertThat(timer.register(waker)).isFalse();

        clock.advanceTo(10 * MILLI);
        assertThat(timers.fire()).isZero();
        assertThat(timer.hasFired()).isFalse();
        assertThat(wakes).hasValue(0);
    }

    @Test
    void what_was_filed_is_let_go_however_many_are_cancelled_at_once() {
        List<Timer> filed = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            filed.add(timers.schedule(60_000 * MILLI, waker));
        }
        assertThat(timers.size()).isEqualTo(1_000);
        filed.forEach(Timer::cancel);
        assertThat(timers.size()).isZero();
    }

    @Test
    void goes_on_while_another_thread_stands_still_in_the_middle_of_an_insert() {
        for (int i = 1; i <= 3; i++) {
            assertThat(timers.lockOne().isClosed()).isFalse(); // and is left locked
            timers.schedule(i * MILLI, waker);
        }
    }

    @Test
    void a_due_timer_can_still_be_cancelled_or_moved() {
        Timer cancelled = timers.schedule(0, waker);
        Timer moved = timers.schedule(0, waker);
        cancelled.cancel();
        assertThat(moved.reset(5 * MILLI)).isTrue();
        assertThat(timers.fire()).isZero();
        assertThat(timers.nanosUntilNext()).isEqualTo(5 * MILLI);
    }

    @Test
    void a_fired_timer_stays_so() {
        Timer timer = timers.schedule(5 * MILLI, waker);
        assertThat(timer.hasFired()).isFalse();
        clock.advanceTo(5 * MILLI);
        timers.fire();
        timer.cancel();
        assertThat(timer.hasFired()).isTrue();
        assertThat(timer.reset(50 * MILLI)).isFalse();
        assertThat(timer.register(Waker.noop())).isFalse();
        assertThat(timers.fire()).isZero();
        assertThat(wakes).hasValue(1);
    }

    @Test
    void the_waker_registered_last_is_woken() {
        AtomicInteger second = new AtomicInteger();
        Timer timer = timers.schedule(5 * MILLI, waker);
        assertThat(timer.register(waker)).isTrue();
        assertThat(timer.register(second::incrementAndGet)).isTrue();
        clock.advanceTo(5 * MILLI);
        timers.fire();
        assertThat(wakes).hasValue(0);
        assertThat(second).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cancel", "fire", "close"})
    void a_timer_that_is_over_holds_no_waker(String end) {
        Waker mine = new Waker() {
            @Override
            public void wake() {}
        };
        WeakReference<Waker> reference = new WeakReference<>(mine);
        Timer timer = timers.schedule(5 * MILLI, mine);
        mine = null;
        switch (end) {
            case "cancel" -> timer.cancel();
            case "close" -> timers.close();
            default -> {
                clock.advanceTo(5 * MILLI);
                timers.fire();
            }
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            System.gc();
            return reference.get() == null;
        });
        assertThat(timers.size() + timer.toString()).startsWith("0Timer[");
    }

    @Test
    void a_waker_that_comes_after_the_end_is_not_held() {
        Timer timer = timers.schedule(5 * MILLI, Waker.noop());
        timer.cancel();
        Waker late = new Waker() {
            @Override
            public void wake() {}
        };
        WeakReference<Waker> reference = new WeakReference<>(late);
        assertThat(timer.register(late)).isFalse();
        late = null;
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            System.gc();
            return reference.get() == null;
        });
        assertThat(timer.hasFired()).isFalse();
    }

    @Test
    void refuses_null() {
        assertThatNullPointerException()
                .isThrownBy(() -> timers.schedule(0, null))
                .withMessage("waker");
        assertThat(timers.size()).isZero();
    }

    // shutdown

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 100})
    void close_wakes_all_that_remain_and_fires_none(int batch) {
        Timers timers = new Timers(clock, Waker.noop(), batch);
        List<Timer> all = new ArrayList<>();
        for (long millis : new long[] {0, 1, 70, 5_000, 1L << 37, Long.MAX_VALUE / MILLI}) {
            all.add(timers.schedule(millis * MILLI, waker));
        }
        timers.close();
        timers.close();

        assertThat(wakes).hasValue(all.size());
        assertThat(all).noneMatch(Timer::hasFired);
        assertThat(timers.size()).isZero();
        assertThat(timers.nanosUntilNext()).isEqualTo(Long.MAX_VALUE);
        assertThat(timers.fire()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100})
    void a_waker_that_throws_keeps_none_of_the_others_from_being_woken(int batch) {
        Error failure = new OutOfMemoryError("meant to fail");
        for (boolean closing : new boolean[] {false, true}) {
            Timers timers = new Timers(clock, Waker.noop(), batch);
            wakes.set(0);
            timers.schedule(clock.nanos(), waker);
            timers.schedule(clock.nanos(), () -> {
                throw failure;
            });
            timers.schedule(clock.nanos(), waker);
            assertThatThrownBy(closing ? timers::close : timers::fire).isSameAs(failure);
            assertThat(wakes).hasValue(2);
        }
    }

    @Test
    void after_close_nothing_can_be_awaited() {
        Timer timer = timers.schedule(5 * MILLI, waker);
        timers.close();
        List<Runnable> uses = List.of(
                () -> timers.schedule(5 * MILLI, waker), () -> timer.register(waker), () -> timer.reset(5 * MILLI));
        for (Runnable use : uses) {
            assertThatThrownBy(use::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("shut down");
        }
        timer.cancel();
        assertThat(timers.size()).isZero();
    }

    // arithmetic

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE - 3 * MILLI, Long.MAX_VALUE, Long.MIN_VALUE, -3 * MILLI, 0, 12_345})
    void works_wherever_the_clock_starts(long start) {
        ManualClock clock = new ManualClock(start);
        Timers timers = new Timers(clock, Waker.noop());
        Timer soon = timers.schedule(start + 5 * MILLI, waker);
        Timer later = timers.schedule(start + 500 * MILLI, waker);
        Timer farthest = timers.schedule(start + Long.MAX_VALUE, waker);

        assertThat(timers.nanosUntilNext()).isEqualTo(5 * MILLI);
        clock.advanceTo(start + 5 * MILLI - 1);
        assertThat(timers.fire()).isZero();
        clock.advanceTo(start + 5 * MILLI);
        assertThat(timers.fire()).isEqualTo(1);
        assertThat(soon.hasFired()).isTrue();
        clock.advanceTo(start + 500 * MILLI);
        assertThat(timers.fire()).isEqualTo(1);
        assertThat(later.hasFired()).isTrue();
        Timer beyond = timers.schedule(start + 500 * MILLI + Long.MAX_VALUE, waker);
        assertThat(timers.nanosUntilNext()).isPositive();
        assertThat(timers.fire()).isZero();

        clock.advanceTo(start + Long.MAX_VALUE - MILLI);
        assertThat(timers.fire()).isZero();
        clock.advanceTo(start + Long.MAX_VALUE);
        assertThat(timers.fire()).isEqualTo(2);
        assertThat(farthest.hasFired() && beyond.hasFired()).isTrue();
    }

    // concurrency

    /** Two threads insert, cancel and reset while a third lets time pass and fires: nothing is lost, twice or early. */
    @ParameterizedTest(name = "batch {0}")
    @ValueSource(ints = {1, 2, 32})
    void under_contention_each_timer_fires_once_or_not_at_all(int batch) throws Exception {
        Timers timers = new Timers(clock, earlier::incrementAndGet, batch);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<List<Shot>>> users = List.of(
                    threads.submit(() -> useTimers(timers, new SplittableRandom(1))),
                    threads.submit(() -> useTimers(timers, new SplittableRandom(2))));
            int fired = 0;
            while (!users.stream().allMatch(Future::isDone)) {
                clock.advance(Duration.ofNanos(700_000));
                fired += timers.fire();
            }
            clock.advance(Duration.ofDays(1));
            fired += timers.fire();

            int expected = 0;
            for (Future<List<Shot>> user : users) {
                for (Shot shot : user.get()) {
                    boolean hasFired = shot.timer.hasFired();
                    assertThat(hasFired || shot.cancelled).as("not lost").isTrue();
                    int wakes = shot.wakes.get();
                    assertThat(wakes)
                            .as("wakes; told of its end: %s", shot.toldOfEnd)
                            .isBetween(hasFired && !shot.toldOfEnd ? 1 : 0, hasFired ? 1 : 0);
                    assertThat(wakes == 0 || shot.wokenAt >= shot.deadline)
                            .as("not early")
                            .isTrue();
                    expected += hasFired ? 1 : 0;
                }
            }
            assertThat(fired).isEqualTo(expected).isPositive();
            assertThat(timers.size()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    private List<Shot> useTimers(Timers timers, SplittableRandom random) {
        List<Shot> shots = new ArrayList<>();
        for (int i = 0; i < 30_000; i++) {
            Shot shot = new Shot();
            shot.deadline = clock.nanos() + random.nextLong(200 * MILLI);
            shot.timer = timers.schedule(shot.deadline, shot);
            shots.add(shot);
            Shot other = shots.get(random.nextInt(shots.size()));
            switch (random.nextInt(4)) {
                case 0 -> {
                    other.timer.cancel();
                    other.cancelled = true;
                }
                case 1 -> {
                    long deadline = clock.nanos() + random.nextLong(10_000 * MILLI);
                    if (other.timer.reset(deadline)) {
                        other.deadline = deadline;
                    }
                }
                default -> other.toldOfEnd |= !other.timer.register(other);
            }
        }
        return shots;
    }

    /** A waker that notes when it was woken. */
    private final class Shot implements Waker {
        final AtomicInteger wakes = new AtomicInteger();
        volatile long wokenAt;
        Timer timer;
        long deadline;
        boolean cancelled;
        /** Its owner asked just as it fired and was told so, which may stand for the wake. */
        boolean toldOfEnd;

        @Override
        public void wake() {
            wokenAt = clock.nanos();
            wakes.incrementAndGet();
        }
    }
}
