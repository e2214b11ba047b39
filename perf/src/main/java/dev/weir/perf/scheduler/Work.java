package dev.weir.perf.scheduler;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import org.jspecify.annotations.Nullable;

/**
 * The body of a task that runs to its end in one go: a {@code Runnable} for executors and threads, and for Weir a
 * pollable that is ready at its first poll, so that neither pays for an adapter.
 */
abstract class Work implements Runnable, Pollable<@Nullable Void> {
    @Override
    public final Poll<@Nullable Void> poll(Context cx) {
        run();
        return Poll.done();
    }

    /** The body that does nothing. */
    static Work nothing() {
        return new Work() {
            @Override
            public void run() {}
        };
    }
}
