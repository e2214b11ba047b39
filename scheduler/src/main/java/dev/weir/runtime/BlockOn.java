package dev.weir.runtime;

import dev.weir.task.Context;
import dev.weir.task.Pollable;
import dev.weir.task.Scheduler;
import dev.weir.task.Task;
import org.jspecify.annotations.Nullable;

/**
 * A task that runs on the one thread that waits for it: its scheduler is a parker.
 *
 * @param <T> the type of the result
 */
final class BlockOn<T extends @Nullable Object> implements Scheduler {
    private final RuntimeCore runtime;
    private final Context context;
    private final Task<T> task;
    private final ThreadParker parker = new ThreadParker();
    private final @Nullable Observer observer;
    private volatile boolean scheduled = true;

    BlockOn(RuntimeCore runtime, int budget, Pollable<T> pollable) {
        this.runtime = runtime;
        this.context = new Context(runtime, budget);
        this.task = new Task<>(pollable, this);
        this.observer = runtime.observers().add();
    }

    T await() {
        if (!runtime.register(task)) {
            task.cancel();
        }
        runtime.observers().spawned(task);
        context.enter();
        try {
            while (!task.isDone()) {
                if (scheduled) {
                    scheduled = false; // before the poll: a wake during it must not be forgotten
                    context.budget().refill();
                    if (observer == null) {
                        task.run(context);
                    } else {
                        observer.run(task, context);
                    }
                } else {
                    parker.park(Long.MAX_VALUE);
                }
            }
        } finally {
            context.leave();
            runtime.handOver();
            parker.restoreInterrupt();
            if (observer != null) {
                runtime.observers().remove(observer);
            }
        }
        return runtime.resultOf(task);
    }

    @Override
    public void schedule(Task<?> task) {
        scheduled = true;
        parker.unpark();
    }

    @Override
    public void requeue(Task<?> task) {
        schedule(task);
    }

    @Override
    public void completed(Task<?> task) {
        runtime.completed(task);
    }

    @Override
    public void undeliverable(Throwable thrown) {
        runtime.undeliverable(thrown);
    }
}
