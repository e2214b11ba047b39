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
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** The words of channels, permits and lists of waiters on real hardware. */
public class SyncStress {
    private static final Host NOBODY = new Host() {
        @Override
        public <S> S service(Class<S> type) {
            return null;
        }
    };

    private SyncStress() {}

    private static Context context() {
        return new Context(NOBODY, Budget.DEFAULT);
    }

    /** A poll beside a send receives the item, with all that was written before it, or is woken. */
    @JCStressTest
    @Outcome(id = "7, 0", expect = Expect.ACCEPTABLE, desc = "received at once")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "waits and is woken")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "the wake is lost")
    @State
    public static class SendAndPoll {
        private final Channel<int[]> channel = Channel.bounded(1);
        private volatile int wakes;
        private final Context cx = context().withWaker(() -> wakes = 1);

        @Actor
        public void sender() {
            int[] item = new int[1];
            item[0] = 7;
            channel.sender().trySend(item);
        }

        @Actor
        public void receiver(II_Result r) {
            int[] item = channel.receiver().poll(cx);
            r.r1 = item == null ? 0 : item[0];
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = wakes;
        }
    }

    /** A sender that finds it full beside a receive: sent, or woken with room that is its own. */
    @JCStressTest
    @Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "sent at once")
    @Outcome(id = "false, 1", expect = Expect.ACCEPTABLE, desc = "waits and is woken")
    @Outcome(id = "true, 1", expect = Expect.FORBIDDEN, desc = "both")
    @Outcome(id = "false, 0", expect = Expect.FORBIDDEN, desc = "the wake is lost")
    @State
    public static class FullAndReceive {
        private final Channel<Integer> channel = Channel.bounded(1);
        private volatile int wakes;
        private final Context cx = context().withWaker(() -> wakes = 1);

        public FullAndReceive() {
            channel.sender().trySend(1);
        }

        @Actor
        public void sender(ZI_Result r) {
            r.r1 = channel.sender().pollSend(cx, 2);
        }

        @Actor
        public void receiver() {
            channel.receiver().tryReceive();
        }

        @Arbiter
        public void end(ZI_Result r) {
            r.r2 = wakes;
        }
    }

    /** Two senders wake a waiting receiver once, and both items are there. */
    @JCStressTest
    @Outcome(id = "1, 3", expect = Expect.ACCEPTABLE, desc = "one wake, both items")
    @State
    public static class TwoSenders {
        private final Channel<Integer> channel = Channel.bounded(2);
        private volatile int wakes;

        public TwoSenders() {
            channel.receiver().poll(context().withWaker(() -> wakes++));
        }

        @Actor
        public void one() {
            channel.sender().trySend(1);
        }

        @Actor
        public void two() {
            channel.sender().trySend(2);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 = wakes;
            r.r2 = channel.receiver().tryReceive() + channel.receiver().tryReceive();
        }
    }

    /** A send on a permit beside the close of the last sender: the receiver gets the item and ends. */
    @JCStressTest
    @Outcome(id = "7", expect = Expect.ACCEPTABLE, desc = "received, then over")
    @State
    public static class PermitAndClose {
        private final Channel<Integer> channel = Channel.bounded(1);
        private final Channel.Permit<Integer> permit = channel.sender().tryReserve();

        @Actor
        public void sender() {
            permit.send(7);
        }

        @Actor
        public void closer() {
            channel.sender().close();
        }

        @Arbiter
        public void end(I_Result r) {
            boolean early = channel.receiver().isDone();
            r.r1 = early ? -1 : channel.receiver().tryReceive();
            r.r1 = channel.receiver().isDone() ? r.r1 : -2;
        }
    }

    /** A permit given back beside one who begins to wait: it has it or is woken. */
    @JCStressTest
    @Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "had at once")
    @Outcome(id = "false, 1", expect = Expect.ACCEPTABLE, desc = "waits and is woken")
    @State
    public static class ReleaseAndAcquire {
        private final Semaphore semaphore = new Semaphore(0);
        private final Semaphore.Acquire acquire = semaphore.acquire();
        private volatile int wakes;
        private final Context cx = context().withWaker(() -> wakes = 1);

        @Actor
        public void giver() {
            semaphore.release(1);
        }

        @Actor
        public void taker(ZI_Result r) {
            r.r1 = acquire.pollAcquire(cx);
        }

        @Arbiter
        public void end(ZI_Result r) {
            r.r2 = wakes;
        }
    }

    /** One who gives up beside the release: the permit is there afterwards, whoever was first. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "nothing is lost")
    @State
    public static class ReleaseAndGiveUp {
        private final Semaphore semaphore = new Semaphore(0);
        private final Semaphore.Acquire acquire = semaphore.acquire();

        public ReleaseAndGiveUp() {
            acquire.pollAcquire(context());
        }

        @Actor
        public void giver() {
            semaphore.release(1);
        }

        @Actor
        public void giverUp() {
            acquire.close();
        }

        @Arbiter
        public void end(I_Result r) {
            r.r1 = (int) semaphore.available();
        }
    }

    /** The lock of a list: two who change plain memory under it lose nothing. */
    @JCStressTest
    @Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "one after the other")
    @State
    public static class TwoUnderTheLock {
        private final WaitList list = new WaitList();
        private int plain;

        @Actor
        public void one() {
            list.lock();
            plain++;
            list.unlock();
        }

        @Actor
        public void two() {
            list.lock();
            plain++;
            list.unlock();
        }

        @Arbiter
        public void end(I_Result r) {
            r.r1 = plain;
        }
    }

    /** A notification beside a wait: it is used or kept, never both, never neither. */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = Expect.ACCEPTABLE, desc = "had at once")
    @Outcome(id = "0, 1, 1", expect = Expect.ACCEPTABLE, desc = "woken, then had")
    @State
    public static class NotifyAndWait {
        private final Notify notify = new Notify();
        private final Notify.Notified wait = notify.notified();
        private volatile int wakes;
        private final Context cx = context().withWaker(() -> wakes = 1);

        @Actor
        public void notifier() {
            notify.notifyOne();
        }

        @Actor
        public void waiter(III_Result r) {
            r.r1 = wait.poll(cx).isReady() ? 1 : 0;
        }

        @Arbiter
        public void end(III_Result r) {
            r.r2 = r.r1 == 0 && wait.poll(cx).isReady() ? 1 : 0;
            r.r3 = wakes;
        }
    }

    /** A change beside a look: it is seen or the watcher is woken. */
    @JCStressTest
    @Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "seen at once")
    @Outcome(id = "false, 1", expect = Expect.ACCEPTABLE, desc = "waits and is woken")
    @Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "seen, and woken for nothing")
    @State
    public static class ChangeAndWatch {
        private final Watch.Sender<Integer> sender = Watch.of(0);
        private final Watch.Receiver<Integer> receiver = sender.subscribe();
        private volatile int wakes;
        private final Context cx = context().withWaker(() -> wakes = 1);

        @Actor
        public void changer() {
            sender.send(1);
        }

        @Actor
        public void watcher(ZI_Result r) {
            r.r1 = receiver.pollChanged(cx);
        }

        @Arbiter
        public void end(ZI_Result r) {
            r.r2 = wakes;
        }
    }
}
