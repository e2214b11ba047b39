package dev.weir.perf.time;

import dev.weir.perf.contest.Entrant;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** A system under measurement: what can be done with timers on it. */
interface Subject extends Entrant<Workload> {
    /** Runs bodies at the same time where ordinary application code runs, and waits for their ends. */
    void run(List<Body> bodies) throws InterruptedException;

    /**
     * Starts so many tasks that sleep once, as long as {@code micros} says of each, and tells how late each ran again,
     * in nanoseconds, on the thread that ran it. Returns when the last has.
     */
    void fire(int[] micros, LongConsumer lateness) throws InterruptedException;

    /**
     * Runs a task that bounds the time of one result after the other by five seconds, as long as {@code next} says so.
     *
     * @param yield whether a result comes only after the task has yielded
     */
    void timeouts(BooleanSupplier next, boolean yield) throws InterruptedException;

    /** Code that uses timers. */
    @FunctionalInterface
    interface Body {
        void run(Timers timers);
    }

    /** The timers of the system, for the thread that runs a body. */
    interface Timers {
        /** Starts a timer that wakes or runs something, and returns it. */
        Object start(Duration duration);

        /** Gives it up before its time. */
        void cancel(Object timer);
    }
}
