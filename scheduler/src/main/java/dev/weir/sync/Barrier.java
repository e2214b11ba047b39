package dev.weir.sync;

import dev.weir.sync.WaitList.Waiter;
import dev.weir.sync.WaitList.Wakes;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;

/**
 * Where a number of tasks wait for each other, round after round. The last to arrive in a round is its leader.
 *
 * <pre>{@code
 * Barrier loaded = new Barrier(2);
 * JoinHandle<Boolean> other = runtime.spawn(loaded.arrive());
 * boolean leads = runtime.blockOn(loaded.arrive()); // true for one of the two, when both are there
 * }</pre>
 */
public final class Barrier {
    private final int parties;
    private final WaitList waiters = new WaitList();

    /** How many wait; guarded by the lock of the list. */
    private int arrived;

    /**
     * Creates a barrier.
     *
     * @param parties how many arrive in a round, at least 0; 0 is as good as 1
     */
    public Barrier(int parties) {
        if (parties < 0) {
            throw new IllegalArgumentException("parties must not be negative, was " + parties);
        }
        this.parties = Math.max(1, parties);
    }

    /**
     * Waits until all have arrived. The first poll is the arrival. Ready with true for the leader. Charges one operation
     * when it is ready.
     *
     * <p>Cancel safety: closed before the round was complete, it has not arrived. (Tokio counts it; a round is then
     * complete although one is missing.)
     */
    public Pollable<Boolean> arrive() {
        return new Arrival(this);
    }

    private static final class Arrival implements Pollable<Boolean> {
        private final Barrier barrier;
        private final Waiter waiter = new Waiter();

        Arrival(Barrier barrier) {
            this.barrier = barrier;
        }

        @Override
        public Poll<Boolean> poll(Context cx) {
            if (!cx.charge()) {
                return Poll.pending();
            }
            if (waiter.state() == Waiter.OUT) {
                if (isLast(cx)) {
                    return Poll.ready(true);
                }
            } else if (!waiter.keepWaiting(barrier.waiters, cx.waker())) {
                waiter.reset();
                return Poll.ready(false);
            }
            cx.budget().refund();
            return Poll.pending();
        }

        private boolean isLast(Context cx) {
            Wakes wakes = new Wakes();
            barrier.waiters.lock();
            try {
                if (barrier.arrived + 1 < barrier.parties) {
                    barrier.arrived++;
                    barrier.waiters.add(waiter, cx.waker());
                    return false;
                }
                wakes.makeRoom(barrier.arrived - 1); // all or, without memory, nobody
                barrier.arrived = 0;
                barrier.waiters.notifyAll(Waiter.GRANTED, wakes);
            } finally {
                barrier.waiters.unlock();
            }
            wakes.wake();
            return true;
        }

        @Override
        public void close() {
            if (!waiter.isWaiting()) {
                return;
            }
            barrier.waiters.lock();
            try {
                if (waiter.isWaiting()) {
                    barrier.waiters.giveUp(waiter);
                    barrier.arrived--;
                }
            } finally {
                barrier.waiters.unlock();
            }
        }
    }
}
