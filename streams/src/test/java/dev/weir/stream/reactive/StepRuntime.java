package dev.weir.stream.reactive;

import dev.weir.runtime.RuntimeMetrics;
import dev.weir.runtime.TaskBuilder;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import dev.weir.task.Pollable;
import dev.weir.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;

/** What of a runtime a {@link StepScheduler} can be. */
record StepRuntime(StepScheduler scheduler, boolean isWithoutMemory) implements TaskRuntime {
    StepRuntime(StepScheduler scheduler) {
        this(scheduler, false);
    }

    /** Returns one that ends what is spawned, as it can keep no task. */
    StepRuntime withoutMemory() {
        return new StepRuntime(scheduler, true);
    }

    @Override
    public <T> JoinHandle<T> spawn(Pollable<T> pollable) {
        JoinHandle<T> task = scheduler.spawn(pollable);
        if (isWithoutMemory) {
            task.cancel();
            scheduler.run();
            throw new OutOfMemoryError("as planned");
        }
        return task;
    }

    @Override
    public TaskBuilder task() {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> JoinHandle<T> spawnBlocking(Callable<T> call) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> T blockOn(Pollable<T> pollable) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <S> S service(Class<S> type) {
        return null;
    }

    @Override
    public Clock clock() {
        throw new UnsupportedOperationException();
    }

    @Override
    public RuntimeMetrics metrics() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean shutdown(Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
