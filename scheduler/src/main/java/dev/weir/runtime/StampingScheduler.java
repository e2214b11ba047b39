package dev.weir.runtime;

import dev.weir.task.Scheduler;
import dev.weir.task.Task;

/**
 * Notes when its one task was scheduled, and passes it on. Between a wake and the poll after it a task is in one place,
 * and goes from hand to hand through queues, so a plain field will do.
 */
final class StampingScheduler implements Scheduler {
    private final Scheduler next;
    /** A new task counts as scheduled. */
    private long since = System.nanoTime();

    StampingScheduler(Scheduler next) {
        this.next = next;
    }

    /** Whoever polls: nanoseconds since the wake that brought the task here. */
    long sinceScheduled() {
        return System.nanoTime() - since;
    }

    @Override
    public void schedule(Task<?> task) {
        since = System.nanoTime();
        next.schedule(task);
    }

    @Override
    public void requeue(Task<?> task) {
        since = System.nanoTime();
        next.requeue(task);
    }

    @Override
    public void idling(Task<?> task) {
        next.idling(task);
    }

    @Override
    public void completed(Task<?> task) {
        next.completed(task);
    }

    @Override
    public void undeliverable(Throwable thrown) {
        next.undeliverable(thrown);
    }
}
