package dev.weir.task;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Tasks that end and an owner who joins them, on real hardware. */
public class EndedTasksStress {
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
    private static final Host NOBODY = new Host() {
        @Override
        public <S> S service(Class<S> type) {
            return null;
        }
    };

    private EndedTasksStress() {}

    private static Task<int[]> task(EndedTasks<int[]> ended, int value) {
        Task<int[]> task = new Task<>(
                cx -> {
                    int[] result = new int[1];
                    result[0] = value;
                    return Poll.ready(result);
                },
                NOWHERE);
        task.onEnd(new EndedTasks.Member<>(task, ended));
        return task;
    }

    private static int takeAll(EndedTasks<int[]> ended) {
        int sum = 0;
        for (EndedTasks.Member<int[]> m = ended.take(); m != null; m = ended.take()) {
            sum += m.handle.join()[0];
        }
        return sum;
    }

    /** An owner who registers and finds nothing is woken; one who finds the task sees its whole result. */
    @JCStressTest
    @Outcome(
            id = {"7, 0", "7, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "joined at once")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "waits and is woken")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the wake is lost, or the result is half written")
    @State
    public static class EndAgainstWait {
        private final EndedTasks<int[]> ended = new EndedTasks<>();
        private final Task<int[]> task = task(ended, 7);
        private volatile int wakes;

        @Actor
        public void ender() {
            task.run(new Context(NOBODY, 1));
        }

        @Actor
        public void owner(II_Result r) {
            ended.register(() -> wakes = 1);
            r.r1 = takeAll(ended);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = wakes;
        }
    }

    /** Of two tasks that end at once neither is lost. */
    @JCStressTest
    @Outcome(id = "3", expect = Expect.ACCEPTABLE, desc = "both are joined")
    @Outcome(expect = Expect.FORBIDDEN, desc = "one is lost or doubled")
    @State
    public static class EndAgainstEnd {
        private final EndedTasks<int[]> ended = new EndedTasks<>();
        private final Task<int[]> one = task(ended, 1);
        private final Task<int[]> two = task(ended, 2);

        @Actor
        public void first() {
            one.run(new Context(NOBODY, 1));
        }

        @Actor
        public void second() {
            two.run(new Context(NOBODY, 1));
        }

        @Arbiter
        public void end(I_Result r) {
            r.r1 = takeAll(ended);
        }
    }

    /** A task that ends while another is taken is in this take or in the next. */
    @JCStressTest
    @Outcome(
            id = {"1, 2", "3, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "now or later")
    @Outcome(expect = Expect.FORBIDDEN, desc = "one is lost or doubled")
    @State
    public static class EndAgainstTake {
        private final EndedTasks<int[]> ended = new EndedTasks<>();
        private final Task<int[]> one = task(ended, 1);
        private final Task<int[]> two = task(ended, 2);

        public EndAgainstTake() {
            one.run(new Context(NOBODY, 1));
        }

        @Actor
        public void ender() {
            two.run(new Context(NOBODY, 1));
        }

        @Actor
        public void owner(II_Result r) {
            r.r1 = takeAll(ended);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = takeAll(ended);
        }
    }
}
