package dev.weir.runtime;

import dev.weir.blocking.BlockingPool;
import dev.weir.task.Context;
import dev.weir.task.FirstFailure;
import dev.weir.task.Host;
import dev.weir.task.JoinHandle;
import dev.weir.task.Pollable;
import dev.weir.task.Scheduler;
import dev.weir.task.SpawnsForCaller;
import dev.weir.task.Task;
import dev.weir.task.TaskRegistry;
import dev.weir.task.TaskTraits;
import dev.weir.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What every runtime has whoever runs its tasks: the live tasks, the blocking pool, and the order of its end.
 *
 * <p>Phases of a shutdown (R2), each begun by whoever ends the one before:
 *
 * <pre>
 * RUNNING   -> CLOSING  shutdown(): spawns are refused, idle tasks cancelled; the runners close what is scheduled
 * CLOSING   -> STOPPED  the last task has ended: the runners are told to stop
 * STOPPED   -> ENDED    the last runner has left: drivers closed, then the blocking pool
 * </pre>
 */
@SpawnsForCaller
abstract class RuntimeCore implements TaskRuntime, Scheduler {
    private final TaskRegistry[] registries;
    private final BlockingPool blocking;
    private final Clock clock;
    private final boolean spawnSites;
    private final Undeliverable undeliverable;
    private final long seed;
    private final AtomicLong generators = new AtomicLong();
    private final LongAdder begun = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private volatile boolean closing;
    private volatile boolean stopped;
    private final boolean endsOnFailure;
    /** Why the runtime has shut itself down. */
    private final AtomicReference<@Nullable Throwable> fatal = new AtomicReference<>();

    private final Observers observers;

    RuntimeCore(RuntimeBuilder<?> settings, int registries) {
        this.registries = new TaskRegistry[registries];
        for (int i = 0; i < registries; i++) {
            this.registries[i] = new TaskRegistry();
        }
        clock = settings.clock;
        spawnSites = settings.spawnSites;
        undeliverable = new Undeliverable(settings.undeliverable);
        seed = settings.seed;
        blocking = new BlockingPool(
                this,
                settings.blockingThreads,
                settings.blockingKeepAlive,
                settings.blockingThreadsNamed("blocking"),
                this::undeliverable,
                this::blockingCallEnded);
        endsOnFailure = settings.onTaskFailure == TaskFailure.SHUT_DOWN;
        observers = new Observers(this, settings);
    }

    @Override
    public final TaskBuilder task() {
        return TaskBuilder.of(new Options());
    }

    @Override
    public final <T extends @Nullable Object> JoinHandle<T> spawn(Pollable<T> pollable) {
        return spawn(pollable, null);
    }

    final <T extends @Nullable Object> JoinHandle<T> spawn(Pollable<T> pollable, @Nullable String name) {
        Task<T> task = prepare(pollable, name);
        if (!launch(task)) {
            refuse(task);
        }
        return task;
    }

    /** Makes a task of which the hooks know, and nobody else. */
    final <T extends @Nullable Object> Task<T> prepare(Pollable<T> pollable, @Nullable String name) {
        Task<T> task = new Task<>(pollable, observers.schedulerOver(this), traits(name));
        observers.spawned(task);
        return task;
    }

    /** Starts a task that gives way to all others. */
    final <T extends @Nullable Object> JoinHandle<T> spawnInBackground(Pollable<T> pollable, @Nullable String name) {
        Task<T> task = new Task<>(pollable, observers.schedulerOver(lane()), traits(name));
        observers.spawned(task);
        if (admit()) {
            submit(task, lane());
        } else {
            refuse(task);
        }
        return task;
    }

    /** Ends a task that is in nobody's hands. */
    final void refuse(Task<?> task) {
        task.cancel();
        task.runAside(this); // never polled: only closed, by the one thread that has it
    }

    private @Nullable TaskTraits traits(@Nullable String name) {
        return name != null || spawnSites ? new TaskTraits(name, SpawnSite.find()) : null;
    }

    /**
     * Counts a new task as live until it has {@linkplain #completed ended}, and schedules it; false if the runtime is
     * closed to it.
     */
    boolean launch(Task<?> task) {
        if (!admit()) {
            return false;
        }
        submit(task, this);
        return true;
    }

    /** Schedules a new task that is counted. */
    final void submit(Task<?> task, Scheduler where) {
        try {
            where.schedule(task);
        } catch (OutOfMemoryError none) {
            throw refused(task, none);
        }
    }

    /** Ends a new task that is counted and cannot be scheduled, as nobody would ever hear of it. */
    final OutOfMemoryError refused(Task<?> task, OutOfMemoryError none) {
        refuse(task);
        return none;
    }

    /** Counts a task as live that will not be scheduled here; false if the runtime is closed to it. */
    final boolean register(Task<?> task) {
        return admit() && registry().add(task);
    }

    /** Counts a task as begun, then looks whether it may: who closes does it the other way round. */
    final boolean admit() {
        begun.increment();
        return !closing;
    }

    /** Keeps a task that goes idle, as a shutdown must be able to find it. Tasks that never wait cost nothing. */
    @Override
    public final void idling(Task<?> task) {
        if (!registry().add(task)) {
            task.cancel();
        }
    }

    /** Spread by identity: two threads seldom meet at one lock. */
    private TaskRegistry registry() {
        return registries[System.identityHashCode(Thread.currentThread()) & (registries.length - 1)];
    }

    @Override
    public final <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> call) {
        return spawnBlocking(call, null);
    }

    final <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> call, @Nullable String name) {
        return blocking.spawn(call, traits(name));
    }

    /** Who wants to know of tasks and polls. */
    final Observers observers() {
        return observers;
    }

    /** Where tasks go that give way to all others. */
    abstract BackgroundLane lane();

    /** Calls what is the user's: what it throws goes to the handler, and no further. */
    final void contain(Runnable hook) {
        undeliverable.contain(hook);
    }

    @Override
    public final void completed(Task<?> task) {
        observers.ended(task);
        TaskRegistry.remove(task);
        countEnded();
        if (closing) {
            stopIfDrained();
        }
        if (endsOnFailure) {
            endOnFailure(task);
        }
    }

    private void endOnFailure(Task<?> task) {
        Throwable failure = task.failure();
        if (failure != null && !(failure instanceof CancellationException) && fatal.compareAndSet(null, failure)) {
            beginShutdown();
        }
    }

    /** Adds the reason to what a thread is told that blocked on a runtime that shut itself down. */
    final <T extends @Nullable Object> T resultOf(Task<T> task) {
        try {
            return task.join();
        } catch (CancellationException cancelled) {
            Throwable reason = fatal.get();
            if (reason == null) {
                throw cancelled;
            }
            CancellationException told = new CancellationException("the runtime was shut down as a task has failed");
            told.initCause(reason);
            throw told;
        }
    }

    /** Counts a task as ended; on a count of the calling thread's own if there is one. */
    void countEnded() {
        ended.increment();
    }

    /** A blocking call is no longer live. */
    void blockingCallEnded() {}

    @Override
    public final void undeliverable(Throwable thrown) {
        undeliverable.tell(thrown);
    }

    @Override
    public final Clock clock() {
        return clock;
    }

    /** A thread that runs tasks must not wait for one: it might wait for itself. */
    static void refuseOnWorker() {
        if (Context.current() != null) {
            throw new IllegalStateException(
                    "blockOn on " + Thread.currentThread().getName()
                            + " would block a thread that runs tasks: spawn the pollable and poll its handle instead, or"
                            + " block inside TaskRuntime.blockInPlace");
        }
    }

    /** What every host of this runtime offers. */
    final <S> @Nullable S commonService(Class<S> type) {
        if (type == TaskRuntime.class || type == Host.class) {
            return type.cast(this);
        }
        if (type == RandomGenerator.class) {
            return type.cast(new SplittableRandom(seed - generators.incrementAndGet())); // workers count up from it
        }
        return type == Clock.class ? type.cast(clock) : null;
    }

    /**
     * Returns the number of tasks that have begun and not ended. Those that have ended are counted first, so it is never
     * too small; it is exact as soon as nothing begins or ends.
     */
    final long liveTasks() {
        long gone = ended.sum() + endedOnOwnCounts();
        return begun.sum() + begunOnOwnCounts() - gone;
    }

    /** Returns how many tasks threads have begun that count for themselves. */
    long begunOnOwnCounts() {
        return 0;
    }

    /** Returns how many tasks threads have ended that count for themselves. */
    long endedOnOwnCounts() {
        return 0;
    }

    final RuntimeMetrics metrics(int injectDepth, long remoteSchedules, int spares, List<WorkerMetrics> perWorker) {
        long spawned = begun.sum() + begunOnOwnCounts();
        return new RuntimeMetrics(
                liveTasks(),
                spawned,
                injectDepth,
                lane().size(),
                remoteSchedules,
                blocking.threads(),
                blocking.idleThreads(),
                blocking.live(),
                blocking.waiting(),
                spares,
                perWorker,
                observers.pollTimes(),
                observers.latencies());
    }

    final BlockingPool blocking() {
        return blocking;
    }

    /** True once no task is left and none can come. */
    final boolean isStopped() {
        return stopped;
    }

    /** True once tasks are only closed. A task that is scheduled but in no registry has to be cancelled by its runner. */
    final boolean isClosing() {
        return closing;
    }

    /** Starts a shutdown: from here on the runners have only to close what is there. */
    void beginShutdown() {
        closing = true;
        Throwable failure = FirstFailure.of(BlockingPool::close, blocking, null);
        for (TaskRegistry registry : registries) {
            failure = FirstFailure.of(TaskRegistry::closeAndCancel, registry, failure);
        }
        stopIfDrained();
        FirstFailure.rethrow(failure);
    }

    /**
     * Stops the runners if no task lives: none will come, as who begins one counts it and then looks whether the runtime
     * is closing. A runner that counts without a fence calls this once more before it sleeps.
     */
    final void stopIfDrained() {
        if (liveTasks() == 0) {
            stopped = true;
            stopRunners();
        }
    }

    /** Tells every runner to look at {@link #isStopped()}. Any thread, perhaps more than once. */
    abstract void stopRunners();

    /** The calling thread leaves: what tasks have given to the drivers is not to wait for a look. Never throws. */
    abstract void handOver();

    /** After the last runner has left. */
    final void close(DriverSeat seat) {
        try {
            seat.close();
        } catch (Throwable thrown) { // a driver that cannot be closed must not keep the others, or the caller
            undeliverable(thrown);
        }
    }

    @Override
    public boolean shutdown(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout");
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout must not be negative, was " + timeout);
        }
        beginShutdown();
        if (Entered.isInPollOf(this)) {
            return false; // what it polls has to end as well
        }
        long start = System.nanoTime();
        long nanos = TimeUnit.NANOSECONDS.convert(timeout);
        try {
            return awaitRunners(nanos)
                    && observers.awaitEnd(nanos - (System.nanoTime() - start))
                    && blocking.awaitEnd(nanos - (System.nanoTime() - start));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        shutdown(Duration.ofNanos(Long.MAX_VALUE));
    }

    /** Waits until the runners are gone and the drivers closed; false if the time is over first. */
    abstract boolean awaitRunners(long nanos) throws InterruptedException;

    /** Spawns with options, which is not for everybody who has the runtime. */
    @SpawnsForCaller
    private final class Options implements TaskBuilder.Starter {
        @Override
        public <T extends @Nullable Object> JoinHandle<T> spawn(Pollable<T> pollable, @Nullable String name) {
            return RuntimeCore.this.spawn(pollable, name);
        }

        @Override
        public <T extends @Nullable Object> JoinHandle<T> spawnInBackground(
                Pollable<T> pollable, @Nullable String name) {
            return RuntimeCore.this.spawnInBackground(pollable, name);
        }

        @Override
        public <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> call, @Nullable String name) {
            return RuntimeCore.this.spawnBlocking(call, name);
        }
    }
}
