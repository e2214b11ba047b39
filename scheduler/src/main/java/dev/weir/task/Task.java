package dev.weir.task;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A pollable that a scheduler runs: the unit of scheduling. One object is the task, its own waker and its join handle.
 *
 * <p>Ownership: the pollable and the outcome belong to the worker between {@link #toRunning} and the transition that
 * ends the poll; the state word hands them from one worker to the next. After completion the outcome belongs to
 * everybody and never changes. The links belong to the {@link TaskRegistry}, under its lock.
 *
 * @param <T> the type of the result
 */
public final class Task<T extends @Nullable Object> extends TaskState implements JoinHandle<T>, Waker {
    private final Scheduler scheduler;
    private @Nullable Pollable<T> pollable;
    private @Nullable Object outcome;

    @Nullable Task<?> registryPrevious;

    @Nullable Task<?> registryNext;

    @Nullable TaskRegistry registry;

    /**
     * Creates a task that counts as scheduled: the creator submits it, once, to be run for the first time.
     *
     * @param pollable what to run; closed by the task
     * @param scheduler where the task goes whenever it is to be polled
     */
    public Task(Pollable<T> pollable, Scheduler scheduler) {
        this.pollable = Objects.requireNonNull(pollable, "pollable");
        this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
    }

    @Override
    public void wake() {
        if (toNotified()) {
            scheduler.schedule(this);
        }
    }

    @Override
    public void cancel() {
        if (toCancelled()) {
            scheduler.schedule(this);
        }
    }

    /**
     * Polls the task once, or closes it if it was cancelled. Called once for each time the task was given to its
     * scheduler.
     *
     * @param cx the context of the host on this thread
     */
    public void run(Context cx) {
        switch (toRunning()) {
            case POLL -> pollOnce(cx);
            case CLOSE -> end(new Failure(new CancellationException("the task was cancelled")));
        }
    }

    /** Tells whether a cancel has been requested, whatever became of it. */
    public boolean isCancelled() {
        return isCancelRequested();
    }

    private void pollOnce(Context cx) {
        Pollable<T> work = Objects.requireNonNull(pollable);
        Poll<T> answer;
        try {
            cx.become(this);
            answer = Objects.requireNonNull(work.poll(cx), () -> "poll of " + work + " returned null");
        } catch (Throwable thrown) { // T4: whatever it is, it ends this task alone
            end(new Failure(thrown));
            return;
        }
        if (answer.isReady()) {
            end(answer.get());
            return;
        }
        switch (toIdle()) {
            case NOTHING -> {}
            case SUBMIT -> scheduler.requeue(this);
            case CLOSE -> end(new Failure(new CancellationException("the task was cancelled")));
        }
    }

    /** Closes first, then publishes: who sees the outcome sees everything released (T3). */
    private void end(@Nullable Object outcome) {
        Pollable<T> work = Objects.requireNonNull(pollable);
        pollable = null;
        try {
            work.close();
        } catch (Throwable thrown) {
            scheduler.undeliverable(thrown);
        }
        this.outcome = outcome;
        toComplete();
        scheduler.completed(this); // last: who counts no live task may rely on every joiner having been woken
    }

    @Override
    public boolean isDone() {
        return isComplete();
    }

    @Override
    public Poll<T> poll(Context cx) {
        if (!cx.charge()) {
            return Poll.pending();
        }
        if (!isComplete() && addJoiner(cx.waker()) && !isComplete()) {
            cx.budget().refund();
            return Poll.pending();
        }
        return Poll.ready(result());
    }

    @Override
    public T join() {
        refuseOnWorker();
        if (addJoiner(new Unparker(Thread.currentThread()))) {
            boolean interrupted = false;
            while (!isComplete()) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return result();
    }

    @Override
    public T join(Duration timeout) throws InterruptedException, TimeoutException {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout must not be negative, was " + timeout);
        }
        refuseOnWorker();
        Waker unparker = new Unparker(Thread.currentThread());
        if (addJoiner(unparker)) {
            try {
                parkUntilComplete(timeout);
            } finally {
                removeJoiner(unparker);
            }
        }
        return result();
    }

    private void parkUntilComplete(Duration timeout) throws InterruptedException, TimeoutException {
        long nanos = TimeUnit.NANOSECONDS.convert(timeout); // saturates, where toNanos throws
        long deadline = System.nanoTime() + nanos;
        while (!isComplete()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while joining a task");
            }
            if (nanos <= 0) {
                throw new TimeoutException("the task has not ended within " + timeout);
            }
            LockSupport.parkNanos(this, nanos);
            nanos = deadline - System.nanoTime();
        }
    }

    /** Wakes the waker when the task has ended: later, by the thread that ends it, or now. */
    public void onEnd(Waker waker) {
        if (!addJoiner(waker)) {
            waker.wake();
        }
    }

    @Override
    public CompletionStage<T> toCompletionStage() {
        CompletableFuture<T> future = new CompletableFuture<>();
        onEnd(() -> {
            if (outcome instanceof Failure failure) {
                future.completeExceptionally(failure.thrown);
            } else {
                future.complete(result());
            }
        });
        return future; // the caller's own; a minimal stage would wrap the failure, but only if it comes later
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // null only where T admits it
    private T result() {
        if (outcome instanceof Failure failure) {
            Throwable thrown = failure.thrown;
            if (thrown instanceof CancellationException && isCancelRequested()) {
                CancellationException cancelled = new CancellationException("the task was cancelled");
                cancelled.initCause(thrown);
                throw cancelled;
            }
            throw new CompletionException(thrown);
        }
        return (T) outcome;
    }

    private void refuseOnWorker() {
        if (!isComplete() && Context.current() != null) {
            throw new IllegalStateException("join on " + Thread.currentThread().getName()
                    + " would block a thread that runs tasks: poll the handle from a task instead");
        }
    }

    @Override
    public String toString() {
        return "Task[" + super.toString() + "]";
    }

    private record Failure(Throwable thrown) {}

    private record Unparker(Thread thread) implements Waker {
        @Override
        public void wake() {
            LockSupport.unpark(thread);
        }
    }
}
