package dev.weir.stream.interop;

import dev.weir.task.Waker;
import dev.weir.time.Timer;
import dev.weir.time.Timers;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A runnable that was given to a {@link Lane}: to be run at once, later, or again and again.
 *
 * <pre>
 * event \ state    WAITING              RUNNING                                    OVER
 * its turn comes   RUNNING, *run it*    -                                          skipped
 * it has run       -                    WAITING if it is periodic, else OVER       OVER
 * it has thrown    -                    OVER, *tell*                               OVER, *tell*
 * cancel           OVER                 OVER; it is not interrupted                -
 * </pre>
 *
 * <p>Jobs are ordered by the time when they are due, and among equals by their age: a timer alone would not keep that
 * order, for it counts in ticks. The deadline changes only while the job is in no ordered set.
 */
final class Job implements Comparable<Job> {
    /** The period of what is run once. */
    static final long ONCE = -1;

    private static final int WAITING = 0;
    private static final int RUNNING = 1;
    private static final int OVER = 2;

    private final Lane lane;
    private final long period;
    private final long number;
    private final AtomicInteger state = new AtomicInteger();
    private volatile @Nullable Runnable work;
    private volatile @Nullable Timer timer;
    /** Written by its lane before the state, read after it. */
    private long deadline;

    /**
     * @param deadline by the clock of the runtime
     * @param period in nanoseconds, 0 for a new turn at once, or {@link #ONCE}
     * @param number orders those with the same deadline
     */
    Job(Lane lane, Runnable work, long deadline, long period, long number) {
        this.lane = lane;
        this.work = work;
        this.deadline = deadline;
        this.period = period;
        this.number = number;
    }

    boolean isPeriodic() {
        return period != ONCE;
    }

    boolean isDue(long now) {
        return deadline - now <= 0;
    }

    /** Tells whether it will not be run any more and does not run now, or was cancelled while it does. */
    boolean isOver() {
        return state.get() == OVER || lane.isDisposed();
    }

    /** True if it will not be run because of this call. */
    boolean cancel() {
        boolean waited = state.getAndSet(OVER) == WAITING;
        if (waited) {
            work = null;
            lane.ended(this);
        }
        Timer set = timer;
        if (set != null) {
            set.cancel();
        }
        return waited;
    }

    /** By the lane, when its turn has come. Does not throw. */
    void run(Consumer<? super Throwable> onFailure) {
        if (!state.compareAndSet(WAITING, RUNNING)) {
            return;
        }
        boolean again = isPeriodic();
        try {
            Objects.requireNonNull(work).run();
        } catch (Throwable thrown) {
            again = false;
            onFailure.accept(thrown);
        }
        if (again) {
            deadline += period; // at a fixed rate: counted from when this turn was due
        }
        if (again && state.compareAndSet(RUNNING, WAITING)) {
            lane.again(this, period > 0);
        } else {
            state.set(OVER);
            work = null;
            lane.ended(this);
        }
    }

    /**
     * Sets the timer that wakes the lane.
     *
     * @return false if there are no timers any more
     */
    boolean arm(Timers timers, Waker waker) {
        Timer set;
        try {
            set = timers.schedule(deadline, waker);
        } catch (IllegalStateException shutDown) {
            return false;
        }
        timer = set;
        if (state.get() == OVER) { // cancelled by one who saw no timer yet
            set.cancel();
        }
        return true;
    }

    @Override
    public int compareTo(Job other) {
        long later = deadline - other.deadline;
        return later != 0 ? Long.signum(later) : Long.compare(number, other.number);
    }
}
