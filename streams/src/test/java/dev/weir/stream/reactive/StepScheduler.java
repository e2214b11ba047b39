package dev.weir.stream.reactive;

import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.JoinHandle;
import dev.weir.task.Pollable;
import dev.weir.task.Scheduler;
import dev.weir.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Runs tasks on the thread of the test and only when told to, so that every order of events can be written down. Tasks
 * may be woken from any thread; a wake that was lost shows as a signal that is missing when nothing is left to run.
 */
final class StepScheduler implements Scheduler, Host {
    final List<Throwable> undeliverable = new ArrayList<>();
    private final ConcurrentLinkedQueue<Task<?>> queue = new ConcurrentLinkedQueue<>();
    private final Context cx;
    private int polls;

    StepScheduler(int budget) {
        cx = new Context(this, budget);
    }

    <R> JoinHandle<R> spawn(Pollable<R> pollable) {
        Task<R> task = new Task<>(pollable, this);
        queue.add(task);
        return task;
    }

    /** Runs what is scheduled until nothing is; returns the number of turns. */
    int run() {
        int turns = 0;
        for (Task<?> task; (task = queue.poll()) != null; turns++) {
            if (turns > 10_000_000) {
                throw new AssertionError("still not idle after " + turns + " turns");
            }
            cx.budget().refill();
            polls++;
            cx.enter();
            try {
                task.run(cx);
            } finally {
                cx.leave();
            }
        }
        return turns;
    }

    int polls() {
        return polls;
    }

    @Override
    public void schedule(Task<?> task) {
        queue.add(task);
    }

    @Override
    public void requeue(Task<?> task) {
        queue.add(task);
    }

    @Override
    public void completed(Task<?> task) {}

    @Override
    public void undeliverable(Throwable thrown) {
        undeliverable.add(thrown);
    }

    @Override
    public <S> S service(Class<S> type) {
        return null;
    }
}
