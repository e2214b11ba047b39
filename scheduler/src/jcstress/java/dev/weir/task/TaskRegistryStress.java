package dev.weir.task;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A shutdown against a task that goes idle. */
public class TaskRegistryStress {
    private TaskRegistryStress() {}

    /** Whatever the close does not find is refused. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "added in time: cancelled")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "too late: refused")
    @Outcome(expect = Expect.FORBIDDEN, desc = "added and not cancelled: it would wait for ever")
    @State
    public static class AddAgainstClose {
        private final TaskRegistry registry = new TaskRegistry();
        private final Task<Integer> task = new Task<>(cx -> Poll.pending(), new TaskStress.Deaf());

        @Actor
        public void adder(II_Result r) {
            r.r1 = registry.add(task) ? 1 : 0;
        }

        @Actor
        public void closer() {
            registry.closeAndCancel();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = task.isCancelled() ? 1 : 0;
        }
    }
}
