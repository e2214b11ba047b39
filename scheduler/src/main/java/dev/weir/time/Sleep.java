package dev.weir.time;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a point in time without holding a thread. Needs a host that offers {@link Clock} and {@link Timers}.
 *
 * <p>It is never early and, on an idle runtime, some milliseconds late at most. A timer is set by the first poll that
 * comes before the deadline; a sleep that is never polled costs nothing but itself. Charges one operation when it
 * finishes. A poll throws {@link IllegalStateException} once the runtime that holds its timer has shut down.
 */
public final class Sleep implements Pollable<@Nullable Void> {
    /** Unless a deadline is set: how long from the first poll. */
    private final long nanos;

    private long deadline;
    private boolean hasDeadline;
    private @Nullable Timer timer;

    Sleep(long nanos) {
        this.nanos = nanos;
    }

    /**
     * Sleeps for a while, counted from the first poll: a recipe may be written long before it runs.
     *
     * @param duration at least zero; more than 292 years count as 292
     */
    public static Sleep of(Duration duration) {
        return new Sleep(nanosOf(duration, "duration"));
    }

    /**
     * Sleeps until a point in time.
     *
     * @param deadlineNanos by the clock of the runtime
     */
    public static Sleep until(long deadlineNanos) {
        Sleep sleep = new Sleep(0);
        sleep.reset(deadlineNanos);
        return sleep;
    }

    @Override
    public Poll<@Nullable Void> poll(Context cx) {
        if (!cx.charge()) {
            return Poll.pending();
        }
        if (isOver(cx)) {
            return Poll.done();
        }
        cx.budget().refund();
        return Poll.pending();
    }

    /**
     * Moves the deadline, also that of a sleep which is over: it can then be polled again. For the owner. A pending
     * poll need not be repeated.
     *
     * @param deadlineNanos by the clock of the runtime
     * @throws IllegalStateException if the runtime that holds the timer has shut down
     */
    public void reset(long deadlineNanos) {
        deadline = deadlineNanos;
        hasDeadline = true;
        if (timer != null && !timer.reset(deadlineNanos)) {
            timer = null;
        }
    }

    @Override
    public void close() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /** A poll that costs no budget: false if the waker of the context will be woken at the deadline. */
    boolean isOver(Context cx) {
        if (timer != null) {
            return !timer.register(cx.waker());
        }
        long now = cx.service(Clock.class).nanos();
        if (!hasDeadline) {
            deadline = now + nanos;
            hasDeadline = true;
        }
        if (deadline - now <= 0) {
            return true;
        }
        timer = cx.service(Timers.class).schedule(deadline, cx.waker());
        return false;
    }

    /** Meaningful after the first poll. */
    long deadline() {
        return deadline;
    }

    /** Returns a duration in nanoseconds, at most {@link Long#MAX_VALUE}; refuses a negative one. */
    static long nanosOf(Duration duration, String name) {
        Objects.requireNonNull(duration, name);
        if (duration.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative, was " + duration);
        }
        return TimeUnit.NANOSECONDS.convert(duration);
    }
}
