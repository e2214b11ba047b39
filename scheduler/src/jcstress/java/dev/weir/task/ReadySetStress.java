package dev.weir.task;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Wakers set bits while the owner takes them. */
public class ReadySetStress {
    private ReadySetStress() {}

    /** The number of children taken until there is none, as a sum of powers of ten. */
    private static int takeAll(ReadySet set) {
        int taken = 0;
        for (int child = set.next(); child >= 0; child = set.next()) {
            taken += child == 0 ? 1 : 10;
        }
        return taken;
    }

    /** A child set while the owner looks is found now or in the next poll, with its data, and is found once. */
    @JCStressTest
    @Outcome(
            id = {"1, 1, 0", "0, 0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "found once, with its data")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost, invented, or found without its data")
    @State
    public static class SetAgainstTake {
        private final ReadySet set = new ReadySet(1);
        private final Waker child = set.waker(0);
        private int data;

        @Actor
        public void child() {
            data = 1;
            child.wake();
        }

        @Actor
        public void owner(III_Result r) {
            r.r1 = takeAll(set);
            r.r2 = r.r1 == 0 ? 0 : data;
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = takeAll(set);
        }
    }

    /** The same while another child of the word is ready, so that the bit goes into a word that is not empty. */
    @JCStressTest
    @Outcome(
            id = {"11, 0", "10, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "each found once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost or invented")
    @State
    public static class SetIntoBusyWord {
        private final ReadySet set = new ReadySet(2);
        private final Waker child = set.waker(0);

        public SetIntoBusyWord() {
            set.waker(1).wake();
        }

        @Actor
        public void child() {
            child.wake();
        }

        @Actor
        public void owner(II_Result r) {
            r.r1 = takeAll(set);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = takeAll(set);
        }
    }

    /** Two children of one word: whoever makes the word non-zero owes the summary bit. */
    @JCStressTest
    @Outcome(id = "11", expect = Expect.ACCEPTABLE, desc = "both found")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost")
    @State
    public static class SetAgainstSet {
        private final ReadySet set = new ReadySet(2);
        private final Waker one = set.waker(0);
        private final Waker other = set.waker(1);

        @Actor
        public void one() {
            one.wake();
        }

        @Actor
        public void other() {
            other.wake();
        }

        @Arbiter
        public void end(I_Result r) {
            r.r1 = takeAll(set);
        }
    }

    /** S2: the parent registers and looks; a child sets and wakes. A child that was missed wakes the new parent. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "1, 1", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "found, or woken")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "neither: asleep for ever")
    @State
    public static class RegisterAgainstSet {
        private final ReadySet set = new ReadySet(1);
        private final Waker child = set.waker(0);
        private int wakes;
        private final Waker parent = () -> wakes++;

        @Actor
        public void owner(II_Result r) {
            set.register(parent);
            r.r1 = takeAll(set);
        }

        @Actor
        public void child() {
            child.wake();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = wakes;
        }
    }

    /** Two words of one summary word, one of them taken while the other is set. */
    @JCStressTest
    @Outcome(
            id = {"11, 1, 0, 0", "10, 1, 1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "each found once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost or invented")
    @State
    public static class SetIntoOtherWord {
        private final ReadySet set = new ReadySet(128);
        private final Waker child = set.waker(0);

        public SetIntoOtherWord() {
            set.waker(64).wake();
        }

        @Actor
        public void child() {
            child.wake();
        }

        @Actor
        public void owner(IIII_Result r) {
            r.r1 = takeAll(set);
            r.r2 = 1;
        }

        @Arbiter
        public void end(IIII_Result r) {
            r.r3 = takeAll(set);
            r.r4 = takeAll(set);
        }
    }

    /** The set grows by a segment, with a child in it that is woken, while a child of before is set. */
    @JCStressTest
    @Outcome(
            id = {"11, 0", "10, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "each found once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost or invented")
    @State
    public static class SetAgainstGrowth {
        private final ReadySet set = new ReadySet(8192);
        private final Waker child = set.waker(0);

        @Actor
        public void child() {
            child.wake();
        }

        @Actor
        public void owner(II_Result r) {
            set.waker(4096).wake();
            r.r1 = takeAll(set);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = takeAll(set);
        }
    }

    /** A child of a segment just added, whose waker is handed over by a race, is set while the owner looks. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "10, 0", "0, 10"},
            expect = Expect.ACCEPTABLE,
            desc = "not there yet, or found once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost or invented")
    @State
    public static class NewChildAgainstTake {
        private final ReadySet set = new ReadySet(8192);
        private @Nullable Waker child;
        private boolean woken;

        @Actor
        public void child() {
            Waker there = child;
            if (there != null) {
                woken = true;
                there.wake();
            }
        }

        @Actor
        public void owner(II_Result r) {
            child = set.waker(4096);
            r.r1 = takeAll(set);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = takeAll(set);
            if (woken && r.r1 + r.r2 == 0) {
                r.r2 = -1;
            }
        }
    }
}
