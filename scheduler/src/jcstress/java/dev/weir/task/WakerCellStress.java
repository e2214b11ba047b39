package dev.weir.task;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Register and look again, against set and wake: one of the two sees the other. */
public class WakerCellStress {
    private WakerCellStress() {}

    /** The condition is a plain field: the cell alone brings the order. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "missed at the second look: woken")
    @Outcome(
            id = {"1, 0", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "seen at the second look")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "neither seen nor woken: asleep for ever")
    @State
    public static class FirstRegistration {
        private final WakerCell cell = new WakerCell();
        private int condition;
        private int wakes;
        private final Waker waker = () -> wakes++;

        @Actor
        public void consumer(II_Result r) {
            cell.register(waker);
            r.r1 = condition;
        }

        @Actor
        public void notifier() {
            condition = 1;
            cell.wake();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = wakes;
        }
    }

    /** The fast path: the waker is there already and is not written again. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "missed at the second look: woken")
    @Outcome(
            id = {"1, 0", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "seen at the second look")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "neither seen nor woken: asleep for ever")
    @State
    public static class SameWakerAgain {
        private final WakerCell cell = new WakerCell();
        private int condition;
        private int wakes;
        private final Waker waker = () -> wakes++;

        public SameWakerAgain() {
            cell.register(waker);
        }

        @Actor
        public void consumer(II_Result r) {
            cell.register(waker);
            r.r1 = condition;
        }

        @Actor
        public void notifier() {
            condition = 1;
            cell.wake();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = wakes;
        }
    }

    /**
     * The fast path with two events: the first may take the waker while it is found to be there, but only if its wake
     * comes after that, so that the owner is polled again and sees both.
     */
    @JCStressTest
    @Outcome(
            id = {"2, 0", "2, 1", "2, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "both events seen")
    @Outcome(
            id = {"0, 1", "0, 2", "1, 1", "1, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "some missed: woken after")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an event was missed and no wake came after the look")
    @State
    public static class SameWakerTwoEvents {
        private final WakerCell cell = new WakerCell();
        private volatile int condition;
        private volatile int wakes;
        private final Waker waker = () -> wakes = wakes + 1; // by the one notifier

        public SameWakerTwoEvents() {
            cell.register(waker);
        }

        @Actor
        public void consumer(II_Result r) {
            int before = wakes;
            cell.register(waker);
            r.r1 = condition;
            r.r2 = before;
        }

        @Actor
        public void notifier() {
            condition = 1;
            cell.wake();
            condition = 2;
            cell.wake();
        }

        /** Counts the wakes after the consumer began, as its task does. */
        @Arbiter
        public void end(II_Result r) {
            r.r2 = wakes - r.r2;
        }
    }

    /** The owner changes: the waker replaced may be woken for nothing, the new one is not forgotten. */
    @JCStressTest
    @Outcome(
            id = {"0, 0, 1", "1, 1, 0", "1, 0, 1", "1, 0, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "seen, or the new one woken")
    @Outcome(expect = Expect.FORBIDDEN, desc = "missed, and the new waker asleep")
    @State
    public static class ReplacedWaker {
        private final WakerCell cell = new WakerCell();
        private int condition;
        private int oldWakes;
        private int newWakes;
        private final Waker newer = () -> newWakes++;

        public ReplacedWaker() {
            cell.register(() -> oldWakes++);
        }

        @Actor
        public void consumer(III_Result r) {
            cell.register(newer);
            r.r1 = condition;
        }

        @Actor
        public void notifier() {
            condition = 1;
            cell.wake();
        }

        @Arbiter
        public void end(III_Result r) {
            r.r2 = oldWakes;
            r.r3 = newWakes;
        }
    }

    /** Two notifiers share one registration: it is woken exactly once. */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 1", "0, 1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one of them took it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "woken twice or not at all")
    @State
    public static class WakeAgainstWake {
        private final WakerCell cell = new WakerCell();
        private int wakes;

        public WakeAgainstWake() {
            cell.register(() -> wakes++);
        }

        @Actor
        public void one(III_Result r) {
            r.r1 = cell.wake() ? 1 : 0;
        }

        @Actor
        public void other(III_Result r) {
            r.r2 = cell.wake() ? 1 : 0;
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = wakes;
        }
    }
}
