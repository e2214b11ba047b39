package dev.weir.task;

import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tasks of one kind, run side by side and joined in the order in which they were spawned, whichever ends first.
 *
 * <p>One owner at a time calls the methods and polls what they return, as with {@link JoinSet}. Closing the queue
 * cancels what it holds.
 *
 * @param <T> the type of the results
 */
@SpawnsForCaller
public final class JoinQueue<T extends @Nullable Object> implements AutoCloseable {
    private final Spawner spawner;
    private final ArrayDeque<JoinHandle<T>> tasks = new ArrayDeque<>();
    private final WakerCell owner = new WakerCell();
    /** The task that will wake the owner. */
    private @Nullable JoinHandle<T> awaited;

    private boolean closed;

    /**
     * Creates an empty queue.
     *
     * @param spawner starts the tasks: a runtime, or one with options
     */
    public JoinQueue(Spawner spawner) {
        this.spawner = Objects.requireNonNull(spawner, "spawner");
    }

    /**
     * Starts a task at the end of the queue.
     *
     * @return its handle; it may be dropped
     * @throws IllegalStateException if the queue is closed
     */
    public JoinHandle<T> spawn(Pollable<T> pollable) {
        if (closed) {
            throw new IllegalStateException("the queue is closed: it takes no more tasks");
        }
        JoinHandle<T> handle = spawner.spawn(pollable);
        tasks.add(handle);
        return handle;
    }

    /**
     * Waits until the first task has ended. The result is its handle, which has then resolved and left the queue; null
     * if the queue is empty. Charges one operation when it yields a task. Giving up the wait loses nothing.
     */
    public Pollable<@Nullable JoinHandle<T>> joinNext() {
        return cx -> {
            JoinHandle<T> first = tasks.peek();
            if (first == null) {
                return Poll.ready(null);
            }
            if (!cx.charge()) {
                return Poll.pending();
            }
            owner.register(cx.waker());
            if (awaited != first) {
                first.onEnd(owner::wake);
                awaited = first; // after that: there may be no memory for it
            }
            if (first.isDone()) {
                return Poll.ready(tasks.poll());
            }
            cx.budget().refund();
            return Poll.pending();
        };
    }

    /** Returns the handle of the first task if it has ended, which leaves the queue; else null. */
    public @Nullable JoinHandle<T> tryJoinNext() {
        JoinHandle<T> first = tasks.peek();
        return first != null && first.isDone() ? tasks.poll() : null;
    }

    /** Cancels every task; they stay in the queue until they are joined. */
    public void cancelAll() {
        tasks.forEach(JoinHandle::cancel);
    }

    /** Lets go of every task; they run on. */
    public void detachAll() {
        tasks.clear();
        awaited = null;
        owner.clear();
    }

    /** Returns the number of tasks that were not joined. */
    public int size() {
        return tasks.size();
    }

    public boolean isEmpty() {
        return tasks.isEmpty();
    }

    /** Cancels every task and lets go of it. Does not wait. Idempotent. */
    @Override
    public void close() {
        closed = true;
        cancelAll();
        detachAll();
    }
}
