package dev.weir.sync;

import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.Host;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** A receiver of a broadcast beside its sender, on real hardware. */
public class BroadcastStress {
    private static final Host NOBODY = new Host() {
        @Override
        public <S> S service(Class<S> type) {
            return null;
        }
    };

    private BroadcastStress() {}

    /** A poll beside a send receives the item, with all that was written before it, or is woken. */
    @JCStressTest
    @Outcome(id = "7, 0", expect = Expect.ACCEPTABLE, desc = "received at once")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "waits and is woken")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the wake is lost, or the item is half written")
    @State
    public static class SendAndPoll {
        private final Broadcast.Sender<int[]> sender = Broadcast.withCapacity(2);
        private final Broadcast.Receiver<int[]> receiver = sender.subscribe();
        private volatile int wakes;
        private final Context cx = new Context(NOBODY, Budget.DEFAULT).withWaker(() -> wakes = 1);

        @Actor
        public void sender() {
            int[] item = new int[1];
            item[0] = 7;
            sender.send(item);
        }

        @Actor
        public void receiver(II_Result r) {
            int[] item = receiver.poll(cx);
            r.r1 = item == null ? 0 : item[0];
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = wakes;
        }
    }

    /** An item that is overwritten while it is looked for was received, or counts as missed. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "received in time")
    @Outcome(id = "-1", expect = Expect.ACCEPTABLE, desc = "one was missed")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lagged, and nothing was missed")
    @State
    public static class OverwriteAndReceive {
        private final Broadcast.Sender<Integer> sender = Broadcast.withCapacity(1);
        private final Broadcast.Receiver<Integer> receiver = sender.subscribe();

        public OverwriteAndReceive() {
            sender.send(1);
        }

        @Actor
        public void sender() {
            sender.send(2);
        }

        @Actor
        public void receiver(I_Result r) {
            try {
                Integer item = receiver.tryReceive();
                r.r1 = item == null ? 0 : item;
            } catch (LaggedException lagged) {
                r.r1 = (int) -lagged.missed();
            }
        }
    }
}
