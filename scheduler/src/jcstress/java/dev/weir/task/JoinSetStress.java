package dev.weir.task;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A task of a set that ends while the owner of the set asks for the next. */
public class JoinSetStress {
    private JoinSetStress() {}

    /** The owner gets the task, or waits and is woken by its end. */
    @JCStressTest
    @Outcome(
            id = {"7, 0", "7, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "joined, perhaps with a wake too many")
    @Outcome(id = "-1, 1", expect = Expect.ACCEPTABLE, desc = "waits and is woken")
    @Outcome(expect = Expect.FORBIDDEN, desc = "waits for ever, or half a result")
    @State
    public static class EndAgainstPollNext {
        private final TaskStress.Deaf deaf = new TaskStress.Deaf();
        private final Context worker = new Context(deaf, 8);
        private final Task<int[]> task = new Task<>(cx -> Poll.ready(new int[] {7}), deaf);
        private final JoinSet<int[]> set = new JoinSet<>(new Spawner() {
            @Override
            public <T> JoinHandle<T> spawn(Pollable<T> pollable) {
                throw new UnsupportedOperationException("the task is there already");
            }
        });
        private volatile int wakes;
        private final Context owner = new Context(deaf, 8).withWaker(() -> wakes = 1);

        public EndAgainstPollNext() {
            set.add(task);
        }

        @Actor
        public void ender() {
            task.run(worker);
        }

        @Actor
        public void owner(II_Result r) {
            Poll<JoinHandle<int[]>> next = set.pollNext(owner);
            r.r1 = next.isPending() ? -1 : next.get().join()[0];
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = wakes;
        }
    }
}
