package dev.weir.task;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** The end of a whole {@link Task} against those who await it. */
public class TaskStress {
    private TaskStress() {}

    static final class Deaf implements Scheduler, Host {
        @Override
        public void schedule(Task<?> task) {}

        @Override
        public void requeue(Task<?> task) {}

        @Override
        public void completed(Task<?> task) {}

        @Override
        public void undeliverable(Throwable thrown) {}

        @Override
        public <S> S service(Class<S> type) {
            return null;
        }
    }

    static class Awaited {
        final Deaf deaf = new Deaf();
        final Context worker = new Context(deaf, 8);
        final Context awaiter = new Context(deaf, 8);
        int wakes;
        boolean closed;
        final Context waiting = awaiter.withWaker(() -> wakes++);
        final Task<int[]> task = new Task<>(
                new Pollable<int[]>() {
                    @Override
                    public Poll<int[]> poll(Context cx) {
                        return Poll.ready(new int[] {7});
                    }

                    @Override
                    public void close() {
                        closed = true;
                    }
                },
                deaf);
    }

    /** A poll of a handle is ready with the whole result, after the close; or pending, and then woken. */
    @JCStressTest
    @Outcome(
            id = {"7, 1, 0", "7, 1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "ready, perhaps with a wake too many")
    @Outcome(id = "-1, 1, 1", expect = Expect.ACCEPTABLE, desc = "pending and woken")
    @Outcome(expect = Expect.FORBIDDEN, desc = "waits for ever, sees half a result, or resolves before the close")
    @State
    public static class PollAgainstEnd extends Awaited {
        @Actor
        public void worker() {
            task.run(worker);
        }

        @Actor
        public void awaiter(III_Result r) {
            Poll<int[]> answer = task.poll(waiting);
            r.r1 = answer.isPending() ? -1 : answer.get()[0];
            r.r2 = answer.isPending() || closed ? 1 : 0;
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = wakes;
        }
    }

    /** A stage asked for while the task ends completes with its result. */
    @JCStressTest
    @Outcome(id = "7, 1", expect = Expect.ACCEPTABLE, desc = "completed once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "never completed, or twice")
    @State
    public static class StageAgainstEnd extends Awaited {
        private int result;
        private int times;

        @Actor
        public void worker() {
            task.run(worker);
        }

        @Actor
        public void awaiter() {
            task.toCompletionStage().thenAccept(value -> {
                result = value[0];
                times++;
            });
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 = result;
            r.r2 = times;
        }
    }
}
