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
 * <p>A sleep follows the clock of the runtime on which it first set a timer, even if another polls it later. One that was
 * closed while it waited can be neither polled nor reset.
 */
public final class Sleep extends Alarm implements Pollable<@Nullable Void> {
    /** How long from the first poll, or, once there is a deadline, that. */
    private long nanos;
    /** Those of the runtime that first polled it before the deadline. */
    private @Nullable Timers timers;

    private Sleep(long phase, long nanos) {
        super(phase);
        this.nanos = nanos;
    }

    /** Sleeps for a while, counted from the first poll. */
    static Sleep of(long nanos) {
        return new Sleep(FRESH, nanos);
    }

    /**
     * Sleeps for a while, counted from the first poll: a recipe may be written long before it runs.
     *
     * @param duration at least zero; more than 292 years count as 292
     */
    public static Sleep of(Duration duration) {
        return of(nanosOf(duration, "duration"));
    }

    /**
     * Sleeps until a point in time.
     *
     * @param deadlineNanos by the clock of the runtime
     */
    public static Sleep until(long deadlineNanos) {
        return new Sleep(AIMED, deadlineNanos);
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
     * @throws IllegalStateException if the runtime that holds the timer has shut down, or the sleep was closed while it
     *     waited
     */
    public void reset(long deadlineNanos) {
        long phase = phase();
        if (phase == PENDING && timers != null) {
            phase = move(timers, timers.tickOf(deadlineNanos));
        }
        requireOpen(phase);
        nanos = deadlineNanos;
        if (phase == FIRED || phase == FRESH) {
            aim();
        }
    }

    @Override
    public void close() {
        if (timers != null) {
            cancel(timers);
        }
    }

    /** Gives up the timer, if there is one, until the next poll. */
    void disarm() {
        if (timers != null) {
            disarm(timers);
        }
    }

    /** As {@link #reset}, to a time that has come: the next poll finds it over, without waiting for the driver. */
    void expire(long now) {
        disarm();
        reset(now);
    }

    /** A poll that costs no budget: false if the waker of the context will be woken at the deadline. */
    boolean isOver(Context cx) {
        long phase = phase();
        if (phase == PENDING) {
            phase = await(cx.waker());
        }
        if (phase == PENDING) {
            return false;
        }
        if (phase == FIRED) {
            return true;
        }
        requireOpen(phase);
        return isDueOrArmed(cx, phase == FRESH);
    }

    private static void requireOpen(long phase) {
        if (phase == SHUT_DOWN) {
            throw Timers.shutDown();
        }
        if (phase == CANCELLED) {
            throw new IllegalStateException("a sleep that was closed while it waited can be neither polled nor reset");
        }
    }

    private boolean isDueOrArmed(Context cx, boolean fresh) {
        Timers those = timers(cx);
        long now = those.now();
        if (fresh) {
            nanos += now;
        }
        if (nanos - now <= 0) {
            if (fresh) {
                aim();
            }
            return true;
        }
        timers = those;
        arm(those, those.tickOf(nanos, now), cx.waker());
        return false;
    }

    /** Returns the time by the clock that this sleep follows. */
    long now(Context cx) {
        return timers(cx).now();
    }

    private Timers timers(Context cx) {
        return timers != null ? timers : cx.service(Timers.class);
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
