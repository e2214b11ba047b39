package dev.weir.runtime;

import dev.weir.task.Host;
import dev.weir.task.JoinHandle;
import dev.weir.task.Pollable;
import dev.weir.task.Spawner;
import dev.weir.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks. Several runtimes live side by side in a process; each owns its threads, drivers and timers, and gives
 * them all back on {@link #close()}.
 *
 * <pre>{@code
 * try (var runtime = TaskRuntime.builder().workers(4).build()) {
 *     JoinHandle<Report> report = runtime.spawn(fetch());
 *     report.join();
 * }
 * }</pre>
 *
 * <p>All methods may be called from any thread unless they say otherwise.
 */
public interface TaskRuntime extends Host, Spawner, AutoCloseable {
    /** Returns a builder of work-stealing runtimes. */
    static WorkStealingRuntime.Builder builder() {
        return new WorkStealingRuntime.Builder();
    }

    /** Returns a builder of runtimes that run on whichever thread blocks on them: for tests and small programs. */
    static CurrentThreadRuntime.Builder currentThread() {
        return new CurrentThreadRuntime.Builder();
    }

    /** Returns a builder of runtimes whose tasks never leave the thread that builds them. */
    static LocalRuntime.Builder local() {
        return new LocalRuntime.Builder();
    }

    /**
     * Returns the runtime that the calling thread is in: the one that polls on it, whose blocking call it runs, or that
     * it has {@linkplain #enter() entered}, whichever lies innermost; null if there is none.
     */
    static @Nullable TaskRuntime current() {
        return Entered.current();
    }

    /**
     * Returns the runtime of the process for those who bring none. Made on first use with the default settings, never
     * closed; its threads are daemons.
     */
    static TaskRuntime shared() {
        return SharedRuntime.INSTANCE;
    }

    /**
     * Starts a task. It is polled for the first time by a worker, never by the caller, and runs on whether or not the
     * handle is kept.
     *
     * @return the handle; already cancelled if the runtime has been shut down
     */
    @Override
    <T extends @Nullable Object> JoinHandle<T> spawn(Pollable<T> pollable);

    /** Returns the way to spawn tasks with a name or other options: {@code task().name("fetch").spawn(fetch)}. */
    TaskBuilder task();

    /**
     * Runs a call that may block on a thread kept for such calls. Once started it cannot be cancelled; a call that
     * waits when the runtime shuts down is cancelled.
     */
    <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> call);

    /**
     * Polls on the calling thread until there is a result, parking the thread in between. An interrupt does not end the
     * wait and is kept for the caller.
     *
     * @throws IllegalStateException on a thread that runs tasks, naming it and the alternative
     * @throws CompletionException with the pollable's failure as its cause
     * @throws CancellationException if the runtime was shut down before there was a result
     */
    <T extends @Nullable Object> T blockOn(Pollable<T> pollable);

    /**
     * Runs a call that blocks, on the calling thread and at once. If that thread is a worker's, another thread goes on
     * with the worker meanwhile, so that no other task waits; only what else is in the same task does. Within the call
     * the thread counts as one that polls nothing: it may join tasks, and {@link #blockOn}. Calls nest. Outside of
     * runtimes, in blocking calls and in {@code blockOn} it is a plain call.
     *
     * <p>There may be as many such calls at a time as there may be {@linkplain RuntimeBuilder#blockingThreads blocking
     * threads}; beyond that, and if the system refuses a thread, the worker waits until one returns. Not cancellable: a
     * cancelled task ends after its call.
     *
     * @throws IllegalStateException on a current-thread runtime, which has no other thread, and in wakers and hooks
     * @throws Exception what the call throws
     */
    static <T extends @Nullable Object> T blockInPlace(Callable<T> call) throws Exception {
        return BlockInPlace.call(Objects.requireNonNull(call, "call"));
    }

    /**
     * Makes this runtime the {@linkplain #current() current} one of the calling thread until the stay is closed, which
     * must be done on this thread, innermost stay first. It changes nothing else: what blocks may still block.
     */
    default Entered enter() {
        return new Entered(this, false);
    }

    /**
     * Returns a service of this runtime: {@link Clock}, {@code Timers}, {@code TaskRuntime} itself, what its drivers
     * offer, and {@link java.util.random.RandomGenerator}, each time a new one out of the seed of the runtime, for the
     * thread that asked.
     */
    @Override
    <S> @Nullable S service(Class<S> type);

    /** Returns the clock that all timers of this runtime follow. */
    Clock clock();

    /** Returns a snapshot of the counters. */
    RuntimeMetrics metrics();

    /**
     * Ends the runtime (R2): no task is accepted any more, every live task is cancelled at its next pending poll and
     * closed on a worker, every handle resolves, then drivers and threads end. Idempotent; further calls wait as well.
     *
     * @param timeout how long to wait at most, at least zero. A task that does not return from its poll, and a blocking
     *     call that does not return, are left behind on their (daemon) threads when the time is over.
     * @return true if everything has ended within the time
     */
    boolean shutdown(Duration timeout);

    /**
     * Shuts down and waits until everything has ended. From a thread of this runtime it does not wait for the threads
     * of that kind, as it has to end as well.
     */
    @Override
    void close();
}
