package dev.weir.time;

import dev.weir.task.Waker;
import java.util.Objects;

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
 */
public final class Timer extends Alarm {
    private final Timers timers;

    /** Creates one that has yet to be armed. */
    Timer(Timers timers) {
        super(AIMED);
        this.timers = timers;
    }

    /**
     * Sets who is woken, in place of the waker before.
     *
     * @return false if the timer has fired or was cancelled: there is nothing to wait for, and this answer may stand for
     *     the wake, also for that of the waker before
     * @throws IllegalStateException if the timers were shut down
     */
    public boolean register(Waker waker) {
        return isPending(await(Objects.requireNonNull(waker, "waker")));
    }

    /**
     * Moves the deadline, in O(1); to a later time by one exchange.
     *
     * @param deadlineNanos by the clock of the timers
     * @return false if the timer has fired or was cancelled, and stays so
     * @throws IllegalStateException if the timers were shut down
     */
    public boolean reset(long deadlineNanos) {
        return isPending(move(timers, timers.tickOf(deadlineNanos)));
    }

    /**
     * Gives up, in O(1). On return nothing holds the waker for this timer, unless it is being woken at this moment. Does
     * nothing to a timer that is not pending.
     */
    public void cancel() {
        cancel(timers);
    }

    /** Tells whether the deadline was reached; false if the timer was cancelled or shut down before. */
    public boolean hasFired() {
        return phase() == FIRED;
    }

    private static boolean isPending(long phase) {
        if (phase == SHUT_DOWN) {
            throw Timers.shutDown();
        }
        return phase == PENDING;
    }

    @Override
    public String toString() {
        long phase = phase();
        return "Timer["
                + (phase == PENDING
                        ? "pending"
                        : phase == FIRED ? "fired" : phase == CANCELLED ? "cancelled" : "shut down")
                + "]";
    }
}
