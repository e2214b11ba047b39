package dev.weir.sync;

import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Poll;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** The two ends of a oneshot on real hardware. */
public class OneshotStress {
    private static final Host NOBODY = new Host() {
        @Override
        public <S> S service(Class<S> type) {
            return null;
        }
    };

    private OneshotStress() {}

    /** A poll beside a send receives the value, with all that was written before it, or is woken. */
    @JCStressTest
    @Outcome(id = "7, 0", expect = Expect.ACCEPTABLE, desc = "received at once")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "waits and is woken")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "the wake is lost")
    @State
    public static class SendAndPoll {
        private final Oneshot<int[]> channel = new Oneshot<>();
        private volatile int wakes;
        private final Context cx = new Context(NOBODY, Budget.DEFAULT).withWaker(() -> wakes = 1);

        @Actor
        public void sender() {
            int[] value = new int[1];
            value[0] = 7;
            channel.send(value);
        }

        @Actor
        public void receiver(II_Result r) {
            Poll<int[]> answer = channel.poll(cx);
            r.r1 = answer.isReady() ? answer.get()[0] : 0;
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = wakes;
        }
    }

    /** A send beside the receiver's close: accepted is received, refused is not. */
    @JCStressTest
    @Outcome(id = "true, 7", expect = Expect.ACCEPTABLE, desc = "sent before the close")
    @Outcome(id = "false, -1", expect = Expect.ACCEPTABLE, desc = "closed before")
    @State
    public static class SendAndClose {
        private final Oneshot<Integer> channel = new Oneshot<>();

        @Actor
        public void sender(ZI_Result r) {
            r.r1 = channel.send(7);
        }

        @Actor
        public void receiver() {
            channel.close();
        }

        @Arbiter
        public void end(ZI_Result r) {
            try {
                r.r2 = channel.tryReceive().get();
            } catch (ClosedException e) {
                r.r2 = -1;
            }
        }
    }
}
