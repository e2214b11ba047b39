package dev.weir.time;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Ticks 0, 1, 2 and so on, for ever, a period apart. Ticks are made when they are asked for: without demand there is no
 * timer and nothing piles up; what becomes of the ticks that were missed meanwhile is a {@link MissedTick}. Needs a
 * host that offers {@link Timers}.
 *
 * <pre>{@code
 * Interval beat = Interval.of(Duration.ofSeconds(10));
 * Pollable<Void> heart = cx -> {
 *     while (beat.poll(cx) != null) {
 *         send.run();
 *     }
 *     return Poll.pending();
 * };
 * }</pre>
 */
public final class Interval implements Source<Long> {
    private final Sleep sleep;
    private final long period;
    private final MissedTick missed;
    private long tick;

    private Interval(Sleep first, Duration period, MissedTick missed) {
        this.period = Sleep.nanosOf(period, "period");
        if (this.period == 0) {
            throw new IllegalArgumentException("period must be more than zero, was " + period);
        }
        this.sleep = first;
        this.missed = Objects.requireNonNull(missed, "missed");
    }

    /**
     * Ticks at once and then once a period; after a late tick in a {@linkplain MissedTick#BURST burst}.
     *
     * @param period more than zero; more than 292 years count as 292
     */
    public static Interval of(Duration period) {
        return of(Duration.ZERO, period, MissedTick.BURST);
    }

    /**
     * Ticks after a delay and then once a period.
     *
     * @param delay from the first poll to the first tick, at least zero
     * @param period more than zero; more than 292 years count as 292
     */
    public static Interval of(Duration delay, Duration period, MissedTick missed) {
        return new Interval(Sleep.of(Sleep.nanosOf(delay, "delay")), period, missed);
    }

    /**
     * Ticks at a point in time and then once a period.
     *
     * @param startNanos of the first tick, by the clock of the runtime; in the past, some were missed
     * @param period more than zero; more than 292 years count as 292
     */
    public static Interval at(long startNanos, Duration period, MissedTick missed) {
        return new Interval(Sleep.until(startNanos), period, missed);
    }

    @Override
    public @Nullable Long poll(Context cx) {
        if (sleep.poll(cx).isPending()) {
            return null;
        }
        long now = sleep.now(cx);
        sleep.reset(now + missed.untilNext(now - sleep.deadline(), period));
        return tick++;
    }

    /**
     * Begins the schedule anew: the next tick is due a period from now. For the owner, who polls once more if it waits.
     *
     * @param cx of the present poll
     */
    public void reset(Context cx) {
        sleep.reset(sleep.now(cx) + period);
    }

    /** Begins the schedule anew with a tick at once. As {@link #reset}. */
    public void resetImmediately(Context cx) {
        sleep.expire(sleep.now(cx));
    }

    /**
     * Begins the schedule anew with a tick after a delay. As {@link #reset}.
     *
     * @param delay at least zero; more than 292 years count as 292
     */
    public void resetAfter(Duration delay, Context cx) {
        sleep.reset(sleep.now(cx) + Sleep.nanosOf(delay, "delay"));
    }

    /**
     * Begins the schedule anew with a tick at a point in time. As {@link #reset}.
     *
     * @param deadlineNanos by the clock of the runtime
     */
    public void resetAt(long deadlineNanos) {
        sleep.reset(deadlineNanos);
    }

    /** {@inheritDoc} It never is: an interval has no end. */
    @Override
    public boolean isDone() {
        return false;
    }

    @Override
    public void close() {
        sleep.close();
    }
}
