package dev.weir.time;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A paused clock for tests: time stands still until it is advanced, and never runs backwards. Safe for use from any
 * thread.
 *
 * <p>A current-thread runtime that is built with one advances it by itself to its next timer whenever nothing else can
 * run, so that a test of hours takes no time. Elsewhere whoever advances it must also see to it that {@link
 * Timers#fire()} is called.
 */
public final class ManualClock implements Clock {
    private final AtomicLong now;

    /** Creates a clock that stands at 0. */
    public ManualClock() {
        this(0);
    }

    /** Creates a clock that stands at this time; any value will do. */
    public ManualClock(long startNanos) {
        now = new AtomicLong(startNanos);
    }

    @Override
    public long nanos() {
        return now.get();
    }

    /**
     * Lets this much time pass.
     *
     * @param duration at least zero; more than 292 years count as 292
     */
    public void advance(Duration duration) {
        now.addAndGet(Sleep.nanosOf(duration, "duration"));
    }

    /**
     * Lets time pass until the clock shows this.
     *
     * @param nanos not before the current time, by subtraction
     */
    public void advanceTo(long nanos) {
        long seen = now.get();
        while (nanos - seen >= 0) {
            if (now.compareAndSet(seen, nanos)) {
                return;
            }
            seen = now.get();
        }
        throw new IllegalArgumentException("nanos must not lie before the clock's " + seen + ", was " + nanos);
    }

    @Override
    public String toString() {
        return "ManualClock[" + now.get() + "]";
    }
}
