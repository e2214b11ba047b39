package dev.weir.task;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
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
public final class Task<T extends @Nullable Object> extends TaskState implements JoinHandle<T>, TaskInfo, Waker {
    private static final AtomicLong LAST_ID = new AtomicLong();

    /** For when there is no memory to say more: a task ends all the same. */
    private static final Failure UNTOLD = new Failure(new OutOfMemoryError("no memory to tell how a task has failed"));

    private static final Failure UNTOLD_CANCEL = new Failure(new CancellationException("a task was cancelled"));

    @SuppressWarnings("rawtypes") // there is no class object of a parameterized type
    private static final AtomicLongFieldUpdater<Task> ID = AtomicLongFieldUpdater.newUpdater(Task.class, "id");

    private final Scheduler scheduler;
    private @Nullable Pollable<T> pollable;
    private @Nullable Object outcome;
    private final @Nullable TaskTraits traits;

    /** Given when it is first asked for; 0 until then. */
    private volatile long id;

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
        this(pollable, scheduler, null);
    }

    /**
     * Creates a task that counts as scheduled and has a name or a spawn site.
     *
     * @param pollable what to run; closed by the task
     * @param scheduler where the task goes whenever it is to be polled
     * @param traits what few tasks have
     */
    public Task(Pollable<T> pollable, Scheduler scheduler, @Nullable TaskTraits traits) {
        this.traits = traits;
        this.pollable = Objects.requireNonNull(pollable, "pollable");
        this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
    }

    @Override
    public void wake() {
        if (toNotified()) {
            submit();
        }
    }

    @Override
    public void cancel() {
        if (toCancelled()) {
            submit();
        }
    }

    private void submit() {
        try {
            scheduler.schedule(this);
        } catch (OutOfMemoryError none) { // the scheduler has not taken it: a later wake may have more luck
            toRefused();
            throw none;
        }
    }

    /**
     * Polls the task once, or closes it if it was cancelled. Called once for each time the task was given to its
     * scheduler.
     *
     * @param cx the context of the host on this thread
     */
    public void run(Context cx) {
        cx.begin(this);
        try {
            switch (toRunning()) {
                case POLL -> pollOnce(cx);
                case CLOSE -> end(cancelled());
            }
        } finally {
            cx.end();
        }
    }

    /**
     * Runs the task once on a thread that is no worker at this moment: that of a blocking call, or one that only closes
     * what was refused.
     *
     * @param host whose services the poll sees
     */
    public void runAside(Host host) {
        runAside(host, 1);
    }

    /**
     * Runs the task once in the midst of whatever the thread does, in which it has no part: no locals of another task are
     * bound meanwhile. Without memory to begin, the task ends with that failure, as nobody else has it.
     *
     * @param host whose services the poll sees
     * @param budget operations of the poll, at least 1
     */
    public void runAside(Host host, int budget) {
        Context cx;
        try {
            cx = new Context(host, budget);
        } catch (OutOfMemoryError none) {
            end(failed(none));
            return;
        }
        TaskInfo outer = Context.exchangeTask(this);
        Surroundings.Scope hidden = TaskLocal.hide();
        try {
            run(cx);
        } finally {
            if (hidden != null) {
                hidden.leave();
            }
            Context.exchangeTask(outer);
        }
    }

    /** Returns what the task was made with. */
    public Scheduler scheduler() {
        return scheduler;
    }

    @Override
    public boolean isCancelled() {
        return isCancelRequested();
    }

    private void pollOnce(Context cx) {
        Pollable<T> work = Objects.requireNonNull(pollable);
        Poll<T> answer;
        try {
            answer = Objects.requireNonNull(work.poll(cx), () -> "poll of " + work + " returned null");
        } catch (Throwable thrown) { // T4: whatever it is, it ends this task alone
            end(failed(thrown));
            return;
        }
        if (answer.isReady()) {
            end(answer.get());
            return;
        }
        if (registry == null) {
            scheduler.idling(this);
        }
        switch (toIdle()) {
            case NOTHING -> {}
            case SUBMIT -> requeue();
            case CLOSE -> end(cancelled());
        }
    }

    private void requeue() {
        try {
            scheduler.requeue(this);
        } catch (OutOfMemoryError none) { // it was not taken: without an end, nobody would ever hear of it
            end(failed(none));
        }
    }

    private static Failure failed(Throwable thrown) {
        try {
            return new Failure(thrown);
        } catch (OutOfMemoryError none) {
            return UNTOLD;
        }
    }

    private Failure cancelled() {
        try {
            return new Failure(new CancellationException(describe() + " was cancelled"));
        } catch (OutOfMemoryError none) {
            return UNTOLD_CANCEL;
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
        try {
            toComplete();
        } catch (Throwable thrown) { // by a waker, as none may: it must not keep the runtime from counting this task
            scheduler.undeliverable(thrown);
        }
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
        if (!isComplete()) {
            JoiningThread.await(this);
        }
        return result();
    }

    @Override
    public T join(Duration timeout) throws InterruptedException, TimeoutException {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout must not be negative, was " + timeout);
        }
        refuseOnWorker();
        JoiningThread.await(this, timeout);
        return result();
    }

    @Override
    public void onEnd(Waker waker) {
        if (!addJoiner(waker)) {
            waker.wake();
        }
    }

    @Override
    public CompletionStage<T> toCompletionStage() {
        Stage<T> stage = new Stage<>(this);
        onEnd(stage);
        return stage; // the caller's own; a minimal stage would wrap the failure, but only if it comes later
    }

    /**
     * Its own waker, so that the list of joiners can tell that somebody else has completed it: see isStale. It may be kept
     * for long, so it forgets the task that has ended, and with it the runtime.
     */
    static final class Stage<T extends @Nullable Object> extends CompletableFuture<T> implements Waker {
        private @Nullable Task<T> task;

        Stage(Task<T> task) {
            this.task = task;
        }

        /** Once, as a joiner is woken once. */
        @Override
        public void wake() {
            Task<T> over = task;
            task = null;
            if (over == null) {
                return;
            }
            if (over.outcome instanceof Failure failure) {
                completeExceptionally(failure.thrown);
            } else {
                complete(over.result());
            }
        }

        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new CompletableFuture<>();
        }
    }

    @Override
    public @Nullable Throwable failure() {
        if (!isComplete()) {
            throw new IllegalStateException(describe() + " has not ended");
        }
        return outcome instanceof Failure failure ? failure.thrown : null;
    }

    /** For those who throw on what a task failed with; errors it throws itself. */
    static Exception asException(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof Exception exception ? exception : new CompletionException(failure);
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // null only where T admits it
    private T result() {
        if (outcome instanceof Failure failure) {
            Throwable thrown = failure.thrown;
            if (thrown instanceof CancellationException && isCancelRequested()) {
                CancellationException cancelled = new CancellationException(thrown.getMessage());
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
    public TaskInfo info() {
        return this;
    }

    @Override
    public long id() {
        if (id == 0) {
            ID.compareAndSet(this, 0, LAST_ID.incrementAndGet());
        }
        return id;
    }

    @Override
    public @Nullable String name() {
        return traits == null ? null : traits.name();
    }

    @Override
    public @Nullable StackTraceElement spawnSite() {
        return traits == null ? null : traits.spawnSite();
    }

    /** Read without order: the owner may end the task meanwhile. */
    @Override
    public @Nullable Class<?> type() {
        Pollable<T> work = pollable;
        return work == null ? null : work.getClass();
    }

    private String describe() {
        String name = name();
        return name == null ? "task " + id() : "task " + id() + " (" + name + ")";
    }

    @Override
    public String toString() {
        Class<?> type = type();
        return describe() + "[" + super.toString() + (type == null ? "]" : ", " + type.getName() + "]");
    }

    private record Failure(Throwable thrown) {}
}
