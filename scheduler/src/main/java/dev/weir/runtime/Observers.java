package dev.weir.runtime;

import dev.weir.task.Scheduler;
import dev.weir.task.Task;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Who in a runtime wants to know of tasks and polls, and what is known of them. */
final class Observers {
    private final RuntimeCore runtime;
    private final @Nullable TaskHooks hooks;
    private final boolean timesPolls;
    private final boolean timesLatencies;
    private final @Nullable Watchdog watchdog;
    private final Set<Observer> present = ConcurrentHashMap.newKeySet();

    /** What threads have counted that have gone. Each is guarded by itself. */
    private final Tally pollTimesOfGone = new Tally();

    private final Tally latenciesOfGone = new Tally();

    Observers(RuntimeCore runtime, RuntimeBuilder<?> settings) {
        this.runtime = runtime;
        hooks = settings.taskHooks;
        timesPolls = settings.pollTimes;
        timesLatencies = settings.scheduleLatencies;
        watchdog = settings.stallThreshold == null
                ? null
                : new Watchdog(runtime, settings.name + "-watchdog", settings.stallThreshold, settings.stallHandler);
    }

    /** Returns what a poller is to run its tasks through, or null if nobody wants to know of its polls. */
    @Nullable Observer add() {
        if (hooks == null && !timesPolls && !timesLatencies && watchdog == null) {
            return null;
        }
        Observer observer =
                new Observer(runtime, hooks, timesPolls ? new Tally() : null, timesLatencies ? new Tally() : null);
        present.add(observer);
        if (watchdog != null) {
            watchdog.add(observer);
        }
        return observer;
    }

    /** A poller will poll no more; what it has counted stays. */
    void remove(Observer observer) {
        present.remove(observer);
        if (watchdog != null) {
            watchdog.remove(observer);
        }
        keep(observer.pollTimes(), pollTimesOfGone);
        keep(observer.latencies(), latenciesOfGone);
    }

    private static void keep(@Nullable Tally counted, Tally gone) {
        if (counted != null) {
            synchronized (gone) {
                counted.addTo(gone);
            }
        }
    }

    /** Returns the scheduler to give to one new task. */
    Scheduler schedulerOver(Scheduler scheduler) {
        return timesLatencies ? new StampingScheduler(scheduler) : scheduler;
    }

    /** Tells the hooks of a task that has its id and has not been scheduled. */
    void spawned(Task<?> task) {
        if (hooks != null) {
            runtime.contain(() -> hooks.onSpawn(task));
        }
    }

    void ended(Task<?> task) {
        if (hooks != null) {
            runtime.contain(() -> hooks.onEnd(task));
        }
    }

    @Nullable Histogram pollTimes() {
        return timesPolls ? sum(Observer::pollTimes, pollTimesOfGone) : null;
    }

    @Nullable Histogram latencies() {
        return timesLatencies ? sum(Observer::latencies, latenciesOfGone) : null;
    }

    private Histogram sum(Function<Observer, @Nullable Tally> counted, Tally gone) {
        Tally sum = new Tally();
        for (Observer observer : present) {
            Tally tally = counted.apply(observer);
            if (tally != null) {
                tally.addTo(sum);
            }
        }
        synchronized (gone) {
            gone.addTo(sum);
        }
        return sum.snapshot();
    }

    /** The last poller has left. */
    void stop() {
        if (watchdog != null) {
            watchdog.stop();
        }
    }

    /** After {@link #stop}; false if the time is over first. */
    boolean awaitEnd(long nanos) throws InterruptedException {
        return watchdog == null || watchdog.awaitEnd(nanos);
    }
}
