package dev.weir.task;

import org.jspecify.annotations.Nullable;

/** The wait for a task that does not outlive it. */
final class Owned<T extends @Nullable Object> implements Pollable<T> {
    private final JoinHandle<T> task;

    Owned(JoinHandle<T> task) {
        this.task = task;
    }

    @Override
    public Poll<T> poll(Context cx) {
        return task.poll(cx);
    }

    @Override
    public void close() {
        task.cancel(); // of no effect if it has ended
    }
}
