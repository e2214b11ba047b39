package dev.weir.time;

import dev.weir.task.Waker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One waker that is to be woken at one deadline: what a {@link Timer} and a {@link Sleep} are. Its owner aims, arms and
 * disarms it, one call at a time; its driver files it in the wheel and ends it.
 *
 * <p>It holds its waker only while it is pending.
 *
 * <p>One word holds the tick of the deadline, the phase, and whether the alarm is <em>listed</em>: in the list of what
 * the driver has to look at, in which it is at most once. Who lists it pushes it. One that is pending and not
 * listed is filed in the wheel under its tick or an earlier one, so moving it ahead in time needs nobody's help. One that is
 * neither pending nor listed is known to nobody but its owner.
 *
 * <pre>
 * event \ state       PENDING                  PENDING, listed        AIMED or FIRED         the same, listed
 * arm                 -                        -                      PENDING, listed, push  PENDING, listed
 * move, not earlier   the new tick             the new tick           -                      -
 * move, earlier       new tick, listed, push   the new tick           -                      -
 * disarm              AIMED, listed, push      AIMED, listed          -                      -
 * cancel              CANCELLED, listed, push  CANCELLED, listed      -                      -
 * aim                 -                        -                      AIMED                  AIMED, listed
 * driver takes it     -                        not listed, file it    -                      not listed, take it
 *   from the list                                                                            out of the wheel
 * its slot has come   FIRED, or file it again  FIRED, or file again   -                      -
 * timers are closed   SHUT_DOWN                SHUT_DOWN              -                      -
 * a push is refused   SHUT_DOWN                SHUT_DOWN              SHUT_DOWN              -
 * </pre>
 *
 * <p>CANCELLED and SHUT_DOWN are for good; one of these that is listed is taken out of the wheel and stays listed, which nobody
 * asks. A push is refused by timers that are closed. A sleep is at first FRESH, which is AIMED without a deadline.
 *
 * <p>The waker goes the way of all wakers here: {@link #await} writes it and <em>then</em> looks at the word; who ends
 * the alarm writes the word and <em>then</em> takes the waker. Both are volatile. An owner that arms it again in
 * between may be woken at once, for nothing, and polls again.
 */
abstract class Alarm extends WheelEntry {
    static final long PENDING = 0;
    static final long FIRED = 1;
    static final long CANCELLED = 2;
    static final long SHUT_DOWN = 3;
    static final long AIMED = 4;
    static final long FRESH = 5;

    private static final VarHandle WORD;
    private static final VarHandle WAKER;

    private static final long PHASE = 7;
    private static final long LISTED = 8;
    /** It has been in the wheel. */
    private static final long FILED = 16;

    private static final int TICK_SHIFT = 5;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WORD = lookup.findVarHandle(Alarm.class, "word", long.class);
            WAKER = lookup.findVarHandle(Alarm.class, "waker", Waker.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile long word;
    private volatile @Nullable Waker waker;

    /** Creates one that nobody else knows. */
    Alarm(long phase) {
        WORD.set(this, phase);
    }

    // ---- for the owner ----

    final long phase() {
        return word & PHASE;
    }

    /**
     * From now until it ends it is pending. For an alarm that is not.
     *
     * @throws IllegalStateException if the timers were shut down
     */
    final void arm(Timers timers, long tick, Waker waker) {
        if (begin(tick, waker) && !timers.push(this)) {
            shutDown();
            throw Timers.shutDown();
        }
        timers.tell(tick);
    }

    /** Makes it pending and listed. True: it is in no list yet, and has to be pushed, which publishes it. */
    final boolean begin(long tick, Waker waker) {
        WAKER.set(this, waker);
        long seen = word;
        while ((seen & LISTED) != 0) {
            if (WORD.compareAndSet(this, seen, (tick << TICK_SHIFT) | (seen & FILED) | LISTED)) {
                return false;
            }
            seen = word;
        }
        // Neither pending nor listed, so nobody else reads or writes the word before the push.
        WORD.set(this, (tick << TICK_SHIFT) | (seen & FILED) | LISTED);
        return true;
    }

    /** Sets who is woken, in place of the waker before. Returns the phase: if it is not pending there is no wake. */
    final long await(Waker waker) {
        // Not written again if it is there already: whoever ends the alarm after the look at the word wakes it (T2).
        if (this.waker != waker) {
            this.waker = waker;
        }
        long seen = word & PHASE;
        if (seen != PENDING) {
            this.waker = null;
        }
        return seen;
    }

    /** Moves the deadline of one that is pending; to a later time by one exchange. Returns the phase that it found. */
    final long move(Timers timers, long tick) {
        for (; ; ) {
            long seen = word;
            if ((seen & PHASE) != PENDING) {
                return seen & PHASE;
            }
            boolean earlier = tick < (seen >>> TICK_SHIFT);
            long moved = (tick << TICK_SHIFT) | (seen & (LISTED | FILED)) | (earlier ? LISTED : 0);
            if (WORD.compareAndSet(this, seen, moved)) {
                if (earlier) {
                    if ((seen & LISTED) == 0 && !timers.push(this)) {
                        Waker last = shutDown();
                        if (last != null) {
                            last.wake();
                        }
                        return SHUT_DOWN;
                    }
                    timers.tell(tick);
                }
                return PENDING;
            }
        }
    }

    /** It fires no more unless it is armed again; on return nothing holds its waker but who is just waking it. */
    final void disarm(Timers timers) {
        leave(timers, AIMED);
    }

    /** As {@link #disarm}, for good. */
    final void cancel(Timers timers) {
        leave(timers, CANCELLED);
    }

    private void leave(Timers timers, long phase) {
        for (; ; ) {
            long seen = word;
            if ((seen & PHASE) != PENDING) {
                return;
            }
            if (WORD.compareAndSet(this, seen, seen | phase | LISTED)) {
                WAKER.setRelease(this, null); // nobody will take it, so nothing has to be ordered behind this
                if ((seen & LISTED) == 0 && !timers.push(this)) {
                    become(SHUT_DOWN); // listed and in no list: it must not be armed again
                }
                return;
            }
        }
    }

    /** For one that is not pending, and has not ended for good: it may be armed. */
    final void aim() {
        become(AIMED);
    }

    private void become(long phase) {
        for (; ; ) {
            long seen = word;
            if (WORD.compareAndSet(this, seen, (seen & ~PHASE) | phase)) {
                return;
            }
        }
    }

    // ---- for the driver, under the lock of the timers ----

    @Override
    final long tick() {
        return word >>> TICK_SHIFT;
    }

    final boolean isPending() {
        return (word & PHASE) == PENDING;
    }

    /** It was taken from the list. True: it is pending, is to be filed, and from now on may be pushed again. */
    final boolean unlist() {
        for (; ; ) {
            long seen = word;
            if (isForGood(seen)) {
                return false; // it stays listed, which nobody asks
            }
            boolean pending = (seen & PHASE) == PENDING;
            if (WORD.compareAndSet(this, seen, (seen & ~LISTED) | (pending ? FILED : 0))) {
                return pending;
            }
        }
    }

    /** It is over for good and has never been filed, so nobody needs to look at it. For who has locked its list. */
    final boolean isForgotten() {
        long seen = word;
        return isForGood(seen) && (seen & FILED) == 0;
    }

    private static boolean isForGood(long word) {
        long phase = word & PHASE;
        return phase == CANCELLED || phase == SHUT_DOWN;
    }

    /** Its slot has come. Returns whom to wake if that ends it, else null: it is not pending or was moved ahead. */
    final @Nullable Waker fire(long now) {
        return end(now, FIRED);
    }

    /** The timers are closed. Returns whom to wake if that ends it. */
    final @Nullable Waker shutDown() {
        return end(Long.MAX_VALUE, SHUT_DOWN);
    }

    private @Nullable Waker end(long now, long phase) {
        for (; ; ) {
            long seen = word;
            if ((seen & PHASE) != PENDING || (seen >>> TICK_SHIFT) > now) {
                return null;
            }
            if (WORD.compareAndSet(this, seen, seen | phase)) {
                // An owner that awaits it in between finds it over, or has armed it again and needs no more than a
                // wake.
                Waker taken = (Waker) WAKER.getAndSet(this, null);
                return taken == null ? Waker.noop() : taken;
            }
        }
    }
}
