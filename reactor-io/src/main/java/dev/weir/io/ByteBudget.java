package dev.weir.io;

import dev.weir.task.Context;
import dev.weir.task.Waker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
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
 * overtaken by one that comes later. A consumer that never polls again and never closes keeps its chunk, and what is
 * bounded can be used up: give connections that do not move a timeout.
 *
 * <p>Covered are the readers of TCP and Unix sockets, TLS, datagrams, files and the pipes of processes. Not covered are
 * bytes that nobody reads from outside (pairs in memory, simulated networks), what waits to be written, which the bound
 * of each writer limits, a frame that has come in part, which its decoder limits, and items that a prefetch or a buffer
 * of a stream keeps: that counts items and does not know what they weigh, so in front of a socket choose a small one.
 *
 * <pre>
 * what a source does   used                      waiting
 * begins a read        + chunk - what it held    if that is more than the limit, or others wait: goes to the end
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
    private static final ByteBudget SHARED =
            of(Math.max(1 << 20, Runtime.getRuntime().maxMemory() / 4));

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /** Guards the queue; its size is read without. */
    private final Object lock = new Object();

    private final ArrayDeque<Share> queue = new ArrayDeque<>();
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

    private boolean tryUse(long bytes) {
        for (; ; ) {
            long before = used.get();
            if (before + bytes > limit) {
                return false;
            }
            if (used.compareAndSet(before, before + bytes)) {
                return true;
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

    private void grant() {
        List<Waker> granted = new ArrayList<>();
        synchronized (lock) {
            for (Share first; (first = queue.peek()) != null && tryUse(first.wanted - first.held); ) {
                queue.remove();
                granted.add(first.takeGrant());
            }
            waiting = queue.size();
        }
        granted.forEach(Waker::wake);
    }

    @Override
    public String toString() {
        return "ByteBudget[" + used + " of " + limit + " bytes, " + waiting + " waiting]";
    }

    /** What one holder has of the budget. For its owner. */
    public final class Share {
        // Changed by the owner while it does not wait, and under the lock while it does.
        private long held;
        private long wanted;
        private @Nullable Waker waker;
        private boolean granted;

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
            long needed = Math.min(bytes, limit);
            if (useGrant(needed)) {
                return true;
            }
            if (!queued && waiting == 0) {
                if (held >= needed) {
                    shrinkTo(needed);
                    return true;
                }
                if (tryUse(needed - held)) {
                    held = needed;
                    return true;
                }
            }
            return waitFor(needed, cx.waker());
        }

        /** Takes the turn it waited for, once: who has read goes behind those who wait, whatever it still holds. */
        private boolean useGrant(long needed) {
            if (queued || !granted || held < needed) {
                return false;
            }
            granted = false;
            shrinkTo(needed);
            return true;
        }

        private boolean waitFor(long needed, Waker waiter) {
            synchronized (lock) {
                if (!queued && !(granted && held >= needed)) { // otherwise it was granted since the caller looked
                    used.addAndGet(-held);
                    held = 0;
                    wanted = needed;
                    granted = false;
                    queued = true;
                    queue.add(this);
                    waits++;
                }
                if (queued) {
                    waker = waiter;
                }
                waiting = queue.size();
            }
            grant(); // the last look
            return useGrant(needed);
        }

        /** Under the lock: it waits no more. */
        private Waker takeGrant() {
            held = wanted;
            granted = true;
            queued = false;
            Waker taken = waker == null ? Waker.noop() : waker;
            waker = null;
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
                if (queue.remove(this)) { // otherwise it was granted meanwhile
                    queued = false;
                    waker = null;
                    waiting = queue.size();
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
