package dev.weir.runtime;

import java.time.Duration;

/**
 * A runtime that runs only when it is told to, on the thread that tells it, and in which time passes only when nothing
 * else can happen: for tests that go step by step. Its clock must be a paused one wherever a method speaks of time.
 *
 * <p>The methods here are for one thread at a time, and not for the tasks of the runtime.
 */
public interface SteppedRuntime extends TaskRuntime {
    /**
     * Runs whatever can run without time passing, and returns when nothing can. Blocking calls that are under way are
     * waited for. Does not return while some task wakes itself over and over.
     *
     * @return how many polls that took
     * @throws IllegalStateException on a thread that runs tasks, or while another thread runs those of this runtime
     */
    long runUntilIdle();

    /**
     * Runs whatever can run, then lets this much time pass in one jump, then runs whatever can run: what was due on the
     * way finds that it is late.
     *
     * @param duration at least zero; more than 292 years count as 292
     * @throws IllegalStateException as {@link #runUntilIdle()}, or if the clock is not paused
     */
    void advance(Duration duration);

    /**
     * Lets this much time pass from timer to timer, and runs at each of them whatever can run: nobody is late.
     *
     * @param duration at least zero; more than 292 years count as 292
     * @throws IllegalStateException as {@link #runUntilIdle()}, or if the clock is not paused
     */
    void elapse(Duration duration);

    /** Returns how far the next timer is, at the least; {@link Long#MAX_VALUE} if there is none. */
    long nanosUntilNextTimer();
}
