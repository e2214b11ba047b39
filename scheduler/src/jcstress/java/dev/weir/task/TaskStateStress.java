package dev.weir.task;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** The races of {@link TaskState}: each pair of events that two threads can send to one task. */
public class TaskStateStress {
    private TaskStateStress() {}

    static class Life extends TaskState {
        Life(int state) {
            super(state);
        }

        /** A worker's poll that says "not yet": 1 if it must submit the task, 2 if it must close it. */
        int pollEnded() {
            return toIdle().ordinal();
        }
    }

    /** T2: a wake that meets the end of a poll is owed one submit, by the waker or by the worker. */
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = Expect.ACCEPTABLE, desc = "idle first: the waker submits")
    @Outcome(id = "0, 1, 1", expect = Expect.ACCEPTABLE, desc = "wake first: the worker submits")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost wake or submitted twice")
    @State
    public static class WakeAgainstIdle extends Life {
        public WakeAgainstIdle() {
            super(RUNNING);
        }

        @Actor
        public void waker(III_Result r) {
            r.r1 = toNotified() ? 1 : 0;
        }

        @Actor
        public void worker(III_Result r) {
            r.r2 = pollEnded();
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = state();
        }
    }

    /** A cancel that meets the end of a poll is never forgotten in IDLE. */
    @JCStressTest
    @Outcome(id = "1, 0, 5", expect = Expect.ACCEPTABLE, desc = "idle first: the canceller submits, SCHEDULED+C")
    @Outcome(id = "0, 2, 5", expect = Expect.ACCEPTABLE, desc = "cancel first: the worker closes, SCHEDULED+C")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost cancel, or two owners")
    @State
    public static class CancelAgainstIdle extends Life {
        public CancelAgainstIdle() {
            super(RUNNING);
        }

        @Actor
        public void canceller(III_Result r) {
            r.r1 = toCancelled() ? 1 : 0;
        }

        @Actor
        public void worker(III_Result r) {
            r.r2 = pollEnded();
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = state();
        }
    }

    /** A wake and a cancel of an idle task submit it once, and the cancel stays. */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 5", "0, 1, 5"},
            expect = Expect.ACCEPTABLE,
            desc = "one submit, SCHEDULED+C")
    @Outcome(expect = Expect.FORBIDDEN, desc = "submitted twice or never, or the cancel is lost")
    @State
    public static class WakeAgainstCancel extends Life {
        public WakeAgainstCancel() {
            super(IDLE);
        }

        @Actor
        public void waker(III_Result r) {
            r.r1 = toNotified() ? 1 : 0;
        }

        @Actor
        public void canceller(III_Result r) {
            r.r2 = toCancelled() ? 1 : 0;
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = state();
        }
    }

    /** The worker that takes the task sees the cancel now, or at the end of the poll, where it is still noted. */
    @JCStressTest
    @Outcome(id = "0, 0, 5", expect = Expect.ACCEPTABLE, desc = "taken first: polled, and notified of the cancel")
    @Outcome(id = "0, 1, 5", expect = Expect.ACCEPTABLE, desc = "cancelled first: closed at once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the cancel is lost or submits a task that has an owner")
    @State
    public static class CancelAgainstRun extends Life {
        public CancelAgainstRun() {
            super(SCHEDULED);
        }

        @Actor
        public void canceller(III_Result r) {
            r.r1 = toCancelled() ? 1 : 0;
        }

        @Actor
        public void worker(III_Result r) {
            r.r2 = toRunning().ordinal();
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = state();
        }
    }

    /** After the end nothing is submitted, whatever comes, and the task stays complete. */
    @JCStressTest
    @Outcome(
            id = {"0, 3", "0, 7"},
            expect = Expect.ACCEPTABLE,
            desc = "complete, with or without the flag")
    @Outcome(expect = Expect.FORBIDDEN, desc = "T3 is broken")
    @State
    public static class CancelAgainstEnd extends Life {
        public CancelAgainstEnd() {
            super(RUNNING);
        }

        @Actor
        public void canceller(II_Result r) {
            r.r1 = (toCancelled() ? 1 : 0) + (toNotified() ? 1 : 0);
        }

        @Actor
        public void worker() {
            toComplete();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = state();
        }
    }

    /**
     * T2: what was written plainly before a wake of a scheduled task, which changes nothing and submits nothing, is seen
     * by the poll that follows. That is why such a wake is a read-modify-write all the same.
     */
    @JCStressTest
    @Outcome(id = "0, 1, 0", expect = Expect.ACCEPTABLE, desc = "woken before the poll: merged into it, and seen by it")
    @Outcome(
            id = {"1, 0, 0", "1, 1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "woken during the poll: one more follows")
    @Outcome(
            id = {"0, 0, 1", "0, 1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "woken after the poll: one more follows")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the wake was merged into a poll that does not see what it announced")
    @State
    public static class DataBeforeWake extends Life {
        private int data;

        public DataBeforeWake() {
            super(SCHEDULED);
        }

        @Actor
        public void waker(III_Result r) {
            data = 1;
            r.r3 = toNotified() ? 1 : 0;
        }

        @Actor
        public void worker(III_Result r) {
            toRunning();
            r.r2 = data;
            r.r1 = pollEnded();
        }
    }

    /** T1: what one poll wrote plainly is seen by the next, on whichever thread a wake brings it. */
    @JCStressTest
    @Outcome(
            id = {"0, -1", "1, -1", "1, 7"},
            expect = Expect.ACCEPTABLE,
            desc = "not yet idle; or idle and seen")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the next poll does not see the one before")
    @State
    public static class PollBeforePoll extends Life {
        private int owned;

        public PollBeforePoll() {
            super(RUNNING);
        }

        @Actor
        public void firstWorker(II_Result r) {
            owned = 7;
            r.r1 = pollEnded() == 0 ? 1 : 0;
        }

        @Actor
        public void wakerAndNextWorker(II_Result r) {
            r.r2 = -1;
            if (toNotified()) {
                toRunning();
                r.r2 = owned;
            }
        }
    }

    /** A joiner that meets the end is woken, or told that there is nothing to wait for and then sees the outcome. */
    @JCStressTest
    @Outcome(id = "1, 1, 0, 1", expect = Expect.ACCEPTABLE, desc = "added in time: woken")
    @Outcome(id = "0, 0, 5, 1", expect = Expect.ACCEPTABLE, desc = "too late: refused, and the outcome is there")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a joiner would wait for ever, or not see the outcome")
    @State
    public static class JoinAgainstEnd extends Life {
        private int outcome;
        private int wakes;

        public JoinAgainstEnd() {
            super(RUNNING);
        }

        @Actor
        public void worker() {
            outcome = 5;
            toComplete();
        }

        @Actor
        public void joiner(IIII_Result r) {
            boolean added = addJoiner(() -> wakes++);
            r.r1 = added ? 1 : 0;
            r.r3 = added ? 0 : outcome;
        }

        @Arbiter
        public void end(IIII_Result r) {
            r.r2 = wakes;
            r.r4 = isComplete() ? 1 : 0;
        }
    }

    /** Two joiners that are added at once are both kept. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "both woken, once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a joiner was lost")
    @State
    public static class JoinAgainstJoin extends Life {
        private int first;
        private int second;

        public JoinAgainstJoin() {
            super(RUNNING);
        }

        @Actor
        public void one() {
            addJoiner(() -> first++);
        }

        @Actor
        public void other() {
            addJoiner(() -> second++);
        }

        @Arbiter
        public void end(II_Result r) {
            toComplete();
            r.r1 = first;
            r.r2 = second;
        }
    }

    /** A joiner that gives up takes no other with it. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the one that stayed is woken")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a joiner was lost, or one that left was woken")
    @State
    public static class GiveUpAgainstJoin extends Life {
        private int left;
        private int stayed;
        private final Waker leaving = () -> left++;

        public GiveUpAgainstJoin() {
            super(RUNNING);
            addJoiner(leaving);
        }

        @Actor
        public void leaver() {
            removeJoiner(leaving);
        }

        @Actor
        public void joiner() {
            addJoiner(() -> stayed++);
        }

        @Arbiter
        public void end(II_Result r) {
            toComplete();
            r.r1 = left;
            r.r2 = stayed;
        }
    }
}
