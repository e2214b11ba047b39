package dev.weir.perf.time;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A system under measurement: what can be done with timers on it. */
interface Subject extends AutoCloseable {
    /** Returns why the system has no natural form of a workload, so that the table shows a dash; null if it has one. */
    default @Nullable String lacks(Workload workload) {
        return null;
    }

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

    @Override
    void close();

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
