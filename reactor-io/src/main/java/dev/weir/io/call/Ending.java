package dev.weir.io.call;

import dev.weir.task.Context;
import dev.weir.task.FirstFailure;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Waker;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * An end that comes once, and those who wait for it.
 *
 * <pre>
 * event \ state    to come                       has come
 * a poll           in line, "not now"            ready
 * the end          has come, <em>wake all in line</em>    <em>wake all in line</em>
 * a wait given up  out of line                   same
 * </pre>
 *
 * <p>Those in line are woken one by one: that takes no memory, of which there may be none left, and one whose waker
 * throws keeps nobody behind it asleep. All methods may be called from any thread.
 */
public final class Ending {
    // Guarded by this.
    private final ArrayDeque<Waiter> line = new ArrayDeque<>();
    private boolean over;

    /** Returns the computation that waits until it has come. Giving it up leaves nothing behind. Charges no budget. */
    public Pollable<@Nullable Void> awaited() {
        return new Waiter();
    }

    /** It has come. Idempotent. */
    public void end() {
        synchronized (this) {
            over = true;
        }
        wakeAll();
    }

    /**
     * Wakes those who wait now, whether it has come or not: they are polled again.
     *
     * @throws RuntimeException what a waker has thrown first, after all were woken; or an {@link Error}
     */
    public void wakeAll() {
        Throwable failure = null;
        for (int left = waiting(); left > 0; left--) { // a count: who is woken may be in line again by now
            failure = FirstFailure.wake(takeFirst(), failure);
        }
        FirstFailure.rethrow(failure);
    }

    private synchronized Waker takeFirst() {
        Waiter first = line.pollFirst();
        return first == null ? Waker.noop() : first.takeWaker();
    }

    /** Returns how many wait. */
    public synchronized int waiting() {
        return line.size();
    }

    private synchronized boolean isOverOrAdd(Waiter waiter, Waker waker) {
        if (!over) {
            if (waiter.waker == null) {
                line.add(waiter);
            }
            waiter.waker = waker;
        }
        return over;
    }

    private synchronized void remove(Waiter waiter) {
        if (waiter.waker != null) {
            waiter.waker = null;
            line.remove(waiter);
        }
    }

    private final class Waiter implements Pollable<@Nullable Void> {
        /** While it is in line. Guarded by the ending. */
        private @Nullable Waker waker;

        private Waker takeWaker() {
            Waker taken = waker == null ? Waker.noop() : waker;
            waker = null;
            return taken;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            return isOverOrAdd(this, cx.waker()) ? Poll.done() : Poll.pending();
        }

        @Override
        public void close() {
            remove(this);
        }
    }
}
