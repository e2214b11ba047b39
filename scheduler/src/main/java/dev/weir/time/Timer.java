package dev.weir.time;

import dev.weir.task.Waker;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One waker that is to be woken at one deadline: pending, until it fires or is cancelled. Made by {@link
 * Timers#schedule}. All methods may be called from any thread, but {@link #register} by one at a time.
 *
 * <p>It holds its waker only while it is pending.
 */
public final class Timer {
    /** Where a timer is in its life; leaves {@link #PENDING} once. */
    enum State {
        PENDING,
        FIRED,
        CANCELLED,
        SHUT_DOWN
    }

    private final Timers timers;
    /** Written under the lock of the timers, after the waker was taken away. */
    private volatile State state = State.PENDING;

    private volatile @Nullable Waker waker;

    // The place in the wheel, guarded by the lock of the timers. A timer that is in no list is a list of its own.
    long tick;
    int list;
    Timer next = this;
    Timer previous = this;

    Timer(Timers timers, Waker waker) {
        this.timers = timers;
        this.waker = Objects.requireNonNull(waker, "waker");
    }

    /**
     * Sets who is woken, in place of the waker before.
     *
     * @return false if the timer has fired or was cancelled: nobody will be woken
     * @throws IllegalStateException if the timers were shut down
     */
    public boolean register(Waker waker) {
        Objects.requireNonNull(waker, "waker");
        // Without the lock if it is there already: whoever takes it away after this look wakes it, hence leads to
        // one more poll (T2).
        if (state == State.PENDING && this.waker == waker) {
            return true;
        }
        return !isOver() && timers.register(this, waker);
    }

    /**
     * Moves the deadline, in O(1).
     *
     * @param deadlineNanos by the clock of the timers
     * @return false if the timer has fired or was cancelled, and stays so
     * @throws IllegalStateException if the timers were shut down
     */
    public boolean reset(long deadlineNanos) {
        return !isOver() && timers.reset(this, deadlineNanos);
    }

    /**
     * Gives up, in O(1). On return nothing holds the waker for this timer, unless it is being woken at this moment. Does
     * nothing to a timer that is not pending.
     */
    public void cancel() {
        if (state == State.PENDING) {
            timers.cancel(this);
        }
    }

    /** Tells whether the deadline was reached; false if the timer was cancelled or shut down before. */
    public boolean hasFired() {
        return state == State.FIRED;
    }

    private boolean isOver() {
        State seen = state;
        return seen == State.FIRED || seen == State.CANCELLED;
    }

    State state() {
        return state;
    }

    /** Under the lock of the timers. */
    void setWaker(Waker waker) {
        this.waker = waker;
    }

    /** Under the lock of the timers: leaves {@link State#PENDING} and hands over the waker. */
    Waker end(State end) {
        Waker taken = Objects.requireNonNull(waker, "waker of a pending timer");
        waker = null;
        state = end;
        return taken;
    }

    @Override
    public String toString() {
        return "Timer[" + state + "]";
    }
}
