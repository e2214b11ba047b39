package dev.weir.runtime;

import dev.weir.task.Context;
import dev.weir.task.Scheduler;
import dev.weir.task.Task;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that give way to all others. To the task this is its scheduler; to the workers it is a last queue, from
 * which all but one of them may be running a task at a time, so that what others wait for always finds a worker.
 *
 * <p>No wake is lost, for the reason given in {@link Idle}: a task is in the queue, and a place is free, before the
 * counts of workers are read; who goes to sleep is counted out before it looks whether both are so. A worker that has
 * run a task of this lane takes the next, or calls another to it.
 */
final class BackgroundLane implements Scheduler {
    private final RuntimeCore runtime;
    private final int places;
    private final Runnable arrived;
    private final ConcurrentLinkedQueue<Task<?>> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger taken = new AtomicInteger();

    /**
     * Creates an empty lane.
     *
     * @param places how many of its tasks may run at a time, at least 1
     * @param arrived called when a task has arrived, on any thread
     */
    BackgroundLane(RuntimeCore runtime, int places, Runnable arrived) {
        this.runtime = runtime;
        this.places = places;
        this.arrived = arrived;
    }

    @Override
    public void schedule(Task<?> task) {
        Context.current(); // may need memory the first time on a thread: before the task is accepted
        queue.add(task);
        arrived.run();
    }

    @Override
    public void requeue(Task<?> task) {
        schedule(task);
    }

    @Override
    public void idling(Task<?> task) {
        runtime.idling(task);
    }

    @Override
    public void completed(Task<?> task) {
        runtime.completed(task);
    }

    @Override
    public void undeliverable(Throwable thrown) {
        runtime.undeliverable(thrown);
    }

    /** Takes the oldest task and a place to run it; null if either is missing. */
    @Nullable Task<?> take() {
        for (; ; ) {
            int seen = taken.get();
            if (queue.isEmpty() || seen >= places) {
                return null;
            }
            if (taken.compareAndSet(seen, seen + 1)) { // never more than there are: others go to sleep by this count
                Task<?> task = queue.poll();
                if (task != null) {
                    return task;
                }
                leave(); // and look again, as one may have come that found no place
            }
        }
    }

    /** Gives the place back, after the task was run. */
    void leave() {
        taken.decrementAndGet();
    }

    /** Tells whether {@link #take} would find something. */
    boolean isReady() {
        return !queue.isEmpty() && taken.get() < places;
    }

    /** Returns how many of its tasks are running. */
    int running() {
        return taken.get();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    int size() {
        return queue.size();
    }
}
