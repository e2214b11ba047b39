package dev.weir.sync;

import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Waits for many tasks, so that a test ends on every runtime: by {@code blockOn}, which drives a current-thread one. */
final class All implements Pollable<@Nullable Void> {
    private final List<? extends JoinHandle<?>> tasks;
    private int ended;

    All(List<? extends JoinHandle<?>> tasks) {
        this.tasks = tasks;
    }

    @Override
    public Poll<@Nullable Void> poll(Context cx) {
        for (; ended < tasks.size(); ended++) {
            if (tasks.get(ended).poll(cx).isPending()) {
                return Poll.pending();
            }
        }
        return Poll.done();
    }
}
