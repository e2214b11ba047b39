package dev.weir.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.task.Iterations;
import dev.weir.task.Waker;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever the interleaving, two threads see what one thread could have seen. Firing belongs to one thread, as it does
 * in a driver. (JUnit's assertions, as Lincheck cannot look into AssertJ's.)
 */
@Param(name = "timer", gen = IntGen.class, conf = "0:2")
@Param(name = "millis", gen = IntGen.class, conf = "0:80")
// a model check takes the time that others leave it, and finds a hang by itself
@Timeout(value = 10, unit = TimeUnit.MINUTES)
public class TimersLincheckTest {
    private static final long MILLI = 1_000_000;
    /** Schedules of a race with few steps. */
    private static final int FEW = Iterations.scaled(300);

    private final ManualClock clock = new ManualClock();
    private final Timers timers = new Timers(clock, Waker.noop());
    private final List<Timer> some = List.of(
            timers.schedule(5 * MILLI, Waker.noop()),
            timers.schedule(5 * MILLI, Waker.noop()),
            timers.schedule(70 * MILLI, Waker.noop()));

    @Operation
    public void schedule(@Param(name = "millis") int millis) {
        timers.schedule(millis * MILLI, Waker.noop());
    }

    @Operation
    public void cancel(@Param(name = "timer") int timer) {
        some.get(timer).cancel();
    }

    @Operation
    public boolean reset(@Param(name = "timer") int timer, @Param(name = "millis") int millis) {
        return some.get(timer).reset(millis * MILLI);
    }

    @Operation
    public boolean hasFired(@Param(name = "timer") int timer) {
        return some.get(timer).hasFired();
    }

    @Operation(nonParallelGroup = "driver")
    public int fire(@Param(name = "millis") int millis) {
        if (millis * MILLI > clock.nanos()) {
            clock.advanceTo(millis * MILLI);
        }
        return timers.fire();
    }

    @Test
    void is_linearizable() {
        new ModelCheckingOptions()
                .iterations(Iterations.of(4, 40))
                .threads(2)
                .actorsPerThread(3)
                .invocationsPerIteration(500)
                .check(TimersLincheckTest.class);
    }

    /** The sleeper knows of the new timer or is woken for it: none slips between its question and its sleep. */
    @Test
    void the_sleeper_never_oversleeps() {
        Lincheck.runConcurrentTest(1_000, () -> {
            AtomicInteger woken = new AtomicInteger();
            Timers timers = new Timers(new ManualClock(), woken::incrementAndGet);
            timers.schedule(50 * MILLI, Waker.noop());
            timers.nanosUntilNext();
            int before = woken.get();
            Thread other = new Thread(() -> timers.schedule(7 * MILLI, Waker.noop()));
            other.start();
            long sleep = timers.nanosUntilNext();
            join(other);
            assertTrue(sleep <= 7 * MILLI || woken.get() > before);
        });
    }

    /** The same for a sleeper that has been awake: then nobody tells it, so it has to find the timer in the list. */
    @Test
    void a_sleeper_that_was_awake_never_oversleeps() {
        Lincheck.runConcurrentTest(FEW, () -> {
            AtomicInteger woken = new AtomicInteger();
            Timers timers = new Timers(new ManualClock(), woken::incrementAndGet);
            Thread other = new Thread(() -> timers.schedule(7 * MILLI, Waker.noop()));
            other.start();
            long sleep = timers.nanosUntilNext();
            join(other);
            assertTrue(sleep <= 7 * MILLI || woken.get() > 0);
        });
    }

    /** A timer that is put off, or given up, beside the driver has either fired or not; and who fires wakes. */
    @Test
    void a_timer_fires_or_is_moved_and_never_both() {
        Lincheck.runConcurrentTest(FEW, () -> {
            AtomicInteger woken = new AtomicInteger();
            ManualClock clock = new ManualClock();
            Timers timers = new Timers(clock, Waker.noop());
            Timer timer = timers.schedule(MILLI, woken::incrementAndGet);
            clock.advanceTo(MILLI);
            Thread driver = new Thread(timers::fire);
            driver.start();
            boolean moved = timer.reset(80 * MILLI);
            join(driver);
            assertEquals(moved, !timer.hasFired());
            assertEquals(moved ? 0 : 1, woken.get());
        });
    }

    @Test
    void a_timer_fires_or_is_cancelled_and_never_both() {
        Lincheck.runConcurrentTest(FEW, () -> {
            AtomicInteger woken = new AtomicInteger();
            ManualClock clock = new ManualClock();
            Timers timers = new Timers(clock, Waker.noop());
            Timer timer = timers.schedule(MILLI, woken::incrementAndGet);
            clock.advanceTo(MILLI);
            Thread driver = new Thread(timers::fire);
            driver.start();
            timer.cancel();
            join(driver);
            assertEquals(timer.hasFired() ? 1 : 0, woken.get());
        });
    }

    /** A timer that is given up while the driver files it takes no other out of the list. */
    @Test
    void a_timer_that_is_listed_again_while_it_is_filed_loses_no_other() {
        Lincheck.runConcurrentTest(FEW, () -> {
            Timers timers = new Timers(new ManualClock(), Waker.noop());
            Timer first = timers.schedule(7 * MILLI, Waker.noop());
            Thread driver = new Thread(timers::nanosUntilNext);
            driver.start();
            timers.schedule(9 * MILLI, Waker.noop());
            first.cancel();
            join(driver);
            assertEquals(1, timers.size());
        });
    }

    /** The same for a timer that moves ahead of the sleeper's plan, once by the list and once in it. */
    @Test
    void the_sleeper_never_oversleeps_a_timer_that_was_brought_forward() {
        Lincheck.runConcurrentTest(1_000, () -> {
            AtomicInteger woken = new AtomicInteger();
            Timers timers = new Timers(new ManualClock(), woken::incrementAndGet);
            Timer timer = timers.schedule(50 * MILLI, Waker.noop());
            timers.nanosUntilNext();
            int before = woken.get();
            Thread other = new Thread(() -> {
                timer.reset(20 * MILLI);
                timer.reset(7 * MILLI);
            });
            other.start();
            long sleep = timers.nanosUntilNext();
            join(other);
            assertTrue(sleep <= 7 * MILLI || woken.get() > before);
            assertEquals(7 * MILLI, timers.nanosUntilNext());
        });
    }

    /** A timer that is closed while it is pushed is refused or woken. */
    @Test
    void a_timer_that_is_added_during_the_shutdown_is_refused_or_woken() {
        Lincheck.runConcurrentTest(1_000, () -> {
            AtomicInteger woken = new AtomicInteger();
            Timers timers = new Timers(new ManualClock(), Waker.noop());
            Thread driver = new Thread(timers::close);
            driver.start();
            boolean refused = false;
            try {
                timers.schedule(MILLI, woken::incrementAndGet);
            } catch (IllegalStateException e) {
                refused = true;
            }
            join(driver);
            assertEquals(refused ? 0 : 1, woken.get());
        });
    }

    /** A poll that comes with a new waker either sees that the timer has fired or leads to that waker being woken. */
    @Test
    void a_waker_that_is_registered_while_the_timer_fires_is_not_lost() {
        Lincheck.runConcurrentTest(1_000, () -> {
            AtomicInteger second = new AtomicInteger();
            ManualClock clock = new ManualClock();
            Timers timers = new Timers(clock, Waker.noop());
            Timer timer = timers.schedule(MILLI, Waker.noop());
            clock.advanceTo(MILLI);
            Thread driver = new Thread(timers::fire);
            driver.start();
            boolean registered = timer.register(second::incrementAndGet);
            join(driver);
            assertTrue(second.get() == 1 || (!registered && second.get() == 0));
        });
    }

    /** One that is given up and set again beside the driver is pending once, for the new time. */
    @Test
    void one_that_is_armed_again_is_filed_once() {
        Lincheck.runConcurrentTest(1_000, () -> {
            AtomicInteger woken = new AtomicInteger();
            ManualClock clock = new ManualClock();
            Timers timers = new Timers(clock, Waker.noop());
            Timer timer = timers.schedule(50 * MILLI, Waker.noop());
            timers.nanosUntilNext();
            Thread driver = new Thread(timers::nanosUntilNext);
            driver.start();
            timer.disarm(timers);
            timer.arm(timers, timers.tickOf(7 * MILLI), woken::incrementAndGet);
            join(driver);
            assertEquals(1, timers.size());
            clock.advanceTo(7 * MILLI);
            timers.fire();
            assertEquals(1, woken.get());
            assertEquals(0, timers.size());
        });
    }

    /** An owner that sets it again as soon as it has fired is woken, at the latest at the new time. */
    @Test
    void one_that_is_armed_again_while_it_fires_is_not_forgotten() {
        Lincheck.runConcurrentTest(1_000, () -> {
            AtomicInteger second = new AtomicInteger();
            ManualClock clock = new ManualClock();
            Timers timers = new Timers(clock, Waker.noop());
            Timer timer = timers.schedule(MILLI, Waker.noop());
            clock.advanceTo(MILLI);
            Thread driver = new Thread(timers::fire);
            driver.start();
            boolean again = timer.hasFired();
            if (again) {
                timer.arm(timers, timers.tickOf(9 * MILLI), second::incrementAndGet);
            }
            join(driver);
            clock.advanceTo(9 * MILLI);
            timers.fire();
            assertEquals(again ? 1 : 0, second.get());
        });
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
