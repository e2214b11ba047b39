package dev.weir.runtime;

import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Spawner;
import dev.weir.task.SpawnsForCaller;
import dev.weir.task.WakerCell;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that live no longer than the code that started them: a scope ends when all its tasks have ended, and what
 * becomes of one concerns the others. A thread opens it and waits:
 *
 * <pre>{@code
 * try (TaskScope scope = TaskScope.open(runtime, SHUTDOWN_ON_FAILURE)) {
 *     JoinHandle<User> user = scope.spawn(findUser(id));
 *     JoinHandle<Order> order = scope.spawn(fetchOrder(id));
 *     scope.join(); // throws what failed first, when both have ended
 *     return new Answer(user.join(), order.join());
 * }
 * }</pre>
 *
 * <p>A task puts it around a computation, which is over when its body and all tasks are:
 *
 * <pre>{@code
 * Pollable<Answer> answer = TaskScope.scoped(SHUTDOWN_ON_FAILURE, scope -> {
 *     JoinHandle<User> user = scope.spawn(findUser(id));
 *     JoinHandle<Order> order = scope.spawn(fetchOrder(id));
 *     return user.then(u -> order.map(o -> new Answer(u, o)));
 * });
 * }</pre>
 *
 * <p>The policies are those of the JDK's {@code StructuredTaskScope}, whose joiners call them {@code
 * awaitAllSuccessfulOrThrow}, {@code anySuccessfulResultOrThrow} and {@code awaitAll}; but here no policy hides a failure.
 *
 * <p>Who: {@link #spawn} and {@link #cancel} may be called from any thread, so the tasks can spawn more; the other
 * methods belong to the owner. An {@link Occupancy} counts who is inside: the tasks, and the owner until it waits for the
 * end; so a scope does not end under its owner's hands, and once it has ended it stays so. Nested scopes, opened with a scope in place of the runtime, count their tasks in the outer one as well: it
 * cannot end before they have, and cancelling it cancels them. Their failures are their own.
 */
@SpawnsForCaller
public final class TaskScope implements Spawner, AutoCloseable {
    /** What the outcome of one task means to the others. */
    public enum Policy {
        /** The first task that fails, or is cancelled by itself, cancels all others. */
        SHUTDOWN_ON_FAILURE,
        /** The first task with a result cancels all others. Failures count only if nobody has a result. */
        SHUTDOWN_ON_SUCCESS,
        /** Nothing: all run to their ends. */
        AWAIT_ALL
    }

    private final TaskRuntime runtime;
    private final Policy policy;
    private final @Nullable TaskScope outer;
    private final Occupancy inside = new Occupancy();
    private final Set<JoinHandle<?>> tasks = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicReference<@Nullable JoinHandle<?>> winner = new AtomicReference<>();
    private final WakerCell owner = new WakerCell();
    private volatile boolean cancelled;
    /** The owner's: it has left, and only waits. */
    private boolean sealed;

    private TaskScope(TaskRuntime runtime, Policy policy, @Nullable TaskScope outer) {
        this.runtime = Objects.requireNonNull(runtime, "runtime");
        this.policy = Objects.requireNonNull(policy, "policy");
        this.outer = outer;
    }

    /** Opens a scope whose tasks run on a runtime. */
    public static TaskScope open(TaskRuntime runtime, Policy policy) {
        return new TaskScope(runtime, policy, null);
    }

    /** Opens a scope within another. */
    public static TaskScope open(TaskScope outer, Policy policy) {
        return new TaskScope(outer.runtime, policy, outer);
    }

    /**
     * Returns the computation that runs in a scope of its own, on the runtime that polls it. It is over when the body
     * and all tasks are; then its result is the body's, or it fails with what failed first, further failures suppressed
     * in it. A body that fails cancels the tasks; a cancelled scope closes the body.
     *
     * <p>Closed early, it closes the body and cancels the tasks. It cannot wait for them then, as a cancelled task is not
     * polled any more: who needs to know that they have ended nests the scope in one that waits.
     *
     * @param body makes the computation, given the scope to spawn into
     */
    public static <T extends @Nullable Object> Pollable<T> scoped(
            Policy policy, Function<? super TaskScope, ? extends Pollable<T>> body) {
        Objects.requireNonNull(policy, "policy");
        return new ScopedBody<>(cx -> open(cx.service(TaskRuntime.class), policy), body);
    }

    /** Returns the computation that runs in a scope of its own within another; see {@link #scoped(Policy, Function)}. */
    public static <T extends @Nullable Object> Pollable<T> scoped(
            TaskScope outer, Policy policy, Function<? super TaskScope, ? extends Pollable<T>> body) {
        Objects.requireNonNull(outer, "outer");
        Objects.requireNonNull(policy, "policy");
        return new ScopedBody<>(cx -> open(outer, policy), body);
    }

    /**
     * Returns the computation that runs all of these as tasks and yields the first result; the others are cancelled and
     * have ended by then. If all fail it fails with what failed first, the others suppressed in it.
     *
     * @param runners at least one
     */
    @SuppressWarnings("unchecked") // all tasks of the scope are these
    public static <T extends @Nullable Object> Pollable<T> race(List<? extends Pollable<T>> runners) {
        if (runners.isEmpty()) {
            throw new IllegalArgumentException("runners must not be empty");
        }
        Pollable<TaskScope> end = scoped(Policy.SHUTDOWN_ON_SUCCESS, scope -> {
            runners.forEach(scope::spawn);
            return Pollable.ready(scope);
        });
        return end.map(scope -> ((JoinHandle<T>) Objects.requireNonNull(scope.winner())).join());
    }

    /**
     * Starts a task that belongs to this scope. In a scope that is cancelled it is cancelled at once.
     *
     * @throws IllegalStateException if the scope has ended
     */
    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawn(Pollable<T> pollable) {
        return admit(pollable, runtime, true);
    }

    /** Starts a task with a name; see {@link #spawn(Pollable)}. */
    public <T extends @Nullable Object> JoinHandle<T> spawn(String name, Pollable<T> pollable) {
        return admit(pollable, runtime.task().name(name), true);
    }

    private <T extends @Nullable Object> JoinHandle<T> admit(Pollable<T> pollable, Spawner spawner, boolean judged) {
        if (!inside.enter()) {
            throw new IllegalStateException("the scope has ended: it takes no more tasks");
        }
        JoinHandle<T> task;
        try {
            task = outer == null ? spawner.spawn(pollable) : outer.admit(pollable, spawner, false);
        } catch (Throwable refused) {
            leave();
            throw refused;
        }
        tasks.add(task);
        task.onEnd(() -> ended(task, judged));
        if (cancelled) { // partner of cancel(): the task was there to be found, or the flag is here to be seen
            task.cancel();
        }
        return task;
    }

    private void ended(JoinHandle<?> task, boolean judged) {
        tasks.remove(task);
        if (judged) {
            judge(task);
        }
        leave(); // last: who sees the end sees every verdict
    }

    private void judge(JoinHandle<?> task) {
        Throwable thrown = task.failure();
        if (thrown == null) {
            if (policy == Policy.SHUTDOWN_ON_SUCCESS && winner.compareAndSet(null, task)) {
                cancel();
            }
        } else if (!(cancelled && thrown instanceof CancellationException)) {
            fail(thrown);
        }
    }

    /** Records a failure of a task or of the body, which means the end for the others if the policy says so. */
    void fail(Throwable thrown) {
        // A body that awaits a task fails with what that task failed with.
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (!failure.compareAndSet(null, cause)) {
            Throwable first = Objects.requireNonNull(failure.get());
            if (first != cause) {
                first.addSuppressed(cause);
            }
        }
        if (policy == Policy.SHUTDOWN_ON_FAILURE) {
            cancel();
        }
    }

    private void leave() {
        if (inside.leave()) {
            owner.wake();
        }
    }

    /** Cancels every task, and those that come. Idempotent. */
    public void cancel() {
        cancelled = true;
        tasks.forEach(JoinHandle::cancel);
        owner.wake(); // a body is to be closed
    }

    /** Tells whether the tasks are cancelled, by a policy or by {@link #cancel()}. */
    public boolean isCancelled() {
        return cancelled;
    }

    /** Returns what failed first so far, with what failed later suppressed in it; null if nothing has. */
    public @Nullable Throwable failure() {
        return failure.get();
    }

    /** Tells whether the scope has ended: its owner waits, or waited, and no task is left. */
    public boolean isDone() {
        return inside.isOver();
    }

    /** Returns the task whose result ended a scope that shuts down on success; null before, and if all failed. */
    public @Nullable JoinHandle<?> winner() {
        return winner.get();
    }

    /**
     * Waits until every task has ended, without blocking a thread. Then the scope has ended.
     *
     * <p>Fails with what failed first, further failures suppressed in it; not if a winner was found. Closed early, it
     * cancels the tasks.
     */
    public Pollable<@Nullable Void> joined() {
        return new Pollable<>() {
            @Override
            public Poll<@Nullable Void> poll(Context cx) throws Exception {
                if (!pollEnd(cx)) {
                    return Poll.pending();
                }
                throwFailure();
                return Poll.done();
            }

            @Override
            public void close() {
                if (!isDone()) {
                    cancel();
                    seal();
                }
            }
        };
    }

    /**
     * Waits until every task has ended, as {@link #joined()} does, and blocks the calling thread, which also runs the
     * tasks if the runtime has no threads of its own.
     *
     * @throws CompletionException with the first failure as its cause, in which further ones are suppressed
     * @throws CancellationException if the runtime was shut down
     * @throws IllegalStateException on a thread that runs tasks
     */
    public void join() {
        runtime.blockOn(joined());
    }

    /**
     * Cancels what still runs and waits for its end; on a thread that runs tasks, and must not block, it does not wait.
     * Idempotent.
     */
    @Override
    public void close() {
        if (isDone()) {
            return;
        }
        cancel();
        seal();
        if (Context.current() == null) {
            awaitEnd();
        }
    }

    private void awaitEnd() {
        try {
            runtime.blockOn(cx -> pollEnd(cx) ? Poll.done() : Poll.pending());
        } catch (CancellationException shutDown) {
            // The runtime ends our tasks too, on threads of its own.
            ThreadParker parker = new ThreadParker();
            owner.register(parker::unpark);
            while (!isDone()) {
                parker.park(Long.MAX_VALUE);
            }
            parker.restoreInterrupt();
        }
    }

    /** Seals the scope and tells whether it has ended; else the waker will be woken. */
    boolean pollEnd(Context cx) {
        seal();
        if (!cx.charge()) {
            return false;
        }
        owner.register(cx.waker());
        if (isDone()) {
            return true;
        }
        cx.budget().refund();
        return false;
    }

    /** The owner leaves, once. */
    void seal() {
        if (!sealed) {
            sealed = true;
            leave();
        }
    }

    /** Lets a body be woken when the scope is cancelled; it looks afterwards. */
    void registerBody(Context cx) {
        owner.register(cx.waker());
    }

    /** True if a body should end as well: cancelled, and not because there is a winner. */
    boolean endsBody() {
        return cancelled && winner.get() == null;
    }

    void throwFailure() throws Exception {
        Throwable thrown = failure.get();
        if (thrown != null && winner.get() == null) {
            throw asException(thrown);
        }
    }

    static Exception asException(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof Exception exception ? exception : new CompletionException(thrown);
    }

    @Override
    public String toString() {
        return "TaskScope[" + policy + ", " + tasks.size() + " tasks" + (isDone() ? ", ended]" : "]");
    }
}
