package dev.weir.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.task.Iterations;
import dev.weir.task.Waker;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/**
 * Whatever the interleaving, two threads see what one thread could have seen. Firing belongs to one thread, as it does
 * in a driver. (JUnit's assertions, as Lincheck cannot look into AssertJ's.)
 */
@Param(name = "timer", gen = IntGen.class, conf = "0:2")
@Param(name = "millis", gen = IntGen.class, conf = "0:80")
public class TimersLincheckTest {
    private static final long MILLI = 1_000_000;

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
                .iterations(Iterations.of(6, 40))
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
            try {
                other.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertTrue(sleep <= 7 * MILLI || woken.get() > before);
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
            try {
                other.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
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
            try {
                driver.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
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
            try {
                driver.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertTrue(second.get() == 1 || (!registered && second.get() == 0));
        });
    }
}
