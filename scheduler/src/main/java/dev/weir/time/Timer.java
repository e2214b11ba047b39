package dev.weir.time;

import dev.weir.task.Waker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One waker that is to be woken at one deadline: pending, until it fires or is cancelled. Made by {@link
 * Timers#schedule}. All methods may be called from any thread, but {@link #register} by one at a time.
 *
 * <pre>{@code
 * Timer timer = cx.service(Timers.class).schedule(deadline, cx.waker());
 * timer.reset(deadline + 1_000_000); // a millisecond later
 * timer.cancel();
 * }</pre>
 *
 * <p>It holds its waker only while it is pending.
 *
 * <p>One word holds the tick of the deadline, the phase, and whether the timer is <em>listed</em>: in the list of what
 * the driver has to look at, in which it is at most once. Who lists it pushes it. A timer that is pending and not
 * listed is filed in the wheel under its tick or an earlier one, so moving it ahead in time needs nobody's help.
 *
 * <pre>
 * event \ state       PENDING                  PENDING, listed        FIRED, CANCELLED or SHUT_DOWN
 * reset, not earlier  the new tick             the new tick           -
 * reset, earlier      new tick, listed, push   the new tick           -
 * cancel              CANCELLED, listed, push  CANCELLED, listed      -
 * driver takes it     -                        not listed, file it    take it out of the wheel
 *   from the list
 * its slot has come   FIRED, or file it again  FIRED, or file again   -
 * timers are closed   SHUT_DOWN                SHUT_DOWN              -
 * </pre>
 *
 * <p>The waker goes the way of all wakers here: {@link #register} writes it and <em>then</em> looks at the word; who ends
 * the timer writes the word and <em>then</em> takes the waker. Both are volatile.
 */
public final class Timer extends WheelEntry {
    private static final VarHandle WORD;
    private static final VarHandle WAKER;

    private static final long PENDING = 0;
    private static final long FIRED = 1;
    private static final long CANCELLED = 2;
    private static final long SHUT_DOWN = 3;
    private static final long PHASE = 3;
    private static final long LISTED = 4;
    private static final long FILED = 8;
    private static final int TICK_SHIFT = 4;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WORD = lookup.findVarHandle(Timer.class, "word", long.class);
            WAKER = lookup.findVarHandle(Timer.class, "waker", Waker.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Timers timers;
    private volatile long word;
    private volatile @Nullable Waker waker;

    /** Creates a pending timer that is listed and has yet to be pushed, which publishes it. */
    Timer(Timers timers, long tick, Waker waker) {
        this.timers = timers;
        WORD.set(this, (tick << TICK_SHIFT) | LISTED);
        WAKER.set(this, waker);
    }

    /**
     * Sets who is woken, in place of the waker before.
     *
     * @return false if the timer has fired or was cancelled: there is nothing to wait for
     * @throws IllegalStateException if the timers were shut down
     */
    public boolean register(Waker waker) {
        Objects.requireNonNull(waker, "waker");
        // Not written again if it is there already: whoever ends the timer after the look at the word wakes it (T2).
        if (this.waker != waker) {
            this.waker = waker;
        }
        long seen = word;
        if (isPending(seen)) {
            return true;
        }
        this.waker = null;
        return overOrShutDown(seen);
    }

    /**
     * Moves the deadline, in O(1); to a later time by one exchange.
     *
     * @param deadlineNanos by the clock of the timers
     * @return false if the timer has fired or was cancelled, and stays so
     * @throws IllegalStateException if the timers were shut down
     */
    public boolean reset(long deadlineNanos) {
        long tick = timers.tickOf(deadlineNanos);
        for (; ; ) {
            long seen = word;
            if (!isPending(seen)) {
                return overOrShutDown(seen);
            }
            boolean earlier = tick < (seen >>> TICK_SHIFT);
            long moved = (tick << TICK_SHIFT) | (seen & (LISTED | FILED)) | (earlier ? LISTED : 0);
            if (WORD.compareAndSet(this, seen, moved)) {
                if (earlier) {
                    timers.moved(this, tick, (seen & LISTED) == 0);
                }
                return true;
            }
        }
    }

    /**
     * Gives up, in O(1). On return nothing holds the waker for this timer, unless it is being woken at this moment. Does
     * nothing to a timer that is not pending.
     */
    public void cancel() {
        for (; ; ) {
            long seen = word;
            if (!isPending(seen)) {
                return;
            }
            if (WORD.compareAndSet(this, seen, seen | CANCELLED | LISTED)) {
                WAKER.setRelease(this, null); // nobody will take it, so nothing has to be ordered behind this
                if ((seen & LISTED) == 0) {
                    timers.push(this);
                }
                return;
            }
        }
    }

    /** Tells whether the deadline was reached; false if the timer was cancelled or shut down before. */
    public boolean hasFired() {
        return (word & PHASE) == FIRED;
    }

    Timers timers() {
        return timers;
    }

    // ---- for the driver, under the lock of the timers ----

    @Override
    long tick() {
        return word >>> TICK_SHIFT;
    }

    boolean isPending() {
        return isPending(word);
    }

    /** The timer was taken from the list. True: it is pending, is to be filed, and from now on may be pushed again. */
    boolean unlist() {
        for (; ; ) {
            long seen = word;
            if (!isPending(seen)) {
                return false; // it stays listed, which nobody asks
            }
            if (WORD.compareAndSet(this, seen, (seen & ~LISTED) | FILED)) {
                return true;
            }
        }
    }

    /** It is over and has never been filed, so nobody needs to look at it. For who has locked the list it is in. */
    boolean isForgotten() {
        long seen = word;
        return !isPending(seen) && (seen & FILED) == 0;
    }

    /** Its slot has come. Returns whom to wake if that ends the timer, else null: it was cancelled or moved ahead. */
    @Nullable Waker fire(long now) {
        return end(now, FIRED);
    }

    /** The timers are closed. Returns whom to wake if that ends the timer. */
    @Nullable Waker shutDown() {
        return end(Long.MAX_VALUE, SHUT_DOWN);
    }

    private @Nullable Waker end(long now, long phase) {
        for (; ; ) {
            long seen = word;
            if (!isPending(seen) || (seen >>> TICK_SHIFT) > now) {
                return null;
            }
            if (WORD.compareAndSet(this, seen, seen | phase)) {
                // A poller that registers in between finds the timer over, and needs no wake.
                Waker taken = waker;
                waker = null;
                return taken == null ? Waker.noop() : taken;
            }
        }
    }

    private static boolean isPending(long word) {
        return (word & PHASE) == PENDING;
    }

    /** The answer about a timer that is over. */
    private static boolean overOrShutDown(long word) {
        if ((word & PHASE) == SHUT_DOWN) {
            throw Timers.shutDown();
        }
        return false;
    }

    @Override
    public String toString() {
        long seen = word & PHASE;
        return "Timer["
                + (seen == PENDING
                        ? "pending"
                        : seen == FIRED ? "fired" : seen == CANCELLED ? "cancelled" : "shut down")
                + "]";
    }
}
