package dev.weir.queue;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** The races of {@link InjectQueue}: nothing lost, nothing twice, and what was written before is seen (Q1, Q3). */
public class InjectQueueStress {
    private InjectQueueStress() {}

    private static int value(int[] element) {
        return element == null ? 0 : element[0];
    }

    /** An element that is taken is whole; one that is missed, perhaps because its slot was abandoned, comes later. */
    @JCStressTest
    @Outcome(
            id = {"7, 0", "0, 7"},
            expect = Expect.ACCEPTABLE,
            desc = "taken at once, or later")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost, doubled or seen half written")
    @State
    public static class AddAgainstPoll {
        private final InjectQueue<int[]> queue = new InjectQueue<>(1, 0);

        @Actor
        public void producer() {
            int[] element = new int[1];
            element[0] = 7;
            queue.add(element);
        }

        @Actor
        public void consumer(II_Result r) {
            r.r1 = value(queue.poll());
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = value(queue.poll());
        }
    }

    /** Two who add at once to a queue whose segment ends between them: both elements are there. */
    @JCStressTest
    @Outcome(
            id = {"1, 2, 0", "2, 1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "both, in some order")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost or doubled")
    @State
    public static class AddAgainstAdd {
        private final InjectQueue<int[]> queue = new InjectQueue<>(1, 0);

        @Actor
        public void one() {
            queue.add(new int[] {1});
        }

        @Actor
        public void other() {
            queue.add(new int[] {2});
        }

        @Arbiter
        public void end(III_Result r) {
            r.r1 = value(queue.poll());
            r.r2 = value(queue.poll());
            r.r3 = value(queue.poll());
        }
    }

    /** Two who take at once get different elements. */
    @JCStressTest
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one each")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost or doubled")
    @State
    public static class PollAgainstPoll {
        private final InjectQueue<int[]> queue = new InjectQueue<>(1, 0);

        public PollAgainstPoll() {
            queue.add(new int[] {1});
            queue.add(new int[] {2});
        }

        @Actor
        public void one(II_Result r) {
            r.r1 = value(queue.poll());
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = value(queue.poll());
        }
    }
}
