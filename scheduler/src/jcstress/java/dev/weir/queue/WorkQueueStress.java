package dev.weir.queue;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** The races of {@link WorkQueue}: an owner against a thief (Q1, Q3). */
public class WorkQueueStress {
    private WorkQueueStress() {}

    private static int value(int[] element) {
        return element == null ? 0 : element[0];
    }

    /** The last element goes to one of the two. */
    @JCStressTest
    @Outcome(
            id = {"7, 0", "0, 7"},
            expect = Expect.ACCEPTABLE,
            desc = "one of them")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost or doubled")
    @State
    public static class PollAgainstSteal {
        private final WorkQueue<int[]> queue = new WorkQueue<>(1);
        private final WorkQueue<int[]> own = new WorkQueue<>(1);

        public PollAgainstSteal() {
            queue.offer(new int[] {7});
        }

        @Actor
        public void owner(II_Result r) {
            r.r1 = value(queue.poll());
        }

        @Actor
        public void thief(II_Result r) {
            r.r2 = value(queue.stealInto(own));
        }
    }

    /** What the owner wrote before an offer is seen by the thief, also through an array that was just renewed. */
    @JCStressTest
    @Outcome(
            id = {"7, 0", "0, 7"},
            expect = Expect.ACCEPTABLE,
            desc = "stolen, or left")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost, doubled or seen half written")
    @State
    public static class OfferAgainstSteal {
        private final WorkQueue<int[]> queue = new WorkQueue<>(2);
        private final WorkQueue<int[]> own = new WorkQueue<>(2);

        @Actor
        public void owner() {
            int[] element = new int[1];
            element[0] = 7;
            queue.renew();
            queue.offer(element);
        }

        @Actor
        public void thief(II_Result r) {
            r.r1 = value(queue.stealInto(own));
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = value(queue.poll());
        }
    }

    /** A thief's last step does not undo what the owner takes meanwhile. */
    @JCStressTest
    @Outcome(
            id = {"1, 2, 0", "2, -1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "each taken once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an element was taken twice, or lost")
    @State
    public static class PollAgainstRelease {
        private final WorkQueue<int[]> queue = new WorkQueue<>(2);
        private final WorkQueue<int[]> own = new WorkQueue<>(2);

        public PollAgainstRelease() {
            queue.offer(new int[] {1});
            queue.offer(new int[] {2});
        }

        @Actor
        public void thief(III_Result r) {
            long claim = queue.claimHalf(1);
            r.r1 = claim == WorkQueue.NOTHING ? -1 : value(queue.moveClaimed(claim, own));
            queue.release();
        }

        @Actor
        public void owner(III_Result r) {
            int first = value(queue.poll());
            r.r2 = first == 1 ? -1 : first;
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = value(queue.poll());
        }
    }

    /** Moving everything to a new array and stealing: each element comes out once, in order. */
    @JCStressTest
    @Outcome(
            id = {"1, 2, 0", "0, 1, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "stolen before or after, or not")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost, doubled or out of order")
    @State
    public static class RenewAgainstSteal {
        private final WorkQueue<int[]> queue = new WorkQueue<>(2);
        private final WorkQueue<int[]> own = new WorkQueue<>(2);

        public RenewAgainstSteal() {
            queue.offer(new int[] {1});
            queue.offer(new int[] {2});
        }

        @Actor
        public void owner() {
            queue.renew();
        }

        @Actor
        public void thief(III_Result r) {
            r.r1 = value(queue.stealInto(own));
        }

        @Arbiter
        public void end(III_Result r) {
            r.r2 = value(queue.poll());
            r.r3 = value(queue.poll());
        }
    }

    /** Growing and stealing: each element comes out once, in order, also the one that the queue grew for. */
    @JCStressTest
    @Outcome(
            id = {"1, 2, 0", "0, 1, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "stolen before or after, or not")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost, doubled or out of order")
    @State
    public static class GrowAgainstSteal {
        private final WorkQueue<int[]> queue = new WorkQueue<>(1, 2, true);
        private final WorkQueue<int[]> own = new WorkQueue<>(2);

        public GrowAgainstSteal() {
            queue.offer(new int[] {1});
        }

        @Actor
        public void owner() {
            int[] element = new int[1];
            element[0] = 2;
            while (!queue.offer(element)) {
                Thread.onSpinWait(); // the thief is at work
            }
        }

        @Actor
        public void thief(III_Result r) {
            r.r1 = value(queue.stealInto(own));
        }

        @Arbiter
        public void end(III_Result r) {
            r.r2 = value(queue.poll());
            r.r3 = value(queue.poll());
        }
    }
}
