package dev.weir.time;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a point in time without holding a thread. Needs a host that offers {@link Timers}.
 *
 * <pre>{@code
 * Pollable<String> later = Sleep.of(Duration.ofMillis(100)).then(over -> retry);
 * }</pre>
 *
 * <p>It is never early and, on an idle runtime, some milliseconds late at most. A timer is set by the first poll that
 * comes before the deadline; a sleep that is never polled costs nothing but itself. Charges one operation when it
 * finishes. A poll throws {@link IllegalStateException} once the runtime that holds its timer has shut down.
 *
 * <p>A sleep follows the clock of the runtime on which it first set a timer, even if another polls it later.
 */
public final class Sleep implements Pollable<@Nullable Void> {
    /** How long from the first poll, or, once there is a deadline, that. */
    private long nanos;

    private boolean hasDeadline;
    /** Whether the timer stands for the deadline. */
    private boolean isSet;
    /** The last one that was set: it knows its runtime. */
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
        nanos = deadlineNanos;
        hasDeadline = true;
        isSet = isSet && timer != null && timer.reset(deadlineNanos);
    }

    @Override
    public void close() {
        if (timer != null) {
            timer.cancel();
            timer = null;
            isSet = false;
        }
    }

    /** As {@link #reset}, to a time that has come: the next poll finds it over, without waiting for the driver. */
    void expire(long now) {
        if (timer != null) {
            timer.cancel();
        }
        isSet = false;
        reset(now);
    }

    /** A poll that costs no budget: false if the waker of the context will be woken at the deadline. */
    boolean isOver(Context cx) {
        if (timer != null && isSet) {
            return !timer.register(cx.waker());
        }
        Timers timers = timers(cx);
        long now = timers.now();
        if (!hasDeadline) {
            nanos += now;
            hasDeadline = true;
        }
        if (nanos - now <= 0) {
            return true;
        }
        timer = timers.schedule(nanos, now, cx.waker());
        isSet = true;
        return false;
    }

    /** Returns the time by the clock that this sleep follows. */
    long now(Context cx) {
        return timers(cx).now();
    }

    private Timers timers(Context cx) {
        return timer != null ? timer.timers() : cx.service(Timers.class);
    }

    /** Meaningful once there is one: after the first poll or a reset. */
    long deadline() {
        return nanos;
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
