package dev.weir.sync;

import dev.weir.sync.WaitList.Waiter;
import dev.weir.sync.WaitList.Wakes;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Waker;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Tells tasks that something has happened, without saying what. A notification for one that finds nobody waiting is kept
 * as a permit, at most one, and the next who waits has it at once.
 *
 * <pre>{@code
 * Notify changed = new Notify();
 * changed.notifyOne(); // kept, as nobody waits
 * runtime.blockOn(changed.notified());
 * }</pre>
 *
 * <p>One word: whether there is a permit or somebody waits, and how often all were notified.
 *
 * <pre>
 * event \ word       EMPTY        PERMIT     WAITING
 * notify one         PERMIT       same       the first (or the last) is notified; EMPTY if it was alone
 * notify all         +1           +1         all are notified; EMPTY, +1
 * wait               WAITING      EMPTY; ready   same
 * </pre>
 *
 * <p>Waits and notifications charge no budget. A task that does nothing but answer notifications of its own making has to
 * charge it itself.
 */
public final class Notify {
    private static final int EMPTY = 0;
    private static final int WAITING = 1;
    private static final int PERMIT = 2;
    private static final int STATE = 3;
    private static final long ALL = 4;

    /** What a waiter was notified by; the first two are passed on when nobody takes them. */
    private static final int BY_ONE = Waiter.GRANTED;

    private static final int BY_LAST = Waiter.REFUSED + 1;
    private static final int BY_ALL = Waiter.REFUSED + 2;

    private final AtomicLong word = new AtomicLong();
    private final WaitList waiters = new WaitList();

    /** Notifies who has waited longest; if nobody waits, the next who will. */
    public void notifyOne() {
        notifyOne(BY_ONE);
    }

    /** Notifies who came last; if nobody waits, the next who will. */
    public void notifyLast() {
        notifyOne(BY_LAST);
    }

    private void notifyOne(int how) {
        for (; ; ) {
            long seen = word.get();
            if ((seen & STATE) == WAITING) {
                break;
            }
            // Also where it changes nothing: what the caller wrote before is then visible to who takes the permit.
            if (word.compareAndSet(seen, (seen & ~STATE) | PERMIT)) {
                return;
            }
        }
        Waker waker = notifyWaiting(how);
        if (waker != null) {
            waker.wake();
        }
    }

    private @Nullable Waker notifyWaiting(int how) {
        waiters.lock();
        try {
            for (; ; ) {
                long seen = word.get();
                if ((seen & STATE) == WAITING) { // left under the lock only
                    Waiter waiter = how == BY_LAST ? waiters.last() : waiters.first();
                    Waker waker = waiters.notify(Objects.requireNonNull(waiter), how);
                    settle();
                    return waker;
                }
                if (word.compareAndSet(seen, (seen & ~STATE) | PERMIT)) {
                    return null;
                }
            }
        } finally {
            waiters.unlock();
        }
    }

    /** Notifies every {@link Notified} that exists, polled or not, and none that is made later. Leaves no permit. */
    public void notifyWaiters() {
        Wakes wakes = new Wakes();
        long round = ALL;
        do {
            waiters.lock();
            try {
                word.getAndAdd(round);
                round = 0; // whatever more is notified belongs to the same
                waiters.notifyAll(BY_ALL, wakes);
                if ((word.get() & STATE) == WAITING) {
                    settle(); // not before: without memory some wait still
                }
            } finally {
                waiters.unlock();
            }
        } while (wakes.wake());
    }

    /**
     * Returns a wait for the next notification. It counts for {@link #notifyWaiters} from now on, and for the others from
     * its first poll, or {@link Notified#enable()}.
     *
     * <p>Cancel safety: closed before it was ready, it loses its place; a notification for one that it was given goes to
     * the next.
     */
    public Notified notified() {
        return new Notified(this, word.get() & ~STATE);
    }

    /** Under the lock: nobody waits any more if nobody does. */
    private void settle() {
        if (waiters.isEmpty()) {
            word.set(word.get() & ~STATE); // from WAITING, which is left under the lock only
        }
    }

    @Override
    public String toString() {
        return switch ((int) (word.get() & STATE)) {
            case EMPTY -> "Notify[empty]";
            case WAITING -> "Notify[waiting]";
            default -> "Notify[permit]";
        };
    }

    /** A wait for one notification. Belongs to one task at a time; once ready it stays ready. */
    public static final class Notified implements Pollable<@Nullable Void> {
        private final Notify notify;
        private final long round;
        private @Nullable Waiter waiter;
        private boolean over;

        private Notified(Notify notify, long round) {
            this.notify = notify;
            this.round = round;
        }

        /**
         * Tells whether it is ready, and takes a place in the queue if it is not and has none yet. Nobody is woken for it
         * before its first poll; whom a poll said stays so.
         */
        public boolean enable() {
            if (waiter == null) {
                return await(Waker.noop());
            }
            over |= !waiter.isWaiting();
            return over;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            return await(cx.waker()) ? Poll.done() : Poll.pending();
        }

        /** Gives up the wait and passes on what is not used. */
        @Override
        public void close() {
            Waiter waiting = waiter;
            if (over || waiting == null) {
                return;
            }
            over = true;
            notify.waiters.lock();
            boolean mine;
            try {
                mine = waiting.isWaiting();
                if (mine) {
                    notify.waiters.giveUp(waiting);
                    notify.settle();
                }
            } finally {
                notify.waiters.unlock();
            }
            if (!mine && waiting.state() != BY_ALL) {
                notify.notifyOne(waiting.state());
            }
        }

        private boolean await(Waker waker) {
            if (!over) {
                over = waiter == null ? begin(waker) : !waiter.keepWaiting(notify.waiters, waker);
            }
            return over;
        }

        private boolean begin(Waker waker) {
            AtomicLong word = notify.word;
            long seen = word.get();
            if ((seen & ~STATE) != round || ((seen & STATE) == PERMIT && word.compareAndSet(seen, seen & ~STATE))) {
                return true;
            }
            Waiter own = new Waiter(); // before the word says that somebody waits
            notify.waiters.lock();
            try {
                for (; ; ) {
                    seen = word.get();
                    if ((seen & ~STATE) != round) {
                        return true;
                    }
                    boolean permit = (seen & STATE) == PERMIT;
                    if (word.compareAndSet(seen, (seen & ~STATE) | (permit ? EMPTY : WAITING))) {
                        if (!permit) {
                            waiter = own;
                            notify.waiters.add(own, waker);
                        }
                        return permit;
                    }
                }
            } finally {
                notify.waiters.unlock();
            }
        }
    }
}
