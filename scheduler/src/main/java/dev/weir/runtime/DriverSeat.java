package dev.weir.runtime;

import dev.weir.time.Clock;
import dev.weir.time.Timers;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A driver, its timers, and the right to drive them: at most one thread sits here at a time, and nobody owns the seat.
 * A thread sits while it waits or looks for events, never while it polls a task, so that a long poll leaves no socket
 * and no timer unattended (tokio#4730).
 */
final class DriverSeat {
    private final Driver driver;
    private final Timers timers;
    private final AtomicBoolean taken = new AtomicBoolean();

    /** How often the seat was left; a seat whose count stands still is unattended. Written by the sitter. */
    private volatile long attendances;

    DriverSeat(Driver.Factory factory, Clock clock) {
        driver = factory.create(clock);
        timers = new Timers(clock, driver::unpark);
    }

    /** Takes the seat; false if somebody sits there. */
    boolean tryTake() {
        return !taken.get() && taken.compareAndSet(false, true);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written only by who holds the seat
    void leave() {
        attendances++;
        taken.set(false);
    }

    /** Sitter: waits for an event or a timer, no longer than so, and wakes whom they concern. */
    void park(long nanos) {
        long next = timers.nanosUntilNext(nanos);
        if (next > 0) {
            driver.park(next);
        } else {
            driver.poll();
        }
        timers.awake();
        timers.fire();
    }

    /** Sitter: waits for an event, whatever timers there are; not at all if one is due. */
    void parkUntilUnparked() {
        if (timers.nanosUntilNext() > 0) { // from here on who sets one that is due ends the wait
            driver.park(Long.MAX_VALUE);
        }
        timers.awake();
    }

    /** Sitter: wakes whom present events and due timers concern, without waiting. */
    void poll() {
        driver.poll();
        timers.fire();
    }

    /** Any thread: ends the present wait, or the next. */
    void unpark() {
        driver.unpark();
    }

    /** Any thread: what was given to the driver waits for no look any more. */
    void handOver() {
        driver.handOver();
    }

    boolean isFree() {
        return !taken.get();
    }

    long attendances() {
        return attendances;
    }

    Timers timers() {
        return timers;
    }

    <S> @Nullable S service(Class<S> type) {
        return type == Timers.class ? type.cast(timers) : driver.service(type);
    }

    /** Once, after the last park: wakes all that still wait here and gives the driver back. */
    void close() {
        try {
            timers.close();
        } finally {
            driver.close();
        }
    }
}
