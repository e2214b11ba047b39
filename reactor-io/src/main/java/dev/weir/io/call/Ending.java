package dev.weir.io.call;

import dev.weir.task.Context;
import dev.weir.task.FirstFailure;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Waker;
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
    // Guarded by this. Those in line are linked to each other: to stand there takes no memory, and to leave no search.
    private @Nullable Waiter first;
    private @Nullable Waiter last;
    private int waiting;
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
        Waiter taken = first;
        if (taken == null) {
            return Waker.noop();
        }
        Waker waker = taken.waker;
        remove(taken);
        return waker == null ? Waker.noop() : waker;
    }

    /** Returns how many wait. */
    public synchronized int waiting() {
        return waiting;
    }

    private synchronized boolean isOverOrAdd(Waiter waiter, Waker waker) {
        if (!over) {
            if (waiter.waker == null) {
                append(waiter);
            }
            waiter.waker = waker;
        }
        return over;
    }

    private void append(Waiter waiter) {
        waiter.before = last;
        if (last == null) {
            first = waiter;
        } else {
            last.behind = waiter;
        }
        last = waiter;
        waiting++;
    }

    private synchronized void remove(Waiter waiter) {
        if (waiter.waker == null) {
            return;
        }
        waiter.waker = null;
        Waiter before = waiter.before;
        Waiter behind = waiter.behind;
        if (before == null) {
            first = behind;
        } else {
            before.behind = behind;
        }
        if (behind == null) {
            last = before;
        } else {
            behind.before = before;
        }
        waiter.before = null;
        waiter.behind = null;
        waiting--;
    }

    private final class Waiter implements Pollable<@Nullable Void> {
        // Guarded by the ending.
        /** While it is in line. */
        private @Nullable Waker waker;

        private @Nullable Waiter before;
        private @Nullable Waiter behind;

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
