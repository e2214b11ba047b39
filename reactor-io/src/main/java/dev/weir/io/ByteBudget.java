package dev.weir.io;

import dev.weir.task.Context;
import dev.weir.task.FirstFailure;
import dev.weir.task.Waker;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A bound on the bytes that sources have read and that were not consumed yet, over all of them together. A source that
 * has demand reads only when the budget grants it a chunk, and holds nothing while it waits for the other side.
 *
 * <p><em>Consumed</em> has one meaning: a chunk counts from before it is read until its source is polled again, or is
 * closed. Who polls a source is taken to be done with the chunk before; who keeps chunks beyond that holds a {@link
 * Share} of its own for them. The bytes of a source are thus given back exactly once, by its owner, whatever becomes of
 * the chunk.
 *
 * <p>When the budget is spent sources wait, in the order in which they came; one that is granted its chunk is not
 * overtaken by one that comes later. So that a long chunk does not hold up all that would fit, who can read in pieces
 * asks for {@linkplain Share#pollReserveUpTo as much as there is room for} and waits for an eighth of the limit at most:
 * sockets, files and pipes do. Datagrams and TLS cannot; they hold up the others until there is room for theirs, some 64
 * KiB and 35 KiB, so let a limit be many times that. A consumer that never polls again and never closes keeps its chunk,
 * and what is bounded can be used up: give connections that do not move a timeout.
 *
 * <p>Covered are the readers of TCP and Unix sockets, TLS, datagrams, files and the pipes of processes. Not covered are
 * bytes that nobody reads from outside (pairs in memory, simulated networks), what waits to be written, which the bound
 * of each writer limits, a frame that has come in part, which its decoder limits, and items that a prefetch or a buffer
 * of a stream keeps: that counts items and does not know what they weigh, so in front of a socket choose a small one.
 * Nor are the first bytes that the pipe of a process gives after a wait, which are 1 KiB at most and in the JDK's buffer
 * 8 KiB more, and the 8 KiB that the standard input of this process may hold.
 *
 * <pre>
 * what a source does   used                      waiting
 * begins a read        + chunk - what it held    if there is no room for that, or others wait: goes to the end
 * has read n bytes     + n - chunk               -
 * is polled for more   (see "begins a read")     -
 * waits for the peer   - what it held            -
 * is closed            - what it held            leaves
 * </pre>
 *
 * <p>Every decrease grants to those who wait, first come first served, as long as there is room. All methods may be
 * called from any thread.
 */
public final class ByteBudget {
    /** Who can do with less than it asks for waits for this part of the limit at most. */
    private static final int LEAST_PART = 8;

    private static final ByteBudget SHARED =
            of(Math.max(1 << 20, Runtime.getRuntime().maxMemory() / 4));

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /** Guards the queue; its size is read without. */
    private final Object lock = new Object();

    // Linked through the shares, so that one may leave from anywhere.
    private @Nullable Share first;
    private @Nullable Share last;

    private volatile int waiting;
    private volatile long waits;

    private ByteBudget(long limit) {
        this.limit = limit;
    }

    /**
     * Creates a budget.
     *
     * @param limit bytes, at least 1; a source whose chunk is longer reads chunks of this length
     */
    public static ByteBudget of(long limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, was " + limit);
        }
        return new ByteBudget(limit);
    }

    /** Returns the budget of those who bring none: a quarter of the largest heap that this process may have. */
    public static ByteBudget shared() {
        return SHARED;
    }

    /** Opens a share, which holds nothing. */
    public Share share() {
        return new Share();
    }

    /** Returns how many bytes may be held together. */
    public long limit() {
        return limit;
    }

    /** Returns how many bytes are held now, or reserved for reads that are under way; never more than the limit. */
    public long used() {
        return used.get();
    }

    /** Returns how many shares wait. */
    public int waiting() {
        return waiting;
    }

    /** Returns how often a share had to wait. */
    public long waits() {
        return waits;
    }

    /** Uses as many bytes as there is room for within these bounds, and returns how many; -1 without room for the least. */
    private long tryUse(long least, long most) {
        for (; ; ) {
            long before = used.get();
            long bytes = Math.min(most, limit - before);
            if (bytes < least) {
                return -1;
            }
            if (used.compareAndSet(before, before + bytes)) {
                return bytes;
            }
        }
    }

    private void giveBack(long bytes) {
        used.addAndGet(-bytes);
        // Partner of the step in which a share enters the queue and then looks at what is used: either it sees these
        // bytes, or it is seen here.
        if (waiting > 0) {
            grant();
        }
    }

    /** One by one: that takes no memory, of which there may be none left for what everybody waits for. */
    private void grant() {
        Throwable failure = null;
        for (int left = waiting; left > 0; left--) { // a count: who comes later looks for itself
            Waker next = grantFirst();
            if (next == null) {
                break;
            }
            failure = FirstFailure.wake(next, failure); // one may have nowhere to go: the others have
        }
        FirstFailure.rethrow(failure);
    }

    /** Grants to the first in line, and returns whom to wake; null if nobody waits, or there is no room. */
    private @Nullable Waker grantFirst() {
        synchronized (lock) {
            Share next = first;
            if (next == null) {
                return null;
            }
            long bytes = tryUse(next.least, next.most);
            return bytes < 0 ? null : next.takeGrant(bytes);
        }
    }

    /** Under the lock. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void add(Share share) {
        share.previous = last;
        if (last == null) {
            first = share;
        } else {
            last.next = share;
        }
        last = share;
        waiting++;
        waits++;
    }

    /** Under the lock. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void remove(Share share) {
        Share previous = share.previous;
        Share next = share.next;
        if (previous == null) {
            first = next;
        } else {
            previous.next = next;
        }
        if (next == null) {
            last = previous;
        } else {
            next.previous = previous;
        }
        share.previous = null;
        share.next = null;
        waiting--;
    }

    @Override
    public String toString() {
        return "ByteBudget[" + used + " of " + limit + " bytes, " + waiting + " waiting]";
    }

    /** What one holder has of the budget. For its owner. */
    public final class Share {
        // Changed by the owner while it does not wait, and under the lock while it does.
        private long held;
        private long least;
        private long most;
        private @Nullable Waker waker;
        private boolean granted;
        private @Nullable Share previous;
        private @Nullable Share next;

        /** Set by the owner, cleared by a grant, after which the owner may look at the rest. */
        private volatile boolean queued;

        private Share() {}

        /**
         * Reserves bytes in place of those that are held, which are given back if it has to wait: shares that held some
         * and waited for more could wait for each other.
         *
         * @param bytes at least 0; more than the limit counts as the limit
         * @return false if it has to wait: the waker of the context will be woken, and then the same is asked again
         */
        public boolean pollReserve(long bytes, Context cx) {
            long all = Math.min(bytes, limit);
            return reserve(all, all, cx);
        }

        /**
         * Reserves as many of these bytes as there is room for, all of them as a rule and an eighth of the limit at
         * least; {@link #held} tells how many. For who can do with less: it waits for no more than that eighth, whatever
         * others keep. Otherwise as {@link #pollReserve}.
         */
        public boolean pollReserveUpTo(long bytes, Context cx) {
            long all = Math.min(bytes, limit);
            return reserve(Math.min(all, Math.max(1, limit / LEAST_PART)), all, cx);
        }

        private boolean reserve(long atLeast, long atMost, Context cx) {
            if (useGrant(atLeast, atMost)) {
                return true;
            }
            if (!queued && waiting == 0) {
                if (held >= atMost) {
                    shrinkTo(atMost);
                    return true;
                }
                long more = tryUse(atLeast - held, atMost - held);
                if (more >= 0) {
                    held += more;
                    return true;
                }
            }
            return waitFor(atLeast, atMost, cx.waker());
        }

        /** Takes the turn it waited for, once: who has read goes behind those who wait, whatever it still holds. */
        private boolean useGrant(long atLeast, long atMost) {
            if (queued || !granted || held < atLeast) {
                return false;
            }
            granted = false;
            shrinkTo(Math.min(held, atMost));
            return true;
        }

        private boolean waitFor(long atLeast, long atMost, Waker waiter) {
            synchronized (lock) {
                if (!queued && !(granted && held >= atLeast)) { // otherwise it was granted since the caller looked
                    used.addAndGet(-held);
                    held = 0;
                    least = atLeast;
                    most = atMost;
                    granted = false;
                    queued = true;
                    add(this);
                }
                if (queued) {
                    waker = waiter;
                }
            }
            grant(); // the last look
            return useGrant(atLeast, atMost);
        }

        /** Under the lock: it waits no more. */
        private Waker takeGrant(long bytes) {
            remove(this);
            held = bytes;
            granted = true;
            Waker taken = waker == null ? Waker.noop() : waker;
            waker = null;
            queued = false; // last: from here on it is its owner's again
            return taken;
        }

        /**
         * Holds fewer bytes than were reserved, because fewer were needed.
         *
         * @param bytes at least 0 and at most what is held
         */
        public void shrinkTo(long bytes) {
            if (bytes < 0 || bytes > held) {
                throw new IllegalArgumentException("bytes must be from 0 to " + held + ", was " + bytes);
            }
            long less = held - bytes;
            held = bytes;
            if (less > 0) {
                giveBack(less);
            }
        }

        /** Gives everything back and waits no more. Idempotent; the share can be used again. */
        public void release() {
            if (queued) {
                leave();
            }
            granted = false;
            shrinkTo(0);
        }

        private void leave() {
            synchronized (lock) {
                if (queued) { // otherwise it was granted meanwhile
                    remove(this);
                    queued = false;
                    waker = null;
                }
            }
            grant(); // who was behind it may need less
        }

        /** Returns how many bytes it holds. */
        public long held() {
            return held;
        }
    }
}
