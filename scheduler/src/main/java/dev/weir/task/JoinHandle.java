package dev.weir.task;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The right to await and to cancel a task. Dropping it detaches the task, which runs on. All methods may be called
 * from any thread, by any number of callers.
 *
 * <p>Every handle resolves: with the result, with the failure, or as cancelled; at the latest when the runtime shuts
 * down. The pollable of the task is closed before its handle resolves.
 *
 * <p>As a {@link Pollable} it lets another task await this one. Closing that pollable gives up the waiting, not the
 * task.
 *
 * @param <T> the type of the result
 */
public interface JoinHandle<T extends @Nullable Object> extends Pollable<T> {
    /**
     * Waits for the result without blocking a thread.
     *
     * @throws CompletionException with the task's failure as its cause
     * @throws CancellationException if the task was cancelled
     */
    @Override
    Poll<T> poll(Context cx);

    /**
     * Waits for the result. Blocks the calling thread, cheaply if it is a virtual one; an interrupt does not end the
     * wait and is kept for the caller.
     *
     * @throws CompletionException with the task's failure as its cause
     * @throws CancellationException if the task was cancelled
     * @throws IllegalStateException at once, on a thread that runs tasks: it would block those it waits for
     */
    T join();

    /**
     * Waits for the result at most so long.
     *
     * @param timeout at least zero
     * @throws TimeoutException if the task has not ended by then; it runs on
     * @throws InterruptedException if the calling thread is interrupted; the task runs on
     * @throws CompletionException with the task's failure as its cause
     * @throws CancellationException if the task was cancelled
     * @throws IllegalStateException at once, on a thread that runs tasks
     */
    T join(Duration timeout) throws InterruptedException, TimeoutException;

    /**
     * Returns what the task failed with: a {@link CancellationException} if it was cancelled, null if it has a result.
     *
     * @throws IllegalStateException if the task has not ended
     */
    @Nullable Throwable failure();

    /** Wakes the waker once when the task has ended: later, on the thread that ends it, or now. */
    void onEnd(Waker waker);

    /**
     * Asks the task to end at its next pending poll. Returns at once; the pollable is closed by a worker, never by
     * the caller. A task that finishes first keeps its result. Idempotent.
     */
    void cancel();

    /** Returns what there is to say about the task: its number, its name, where it was spawned. */
    TaskInfo info();

    /** Tells whether a cancel was requested, whatever became of it. */
    boolean isCancelled();

    /** Tells whether the task has ended, in whatever way. */
    boolean isDone();

    /** Returns the right to cancel the task and no more; it does not keep the result alive. */
    default AbortHandle abortHandle() {
        return new AbortHandle(this);
    }

    /** Returns the wait for this task that takes the task with it: closed before the end, it cancels the task. */
    default Pollable<T> cancelOnClose() {
        return new Owned<>(this);
    }

    /**
     * Returns a stage that completes as the task ends, exceptionally with the failure itself or with a {@link
     * CancellationException}. Dependent actions without an executor run on the worker that ended the task, so they must
     * not block.
     */
    CompletionStage<T> toCompletionStage();
}
