package dev.weir.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.task.Waker;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Timers beside something simpler that must do the same, and timers under siege. */
class TimersModelTest {
    private static final long MILLI = 1_000_000;
    private static final boolean LONG = Boolean.getBoolean("weir.long");

    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, LONG ? 300 : 30), LongStream.of(System.nanoTime()));
    }

    /** Against deadlines in a map. The seed is the name of the run; the last one is new each time. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void fires_what_a_map_of_deadlines_says(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ManualClock clock = new ManualClock(random.nextLong());
        Timers timers = new Timers(clock, Waker.noop(), random.nextInt(1, 5));
        List<Integer> fired = new ArrayList<>();
        List<Timer> all = new ArrayList<>();
        Map<Integer, Long> pending = new HashMap<>();
        for (int op = 0; op < 3_000; op++) {
            long deadline = clock.nanos() + random.nextLong(1L << random.nextInt(1, 50)) - random.nextInt(3) * MILLI;
            int any = all.isEmpty() ? 0 : random.nextInt(all.size());
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> {
                    int id = all.size();
                    all.add(timers.schedule(deadline, () -> fired.add(id)));
                    pending.put(id, deadline);
                }
                case 3 -> {
                    if (!all.isEmpty()) {
                        all.get(any).cancel();
                        pending.remove(any);
                    }
                }
                case 4, 5 -> {
                    if (!all.isEmpty() && all.get(any).reset(deadline)) {
                        assertThat(pending.put(any, deadline)).as("was pending").isNotNull();
                    }
                }
                case 6 -> {
                    long ahead = timers.nanosUntilNext();
                    clock.advance(Duration.ofNanos(ahead == Long.MAX_VALUE ? 0 : ahead));
                    check(clock, timers, fired, pending);
                }
                default -> {
                    clock.advance(Duration.ofNanos(random.nextLong(1L << random.nextInt(1, 50))));
                    check(clock, timers, fired, pending);
                }
            }
            assertThat(timers.size()).isEqualTo(pending.size());
        }
        long ahead = timers.nanosUntilNext();
        assertThat(pending.values())
                .as("overslept")
                .allMatch(deadline -> Math.max(0, deadline - clock.nanos()) + MILLI > ahead);
    }

    private static void check(ManualClock clock, Timers timers, List<Integer> fired, Map<Integer, Long> pending) {
        fired.clear();
        timers.fire();
        long now = clock.nanos();
        for (int id : fired) {
            assertThat(pending.remove(id) - now).as("not early, and pending").isLessThanOrEqualTo(0);
        }
        assertThat(pending.values()).as("late").allMatch(deadline -> deadline - now > -MILLI);
    }

    @Test
    void a_timer_that_is_put_off_again_and_again_fires_once_at_the_end() {
        ManualClock clock = new ManualClock();
        AtomicInteger earlier = new AtomicInteger();
        AtomicInteger wakes = new AtomicInteger();
        Timers timers = new Timers(clock, earlier::incrementAndGet);
        Timer timer = timers.schedule(10 * MILLI, wakes::incrementAndGet);
        for (long i = 1; i <= 1_000; i++) {
            timers.nanosUntilNext();
            clock.advanceTo(i * 7 * MILLI);
            timers.fire();
            assertThat(timer.reset((i * 7 + 10) * MILLI)).isTrue();
        }
        assertThat(wakes).hasValue(0);
        assertThat(earlier).hasValue(0);
        clock.advanceTo(7_010 * MILLI - 1);
        assertThat(timers.fire()).isZero();
        clock.advanceTo(7_010 * MILLI);
        assertThat(timers.fire()).isEqualTo(1);
        assertThat(wakes).hasValue(1);
    }

    /** A minute's timeout of a request that takes a microsecond must not stay for a minute. */
    @Test
    void what_was_cancelled_is_let_go_though_nobody_drives() {
        Timers timers = new Timers(new ManualClock(), Waker.noop());
        timers.schedule(MILLI, Waker.noop());
        Timer first = timers.schedule(60_000 * MILLI, Waker.noop());
        WeakReference<Timer> reference = new WeakReference<>(first);
        first.cancel();
        first = null;
        for (int i = 0; i < 300; i++) {
            timers.schedule(60_000 * MILLI, Waker.noop()).cancel();
        }
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            System.gc();
            return reference.get() == null;
        });
        assertThat(timers.size()).isEqualTo(1);
    }

    @Test
    void a_sleeper_with_a_limit_is_told_only_of_timers_before_that() {
        AtomicInteger earlier = new AtomicInteger();
        Timers timers = new Timers(new ManualClock(), earlier::incrementAndGet);
        assertThat(timers.nanosUntilNext(5 * MILLI)).isEqualTo(5 * MILLI);
        timers.schedule(5 * MILLI, Waker.noop());
        timers.schedule(100 * MILLI, Waker.noop());
        assertThat(earlier).hasValue(0);
        timers.schedule(4 * MILLI, Waker.noop());
        assertThat(earlier).hasValue(1);
        timers.awake();
        timers.schedule(1 * MILLI, Waker.noop());
        assertThat(earlier).as("nobody sleeps").hasValue(1);
        assertThat(timers.nanosUntilNext(5 * MILLI)).isEqualTo(MILLI);
    }

    /**
     * Three threads insert, cancel, put off and bring forward timers of each other while a fourth sleeps as a driver
     * does: each fires once or not at all, never early, none is lost or overslept.
     */
    @Test
    void under_siege_by_real_threads_each_timer_fires_once_in_time() throws Exception {
        Driver driver = new Driver();
        Thread sleeper = new Thread(driver, "sleeper");
        driver.thread = sleeper;
        int count = LONG ? 300_000 : 30_000;
        AtomicReferenceArray<Shot> shots = new AtomicReferenceArray<>(3 * count);
        CountDownLatch over = new CountDownLatch(3);
        sleeper.start();
        for (int t = 0; t < 3; t++) {
            int from = t * count;
            SplittableRandom random = new SplittableRandom(t);
            new Thread(() -> {
                        for (int i = 0; i < count; i++) {
                            shots.set(from + i, new Shot(driver.timers, random.nextLong(20 * MILLI)));
                            Shot other = shots.get(random.nextInt(3) * count + random.nextInt(i + 1));
                            if (other != null) {
                                other.disturb(random);
                            }
                        }
                        over.countDown();
                    })
                    .start();
        }
        over.await();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> driver.timers.size() == 0);
        driver.stop();
        sleeper.join();
        IntStream.range(0, shots.length()).mapToObj(shots::get).forEach(Shot::check);
        long fired = IntStream.range(0, shots.length())
                .filter(i -> shots.get(i).timer.hasFired())
                .count();
        assertThat(driver.fired).isEqualTo(fired).isPositive();
    }

    /** Sleeps as a driver does, on a thread's permit. */
    private static final class Driver implements Runnable {
        final Timers timers = new Timers(Clock.system(), () -> LockSupport.unpark(this.thread));
        volatile Thread thread;
        volatile boolean stopped;
        long fired;

        @Override
        public void run() {
            while (!stopped) {
                long nanos = timers.nanosUntilNext();
                if (nanos > 0) {
                    LockSupport.parkNanos(nanos); // a permit given before ends it at once
                }
                timers.awake();
                fired += timers.fire();
            }
        }

        void stop() {
            stopped = true;
            LockSupport.unpark(thread);
        }
    }

    /** A waker that checks when it is woken. */
    private static final class Shot implements Waker {
        final AtomicInteger wakes = new AtomicInteger();
        final Timer timer;
        private long deadline;
        private boolean cancelled;
        /** Its owner asked just as it fired and was told so, which may stand for the wake. */
        private boolean toldOfEnd;

        private volatile long wokenAt;

        Shot(Timers timers, long delay) {
            deadline = System.nanoTime() + delay;
            timer = timers.schedule(deadline, this);
        }

        synchronized void disturb(SplittableRandom random) {
            switch (random.nextInt(4)) {
                case 0 -> {
                    timer.cancel();
                    cancelled = true;
                }
                case 1, 2 -> {
                    long moved = System.nanoTime() + random.nextLong(40 * MILLI);
                    if (timer.reset(moved)) {
                        deadline = moved;
                    }
                }
                default -> toldOfEnd |= !timer.register(this);
            }
        }

        synchronized void check() {
            assertThat(timer.hasFired() || cancelled).as("lost").isTrue();
            boolean hasFired = timer.hasFired();
            assertThat(wakes.get())
                    .as("wakes; told of its end: %s", toldOfEnd)
                    .isBetween(hasFired && !toldOfEnd ? 1 : 0, hasFired ? 1 : 0);
            assertThat(wakes.get() == 0 || wokenAt - deadline >= 0).as("early").isTrue();
        }

        @Override
        public void wake() {
            wokenAt = System.nanoTime();
            wakes.incrementAndGet();
        }
    }
}
