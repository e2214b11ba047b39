package dev.weir.time;

import dev.weir.task.FirstFailure;
import dev.weir.task.Waker;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock for tests: time stands still until it is advanced, and never runs backwards. Safe for use from any thread.
 *
 * <pre>{@code
 * ManualClock clock = new ManualClock();
 * try (CurrentThreadRuntime runtime = TaskRuntime.currentThread().clock(clock).build()) {
 *     runtime.blockOn(Sleep.of(Duration.ofDays(365))); // returns at once
 * }
 * }</pre>
 *
 * <p>A {@linkplain dev.weir.runtime.CurrentThreadRuntime current-thread runtime} that is built with one advances it by
 * itself to its next timer whenever nothing else can run and no blocking call is under way, so that a test of hours
 * takes no time; {@link #autoAdvance} switches that off. Other runtimes refuse it. Where it is used without a runtime,
 * whoever advances it must also see to it that {@link Timers#fire()} is called.
 *
 * <pre>
 * event \ state   PAUSED (at first)              RUNNING
 * nanos           as advanced so far             as when it was paused, and what the machine has counted since
 * pause           refused                        PAUSED
 * resume          RUNNING                        refused
 * advance         later by so much               refused
 * </pre>
 */
public final class ManualClock implements Clock {
    private final AtomicReference<Reading> reading;
    private final CopyOnWriteArrayList<Waker> followers = new CopyOnWriteArrayList<>();
    private volatile boolean autoAdvance = true;

    /** Creates a clock that stands at 0. */
    public ManualClock() {
        this(0);
    }

    /** Creates a clock that stands at this time; any value will do. */
    public ManualClock(long startNanos) {
        reading = new AtomicReference<>(new Reading(startNanos, false, 0));
    }

    @Override
    public long nanos() {
        return read().nanos();
    }

    /** Tells whether time stands still. */
    public boolean isPaused() {
        return !read().running;
    }

    /**
     * Sets whether a runtime may advance this clock when nothing else can run; true at first. When it may not, who waits
     * for a timer waits until somebody advances the clock.
     *
     * @return this clock
     */
    public ManualClock autoAdvance(boolean allowed) {
        autoAdvance = allowed;
        tellFollowers();
        return this;
    }

    /**
     * Lets this much time pass, at once. Timers that are due then are fired by the runtime's thread, as soon as it comes
     * to it.
     *
     * @param duration at least zero; more than 292 years count as 292
     * @throws IllegalStateException if the clock is not paused
     */
    public void advance(Duration duration) {
        long nanos = Sleep.nanosOf(duration, "duration");
        reading.updateAndGet(seen -> seen.requirePaused("advance").later(nanos));
        tellFollowers();
    }

    /**
     * Lets time pass until the clock shows this.
     *
     * @param nanos not before the current time, by subtraction
     * @throws IllegalStateException if the clock is not paused
     */
    public void advanceTo(long nanos) {
        reading.updateAndGet(seen -> {
            long ahead = nanos - seen.requirePaused("advanceTo").shown;
            if (ahead < 0) {
                throw new IllegalArgumentException(
                        "nanos must not lie before the clock's " + seen.shown + ", was " + nanos);
            }
            return seen.later(ahead);
        });
        tellFollowers();
    }

    /**
     * Lets time pass if nobody else decides about it; for a runtime that has nothing else to do.
     *
     * @param nanos at least zero
     * @return false, and no time has passed, if the clock is not paused or may not be advanced automatically
     */
    public boolean advanceAutomatically(long nanos) {
        Reading seen = read();
        // Lost against a concurrent call, it is not repeated: how far the next timer is must be asked again.
        if (seen.running || !autoAdvance || !reading.compareAndSet(seen, seen.later(nanos))) {
            return false;
        }
        tellFollowers();
        return true;
    }

    /**
     * Stops the clock where it is.
     *
     * @throws IllegalStateException if it stands still already
     */
    public void pause() {
        reading.updateAndGet(seen -> {
            if (!seen.running) {
                throw new IllegalStateException("pause of a clock that is paused already");
            }
            return new Reading(seen.nanos(), false, 0);
        });
        tellFollowers();
    }

    /**
     * Lets time go on with that of the machine, from where it stands.
     *
     * @throws IllegalStateException if it is running already
     */
    public void resume() {
        reading.updateAndGet(seen -> new Reading(seen.requirePaused("resume").shown, true, System.nanoTime()));
        tellFollowers();
    }

    /** Wakes this waker, on the thread that does it, after each change of the clock: for whoever waits for a timer. */
    public void follow(Waker follower) {
        followers.add(Objects.requireNonNull(follower, "follower"));
    }

    /** Undoes {@link #follow}. */
    public void unfollow(Waker follower) {
        followers.remove(follower);
    }

    private Reading read() {
        return Objects.requireNonNull(reading.get());
    }

    private void tellFollowers() {
        Throwable failure = null;
        for (Waker each : followers) {
            failure = FirstFailure.wake(each, failure);
        }
        FirstFailure.rethrow(failure);
    }

    @Override
    public String toString() {
        Reading seen = read();
        return "ManualClock[" + seen.nanos() + (seen.running ? ", running]" : "]");
    }

    /** What the clock shows; if it runs, what it showed at an instant of the machine. */
    private record Reading(long shown, boolean running, long since) {
        long nanos() {
            return running ? shown + (System.nanoTime() - since) : shown;
        }

        Reading later(long nanos) {
            return new Reading(shown + nanos, false, 0);
        }

        Reading requirePaused(String verb) {
            if (running) {
                throw new IllegalStateException(verb + " of a clock that is running: pause it first");
            }
            return this;
        }
    }
}
