package dev.weir.runtime;

import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Scheduler;
import dev.weir.task.Task;
import java.lang.reflect.Proxy;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** Who is inside a scope, and who is cancelled, on real hardware. */
public class TaskScopeStress {
    private static final Scheduler NOWHERE = new Scheduler() {
        @Override
        public void schedule(Task<?> task) {}

        @Override
        public void requeue(Task<?> task) {}

        @Override
        public void completed(Task<?> task) {}

        @Override
        public void undeliverable(Throwable thrown) {}
    };

    /** Spawns tasks that nobody runs; knows nothing else, whatever a runtime learns to do. */
    private static final TaskRuntime UNRUN = (TaskRuntime) Proxy.newProxyInstance(
            TaskRuntime.class.getClassLoader(), new Class<?>[] {TaskRuntime.class}, (proxy, method, arguments) -> {
                if (method.getName().equals("spawn")) {
                    return new Task<>((Pollable<?>) arguments[0], NOWHERE);
                }
                throw new UnsupportedOperationException(method.getName());
            });

    private TaskScopeStress() {}

    /** Either the scope is over and takes nobody in, or it takes one in and is not over. */
    @JCStressTest
    @Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "over, and refused")
    @Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "came in before the last had left")
    @Outcome(expect = Expect.FORBIDDEN, desc = "somebody is in what is over, or it never will be")
    @State
    public static class EnterAgainstLastLeave {
        private final Occupancy occupancy = new Occupancy();

        @Actor
        public void owner(ZZ_Result r) {
            r.r1 = occupancy.leave();
        }

        @Actor
        public void spawner(ZZ_Result r) {
            r.r2 = occupancy.enter();
        }
    }

    /** Of two that leave at once, one is the last. */
    @JCStressTest
    @Outcome(
            id = {"true, false", "false, true"},
            expect = Expect.ACCEPTABLE,
            desc = "one is the last")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both, or neither")
    @State
    public static class LeaveAgainstLeave {
        private final Occupancy occupancy = new Occupancy();

        public LeaveAgainstLeave() {
            occupancy.enter();
        }

        @Actor
        public void one(ZZ_Result r) {
            r.r1 = occupancy.leave();
        }

        @Actor
        public void other(ZZ_Result r) {
            r.r2 = occupancy.leave();
        }
    }

    /** A task spawned beside a cancel is cancelled: the cancel finds the task, or the spawner the flag. */
    @JCStressTest
    @Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "cancelled")
    @Outcome(id = "false", expect = Expect.FORBIDDEN, desc = "escaped")
    @State
    public static class SpawnAgainstCancel {
        private final TaskScope scope = TaskScope.open(UNRUN, TaskScope.Policy.AWAIT_ALL);
        private JoinHandle<Integer> task;

        @Actor
        public void spawner() {
            task = scope.spawn(cx -> Poll.pending());
        }

        @Actor
        public void canceller() {
            scope.cancel();
        }

        @Arbiter
        public void end(Z_Result r) {
            r.r1 = task.isCancelled();
        }
    }
}
