package dev.weir.testkit.simulation;

import dev.weir.runtime.RuntimeMetrics;
import dev.weir.runtime.SteppedRuntime;
import dev.weir.runtime.TaskBuilder;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Scheduler;
import dev.weir.task.Task;
import dev.weir.testkit.simulation.EventLog.Kind;
import dev.weir.time.Clock;
import dev.weir.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The runtime of one simulated run. Tasks and blocking calls run on the thread that is inside {@link #blockOn} or one of
 * the stepping methods, one after the other; time is virtual and moves when nothing else can. Made by {@link
 * Simulation}.
 *
 * <p>All methods are for one thread at a time. While tasks run, a wake from another thread fails the run, as it could
 * not be replayed.
 *
 * <p>A blocking call runs inline, at a moment that the seed chooses. It may {@link #blockOn}: others then run meanwhile.
 */
public final class SimulatedRuntime implements SteppedRuntime {
    private final Simulation settings;
    private final Population population = new Population();
    private final Machine machine;
    private final Random random;
    private final Map<Class<?>, Object> services = new HashMap<>();
    private final List<Throwable> undelivered = new ArrayList<>();
    private final AtomicReference<@Nullable IllegalStateException> intruder = new AtomicReference<>();
    private final Scheduler scheduler = new Intake();

    /** The thread that called last; others may take over while nothing runs. */
    private volatile Thread owner = Thread.currentThread();

    private volatile boolean driving;
    private boolean closed;
    private int spawned;
    private int timersLeft;

    SimulatedRuntime(Simulation settings) {
        this.settings = settings;
        machine = new Machine(settings, this, population);
        random = new Random(machine.choose());
    }

    @Override
    public TaskBuilder task() {
        return TaskBuilder.of(new Options());
    }

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawn(Pollable<T> pollable) {
        return spawn(nextName("task", pollable), pollable);
    }

    /** Starts a task under a name, by which the log and the report of a deadlock call it. */
    public <T extends @Nullable Object> JoinHandle<T> spawn(String name, Pollable<T> pollable) {
        return start(new SimulatedTask<>(name, pollable, false, this, scheduler));
    }

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> call) {
        return spawnBlocking(nextName("call", call), call);
    }

    private <T extends @Nullable Object> JoinHandle<T> spawnBlocking(String name, Callable<T> call) {
        Objects.requireNonNull(call, "call");
        return start(new SimulatedTask<>(name, cx -> Poll.ready(call.call()), true, this, scheduler));
    }

    private String nextName(String prefix, Object recipe) {
        return prefix + "-" + ++spawned + " " + SimulatedTask.kindOf(Objects.requireNonNull(recipe, "pollable"));
    }

    private <T extends @Nullable Object> JoinHandle<T> start(SimulatedTask<T> fresh) {
        refuseOtherThreads("spawn");
        note(Kind.SPAWN, fresh.name, "by " + machine.actor());
        fresh.priority = machine.choose();
        population.add(fresh);
        if (closed) {
            fresh.task.cancel();
            fresh.task.runAside(this); // never polled: only closed
        } else {
            machine.schedule(fresh);
        }
        return fresh.task;
    }

    @Override
    public <T extends @Nullable Object> T blockOn(Pollable<T> pollable) {
        return blockOn(nextName("main", pollable), pollable);
    }

    /**
     * As {@link #blockOn(Pollable)}, under a name.
     *
     * @throws DeadlockError if nothing can run and no timer is set, and there is no result
     */
    <T extends @Nullable Object> T blockOn(String name, Pollable<T> pollable) {
        JoinHandle<T> handle = outside(() -> {
            JoinHandle<T> main = spawn(name, pollable);
            while (!main.isDone()) {
                if (!step(true) && !machine.passToNext()) {
                    throw deadlock(name);
                }
            }
            return main;
        });
        return handle.join();
    }

    /** Runs a loop that polls: not from a poll, but perhaps from a call that may block, whose turn it then interrupts. */
    private <R> R outside(Supplier<R> loop) {
        boolean inCall = machine.isInCall();
        if (Context.current() != null && !inCall) {
            throw new IllegalStateException(
                    "blockOn on " + Thread.currentThread().getName()
                            + " would block a thread that runs tasks: spawn the pollable and poll its handle instead");
        }
        refuseOtherThreads("running its tasks");
        boolean nested = driving;
        SimulatedTask<?> caller = machine.suspend(inCall);
        driving = true;
        try {
            return loop.get();
        } finally {
            driving = nested;
            machine.resume(caller, inCall);
        }
    }

    private boolean step(boolean timeMayPass) {
        rethrowIntrusion();
        return machine.step(timeMayPass);
    }

    @Override
    public long runUntilIdle() {
        return outside(() -> {
            long before = machine.polls();
            while (step(false) || machine.hurry()) {}
            return machine.polls() - before;
        });
    }

    @Override
    public void advance(Duration duration) {
        runUntilIdle();
        machine.clock().advance(duration);
        note(Kind.TIME, "jumps", null);
        runUntilIdle();
    }

    @Override
    public void elapse(Duration duration) {
        runUntilIdle();
        long left = TimeUnit.NANOSECONDS.convert(duration);
        for (long ahead = nanosUntilNextTimer(); ahead < left; ahead = nanosUntilNextTimer()) {
            machine.pass(ahead, "passes");
            left -= ahead;
            runUntilIdle();
        }
        machine.clock().advance(Duration.ofNanos(left));
        runUntilIdle();
    }

    @Override
    public long nanosUntilNextTimer() {
        return machine.nanosUntilNext();
    }

    private DeadlockError deadlock(String name) {
        List<String> waiting = Inquest.whereTheyWait(population.all(), this, machine::isAnyWoken);
        return new DeadlockError(
                "nothing can run, no timer is set, and " + name + " has not ended:\n  " + String.join("\n  ", waiting),
                waiting);
    }

    /** Returns the log of this run. */
    public EventLog log() {
        return machine.log();
    }

    /** Writes a line of one's own into the log. */
    public void note(String text) {
        note(Kind.NOTE, Objects.requireNonNull(text, "text"), null);
    }

    void note(Kind kind, String who, @Nullable String what) {
        machine.note(kind, who, what);
    }

    /** Returns the source of chance for the program itself, drawn from the seed of the run. */
    public Random random() {
        return random;
    }

    /** Returns the seed of the run. */
    public long seed() {
        return settings.seed();
    }

    /**
     * Lets something happen outside of the tasks, such as the arrival of bytes: once so much time has passed, between two
     * polls, on the thread of the simulation. For those who write simulated devices; what has not happened by the end of
     * the run never does.
     *
     * @param delay at least zero
     * @param what the same in every run; the log says it when it happens
     * @param event wakes whom it concerns, and does not poll
     */
    public void later(Duration delay, String what, Runnable event) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay must not be negative, was " + delay);
        }
        refuseOtherThreads("later");
        machine.later(delay, Objects.requireNonNull(what, "what"), Objects.requireNonNull(event, "event"));
    }

    /** Offers a service to the tasks, such as a simulated device. */
    public <S> void provide(Class<S> type, S service) {
        services.put(type, type.cast(Objects.requireNonNull(service, "service")));
    }

    @Override
    public <S> @Nullable S service(Class<S> type) {
        if (type == SimulatedRuntime.class || type == TaskRuntime.class || type == Host.class) {
            return type.cast(this);
        }
        if (type == Clock.class) {
            return type.cast(clock());
        }
        return type == Timers.class ? type.cast(machine.timers()) : type.cast(services.get(type));
    }

    @Override
    public Clock clock() {
        return machine.clock();
    }

    @Override
    public RuntimeMetrics metrics() {
        int calls = population.calls();
        return RuntimeMetrics.ofOneThread(population.size() - calls, calls, machine.polls());
    }

    @Override
    public boolean shutdown(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout");
        closed = true;
        population.all().forEach(each -> each.task.cancel());
        if (Context.current() != null) {
            return false; // what it polls has to end as well
        }
        runUntilIdle();
        boolean ended = population.size() == 0;
        timersLeft += ended ? machine.timers().size() : 0;
        machine.timers().close();
        return ended;
    }

    @Override
    public void close() {
        shutdown(Duration.ZERO);
    }

    /** Returns the names of the tasks and calls that have not ended. */
    public List<String> liveTasks() {
        return population.all().stream().map(task -> task.name).toList();
    }

    /** Returns what could reach neither a handle nor a subscriber, so far. */
    public List<Throwable> undelivered() {
        return List.copyOf(undelivered);
    }

    /** After the end: whatever is still there has leaked. */
    void assertNothingLeft() {
        rethrowIntrusion();
        if (population.size() > 0) {
            throw new AssertionError("tasks that were cancelled and did not end: " + liveTasks());
        }
        if (timersLeft > 0) {
            throw new AssertionError(timersLeft + " timers are set although every task has been closed");
        }
        if (!undelivered.isEmpty()) {
            throw new AssertionError("nobody could be told of " + undelivered, undelivered.get(0));
        }
    }

    private void refuseOtherThreads(String what) {
        if (isOtherThread()) {
            throw new IllegalStateException(
                    what + " on " + Thread.currentThread().getName() + ": a simulation has one thread, "
                            + owner.getName() + ", or it could not be replayed");
        }
    }

    private boolean isOtherThread() {
        if (!driving) {
            owner = Thread.currentThread();
        }
        return Thread.currentThread() != owner;
    }

    private void rethrowIntrusion() {
        IllegalStateException seen = intruder.get();
        if (seen != null) {
            throw seen;
        }
    }

    @Override
    public String toString() {
        return "a simulated runtime with seed " + settings.seed();
    }

    /** Spawns with options. */
    private final class Options implements TaskBuilder.Starter {
        @Override
        public <T extends @Nullable Object> JoinHandle<T> spawn(Pollable<T> pollable, @Nullable String name) {
            return name == null ? SimulatedRuntime.this.spawn(pollable) : SimulatedRuntime.this.spawn(name, pollable);
        }

        @Override
        public <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> call, @Nullable String name) {
            return name == null
                    ? SimulatedRuntime.this.spawnBlocking(call)
                    : SimulatedRuntime.this.spawnBlocking(name, call);
        }
    }

    /** Where the tasks go when they are woken. */
    private final class Intake implements Scheduler {
        @Override
        public void schedule(Task<?> task) {
            if (isOtherThread()) {
                intruder.compareAndSet(
                        null,
                        new IllegalStateException(
                                "a wake on " + Thread.currentThread().getName()
                                        + ": a simulation has one thread, or it could not be replayed"));
                return;
            }
            SimulatedTask<?> woken = population.of(task);
            note(Kind.WAKE, woken.name, machine.actor());
            machine.schedule(woken);
        }

        @Override
        public void requeue(Task<?> task) {
            machine.schedule(population.of(task));
        }

        @Override
        public void completed(Task<?> task) {
            note(Kind.END, population.remove(task).name, null);
        }

        @Override
        public void undeliverable(Throwable thrown) {
            undelivered.add(thrown);
        }
    }
}
