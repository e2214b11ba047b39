package dev.weir.runtime;

import dev.weir.task.Context;
import dev.weir.task.Task;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks for one who polls, where somebody wants to know of polls: the hooks, the watchdog, the histogram. Where
 * nobody does there is no observer, and nothing is paid.
 */
final class Observer {
    private final RuntimeCore runtime;
    private final @Nullable TaskHooks hooks;
    private final @Nullable PollTimer timer;
    /** The poll that goes on; an object of its own for each, so that the watchdog can tell one from the next. */
    private final AtomicReference<@Nullable Sitting> current = new AtomicReference<>();

    Observer(RuntimeCore runtime, @Nullable TaskHooks hooks, @Nullable PollTimer timer) {
        this.runtime = runtime;
        this.hooks = hooks;
        this.timer = timer;
    }

    void run(Task<?> task, Context cx) {
        if (hooks != null) {
            runtime.contain(() -> hooks.beforePoll(task));
        }
        Sitting sitting = new Sitting(task, Thread.currentThread());
        current.setRelease(sitting);
        long start = timer == null ? 0 : System.nanoTime();
        task.run(cx);
        if (current.compareAndSet(sitting, null) && timer != null) {
            timer.record(System.nanoTime() - start);
        }
        if (hooks != null) {
            runtime.contain(() -> hooks.afterPoll(task));
        }
    }

    /** The poll blocks in place: another thread polls from here on, and the rest of this poll is nobody's business. */
    void lose() {
        current.set(null);
    }

    /** Any thread. */
    @Nullable Sitting current() {
        return current.getAcquire();
    }

    void addTo(PollTimer sum) {
        if (timer != null) {
            timer.addTo(sum);
        }
    }

    /** One poll, while it lasts. */
    static final class Sitting {
        final Task<?> task;
        final Thread thread;

        Sitting(Task<?> task, Thread thread) {
            this.task = task;
            this.thread = thread;
        }
    }
}
