package dev.weir.runtime;

import dev.weir.task.Context;
import dev.weir.task.Task;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks for one who polls, where somebody wants to know of polls: the hooks, the watchdog, the histograms. Where
 * nobody does there is no observer, and nothing is paid.
 */
final class Observer {
    private final RuntimeCore runtime;
    private final @Nullable TaskHooks hooks;
    private final @Nullable Tally pollTimes;
    private final @Nullable Tally latencies;
    /** The poll that goes on; an object of its own for each, so that the watchdog can tell one from the next. */
    private final AtomicReference<@Nullable Sitting> current = new AtomicReference<>();

    Observer(RuntimeCore runtime, @Nullable TaskHooks hooks, @Nullable Tally pollTimes, @Nullable Tally latencies) {
        this.runtime = runtime;
        this.hooks = hooks;
        this.pollTimes = pollTimes;
        this.latencies = latencies;
    }

    void run(Task<?> task, Context cx) {
        Sitting sitting = null;
        try {
            sitting = begin(task);
        } catch (OutOfMemoryError none) { // it is polled all the same, unobserved
            runtime.undeliverable(none);
        }
        long start = pollTimes == null ? 0 : System.nanoTime();
        task.run(cx);
        if (sitting != null && current.compareAndSet(sitting, null) && pollTimes != null) {
            pollTimes.record(System.nanoTime() - start);
        }
        if (hooks != null) {
            runtime.contain(() -> hooks.afterPoll(task));
        }
    }

    private Sitting begin(Task<?> task) {
        if (latencies != null && task.scheduler() instanceof StampingScheduler stamp) {
            latencies.record(stamp.sinceScheduled());
        }
        if (hooks != null) {
            runtime.contain(() -> hooks.beforePoll(task));
        }
        Sitting sitting = new Sitting(task, Thread.currentThread());
        current.setRelease(sitting);
        return sitting;
    }

    /** The poll blocks in place: another thread polls from here on, and the rest of this poll is nobody's business. */
    void lose() {
        current.set(null);
    }

    /** Any thread. */
    @Nullable Sitting current() {
        return current.getAcquire();
    }

    /** Any thread: how long its polls took; null if nobody wants to know. */
    @Nullable Tally pollTimes() {
        return pollTimes;
    }

    /** Any thread: how long its tasks had waited for their polls; null if nobody wants to know. */
    @Nullable Tally latencies() {
        return latencies;
    }

    /** Any thread: null if nobody wants to know. */
    static @Nullable Histogram pollTimesOf(@Nullable Observer observer) {
        return observer == null || observer.pollTimes == null ? null : observer.pollTimes.snapshot();
    }

    /** Any thread: null if nobody wants to know. */
    static @Nullable Histogram latenciesOf(@Nullable Observer observer) {
        return observer == null || observer.latencies == null ? null : observer.latencies.snapshot();
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
