package dev.weir.time;

import dev.weir.task.Waker;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** The word of a timer, its waker, the list, and the plan of the sleeper, each against the driver. */
public class TimerStress {
    private static final long MILLI = 1_000_000;

    private TimerStress() {}

    /** A timer that is due. */
    public static class Due {
        final ManualClock clock = new ManualClock();
        final Timers timers = new Timers(clock, Waker.noop());
        int wakes;
        final Timer timer = timers.schedule(MILLI, () -> wakes++);

        Due() {
            timers.nanosUntilNext();
            clock.advanceTo(MILLI);
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 1", "0, 1", "0, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "registered: woken; over: no matter")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "registered and not woken: asleep for ever")
    @State
    public static class RegisterAgainstFire extends Due {
        private int others;
        private final Waker other = () -> others++;

        @Actor
        public void poller(II_Result r) {
            r.r1 = timer.register(other) ? 1 : 0;
        }

        @Actor
        public void driver() {
            timers.fire();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = others;
        }
    }

    @JCStressTest
    @Outcome(
            id = {"0, 0, 0", "1, 1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "one of the two ended it, and nothing is left")
    @Outcome(expect = Expect.FORBIDDEN, desc = "woken though cancelled, or left behind")
    @State
    public static class CancelAgainstFire extends Due {
        @Actor
        public void owner() {
            timer.cancel();
        }

        @Actor
        public void driver() {
            timers.fire();
        }

        @Arbiter
        public void end(III_Result r) {
            r.r1 = timer.hasFired() ? 1 : 0;
            r.r2 = wakes;
            r.r3 = timers.size();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0, 1", "0, 1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "put off and not fired, or fired and not put off")
    @Outcome(expect = Expect.FORBIDDEN, desc = "early, or lost")
    @State
    public static class PutOffAgainstFire extends Due {
        @Actor
        public void owner(III_Result r) {
            r.r1 = timer.reset(9 * MILLI) ? 1 : 0;
        }

        @Actor
        public void driver() {
            timers.fire();
        }

        @Arbiter
        public void end(III_Result r) {
            r.r2 = wakes;
            r.r3 = timers.size();
        }
    }

    /** Two owners list the timer; it is to be on the list once, and off it at the end. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "cancelled")
    @Outcome(expect = Expect.FORBIDDEN, desc = "woken, or left behind")
    @State
    public static class CancelAgainstBringForward {
        private final Timers timers = new Timers(new ManualClock(), Waker.noop());
        private int wakes;
        private final Timer timer = timers.schedule(12 * MILLI, () -> wakes++);

        public CancelAgainstBringForward() {
            timers.nanosUntilNext();
        }

        @Actor
        public void one() {
            timer.cancel();
        }

        @Actor
        public void other() {
            timer.reset(7 * MILLI);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 = timers.size();
            r.r2 = wakes;
        }
    }

    @JCStressTest
    @Outcome(
            id = {"7, 0", "7, 1", "12, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "the sleeper knows of the timer or is woken for it")
    @Outcome(id = "12, 0", expect = Expect.FORBIDDEN, desc = "overslept")
    @State
    public static class ScheduleAgainstSleep {
        private int woken;
        private final Timers timers = new Timers(new ManualClock(), () -> woken++);

        public ScheduleAgainstSleep() {
            timers.schedule(12 * MILLI, Waker.noop());
        }

        @Actor
        public void other() {
            timers.schedule(7 * MILLI, Waker.noop());
        }

        @Actor
        public void sleeper(II_Result r) {
            r.r1 = (int) (timers.nanosUntilNext() / MILLI);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = woken;
        }
    }

    @JCStressTest
    @Outcome(
            id = {"7, 0", "7, 1", "12, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "the sleeper knows of the new deadline or is woken for it")
    @Outcome(id = "12, 0", expect = Expect.FORBIDDEN, desc = "overslept")
    @State
    public static class BringForwardAgainstSleep {
        private int woken;
        private final Timers timers = new Timers(new ManualClock(), () -> woken++);
        private final Timer timer = timers.schedule(12 * MILLI, Waker.noop());

        public BringForwardAgainstSleep() {
            timers.nanosUntilNext();
            timers.awake();
        }

        @Actor
        public void other() {
            timer.reset(7 * MILLI);
        }

        @Actor
        public void sleeper(II_Result r) {
            r.r1 = (int) (timers.nanosUntilNext() / MILLI);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = woken;
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 1", "0, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "accepted and woken, or refused")
    @Outcome(expect = Expect.FORBIDDEN, desc = "accepted and never woken")
    @State
    public static class ScheduleAgainstClose {
        private final Timers timers = new Timers(new ManualClock(), Waker.noop());
        private int wakes;

        @Actor
        public void other(II_Result r) {
            try {
                timers.schedule(7 * MILLI, () -> wakes++);
                r.r1 = 1;
            } catch (IllegalStateException refused) {
                r.r1 = 0;
            }
        }

        @Actor
        public void driver() {
            timers.close();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = wakes;
        }
    }

    /** What comes is taken once, at once or later. */
    @JCStressTest
    @Outcome(id = "0, 2", expect = Expect.ACCEPTABLE, desc = "both are there")
    @Outcome(
            id = {"1, 1", "2, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "taken, or there")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost, or there twice")
    @State
    public static class ArriveAgainstTake {
        private final Timers timers = new Timers(new ManualClock(), Waker.noop());
        private final Arrivals arrivals = new Arrivals();

        @Actor
        public void other() {
            for (int i = 0; i < 2; i++) {
                while (!arrivals.tryLock()) {
                    Thread.onSpinWait();
                }
                Timer timer = new Timer(timers);
                timer.begin(i, Waker.noop());
                arrivals.add(timer);
                arrivals.unlock();
            }
        }

        @Actor
        public void driver(II_Result r) {
            r.r1 = arrivals.isEmpty() ? 0 : count(arrivals.takeAll());
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = count(arrivals.takeAll());
        }

        private static int count(@Nullable Alarm[] timers) {
            int count = 0;
            for (Alarm timer : timers) {
                count += timer == null ? 0 : 1;
            }
            return count;
        }
    }

    /** The owner gives up and sets it again while the driver looks into the list: it is filed once, for the new time. */
    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "pending once, and woken once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost, or there twice")
    @State
    public static class ArmAgainAgainstTake {
        private final ManualClock clock = new ManualClock();
        private final Timers timers = new Timers(clock, Waker.noop());
        private int wakes;
        private final Timer timer = timers.schedule(12 * MILLI, Waker.noop());

        public ArmAgainAgainstTake() {
            timers.nanosUntilNext();
        }

        @Actor
        public void owner() {
            timer.disarm(timers);
            timer.arm(timers, timers.tickOf(7 * MILLI), () -> wakes++);
        }

        @Actor
        public void driver() {
            timers.nanosUntilNext();
        }

        @Arbiter
        public void end(III_Result r) {
            r.r1 = timers.size();
            clock.advanceTo(7 * MILLI);
            timers.fire();
            r.r2 = wakes;
            r.r3 = timers.size();
        }
    }

    /**
     * The owner sees that it has fired and sets it again while the driver is still at the waker. It may be woken for
     * nothing, and then asks again; it is never left without a wake.
     */
    @JCStressTest
    @Outcome(
            id = {"0, 0, 0", "1, 1, 1", "1, 1, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "not seen to have fired, or set again and woken")
    @Outcome(expect = Expect.FORBIDDEN, desc = "set again and never woken")
    @State
    public static class ArmAgainAgainstFire extends Due {
        private int others;
        private final Waker other = () -> others++;

        @Actor
        public void owner(III_Result r) {
            if (timer.hasFired()) {
                timer.arm(timers, timers.tickOf(9 * MILLI), other);
                r.r1 = 1;
            }
        }

        @Actor
        public void driver() {
            timers.fire();
        }

        @Arbiter
        public void end(III_Result r) {
            if (r.r1 == 1) {
                r.r2 = timer.isPending() ? 1 : 0;
                if (others > 0) {
                    timer.await(other); // who was woken polls
                }
                clock.advanceTo(9 * MILLI);
                timers.fire();
                r.r3 = others;
            }
        }
    }
}
