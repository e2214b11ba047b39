package dev.weir.stream.interop;

import dev.weir.stream.Kept;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** What is given to a lane while its task goes to rest. */
public class LaneStress {
    private LaneStress() {}

    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "run, woken, or both")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "a lost wake")
    @State
    public static class AcceptAndPoll {
        private final Kept.Wakes wakes = new Kept.Wakes();
        private final Lane lane = new Lane(new Lanes(new Kept().runtime, 16, failure -> {}));
        private int ran;

        public AcceptAndPoll() {
            lane.accept(() -> {}, 0, Job.ONCE);
            lane.poll(wakes.cx); // its task is there
            wakes.count = 0;
        }

        @Actor
        public void giver() {
            lane.accept(() -> ran++, 0, Job.ONCE);
        }

        @Actor
        public void owner(II_Result r) {
            lane.poll(wakes.cx);
            r.r1 = ran;
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = wakes.count;
        }
    }
}
