package dev.weir.runtime;

import dev.weir.queue.InjectQueue;
import dev.weir.queue.WorkQueue;
import dev.weir.task.Context;
import dev.weir.task.FirstFailure;
import dev.weir.task.Pollable;
import dev.weir.task.Task;
import dev.weir.time.ManualClock;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks on a fixed number of worker threads that steal from each other. This class routes: a task goes to the
 * worker on whose thread it was woken, or else to the shared queue; {@link Worker} runs, {@link Idle} decides whom to
 * wake.
 */
public final class WorkStealingRuntime extends RuntimeCore {
    private final String name;
    private final int budget;
    private final boolean overflowKeepsTurn;
    private final Idle idle;
    private final DriverSeat[] seats;
    private final Worker[] workers;
    private final InjectQueue<Task<?>> inject = new InjectQueue<>();
    private final LongAdder remoteSchedules = new LongAdder();
    private final BackgroundLane lane;
    private final Crew crew;
    private final AtomicInteger running;
    private final @Nullable WorkerAffinity affinity;

    private WorkStealingRuntime(Builder settings) {
        super(settings, Integer.highestOneBit(settings.workers * 4));
        name = settings.name;
        affinity = settings.affinity;
        budget = settings.budget;
        overflowKeepsTurn = settings.overflowKeepsTurn;
        idle = new Idle(settings.workers);
        lane = new BackgroundLane(this, Math.max(1, settings.workers - 1), idle::wakeOne);
        seats = new DriverSeat[settings.drivers()];
        workers = new Worker[settings.workers];
        running = new AtomicInteger(workers.length);
        Thread[] threads;
        try {
            for (int i = 0; i < seats.length; i++) {
                seats[i] = new DriverSeat(settings.driver, settings.clock);
            }
            for (int i = 0; i < workers.length; i++) {
                workers[i] = new Worker(i, this, seats[i % seats.length], settings);
            }
            crew = new Crew(
                    settings.threadsNamed("worker"),
                    workers.length,
                    settings.blockingThreads,
                    TimeUnit.NANOSECONDS.convert(settings.blockingKeepAlive));
            threads = Arrays.stream(workers).map(crew::hire).toArray(Thread[]::new);
        } catch (Throwable failed) {
            closeSeats();
            observers().stop();
            throw failed;
        }
        start(threads);
    }

    private void start(Thread[] threads) {
        int started = 0;
        try {
            for (; started < threads.length; started++) {
                threads[started].start();
            }
        } catch (Throwable failed) { // no more threads to be had, say
            for (; started < threads.length; started++) {
                left();
            }
            beginShutdown();
            throw failed;
        }
    }

    // ---- routing ----

    @Override
    boolean launch(Task<?> task) {
        Worker worker = currentWorker();
        if (worker == null) {
            return super.launch(task);
        }
        worker.countBegun();
        if (isClosing()) {
            return false;
        }
        try {
            worker.push(task);
        } catch (OutOfMemoryError none) {
            throw refused(task, none);
        }
        return true;
    }

    @Override
    void countEnded() {
        Worker worker = currentWorker();
        if (worker != null) {
            worker.counts.end();
        } else {
            super.countEnded();
        }
    }

    @Override
    long begunOnOwnCounts() {
        return Arrays.stream(workers).mapToLong(worker -> worker.counts.begun()).sum();
    }

    @Override
    long endedOnOwnCounts() {
        return Arrays.stream(workers).mapToLong(worker -> worker.counts.ended()).sum();
    }

    @Override
    public void schedule(Task<?> task) {
        Worker worker = currentWorker();
        if (worker != null) {
            worker.push(task);
        } else {
            remoteSchedules.increment();
            inject.add(task);
            wakeForShared();
        }
    }

    /**
     * Accepts a task that has had its turn. It goes behind all others, also behind those that have overflowed: the
     * queue of a worker then runs empty and takes them in, so that the turn goes round all tasks, however many. Where the
     * queues have room for all that is shared, they take it in as they go, and the task stays on its worker.
     */
    @Override
    public void requeue(Task<?> task) {
        Worker worker = currentWorker();
        if (worker == null || !worker.tryAppendTurn(task, overflowKeepsTurn ? overflowShare() : 0)) {
            inject.add(task);
            wakeForShared();
        }
    }

    /** A worker's part of what is shared, rounded up. */
    private int overflowShare() {
        return inject.isEmpty() ? 0 : (inject.size() + workers.length - 1) / workers.length;
    }

    /** Accepts a task that another worker should run at once, if one sleeps. */
    void share(Task<?> task) {
        inject.add(task);
        idle.wakeOne();
    }

    /**
     * For a shared task: a worker that is awake will see it soon, or the watcher sees that it does not. One that is in a
     * background poll may be so for long, and does not count.
     */
    private void wakeForShared() {
        if (idle.mayWake() && (idle.awake() <= lane.running() || inject.size() >= worthWaking())) {
            idle.wakeOne();
        }
    }

    private int worthWaking() {
        int least = Integer.MAX_VALUE;
        for (Worker worker : workers) {
            least = Math.min(least, worker.gauge().worthWaking());
        }
        return least;
    }

    private @Nullable Worker currentWorker() {
        Context cx = Context.current();
        return cx != null && cx.host() instanceof Worker worker && worker.runtime() == this && worker.isRunBy(cx)
                ? worker
                : null;
    }

    /** Shares some tasks, from the first on, and returns how many: not all if there is no memory for the rest. */
    int inject(List<Task<?>> tasks) {
        return inject.addAll(tasks);
    }

    /**
     * A worker takes its share of the shared queue: one to run, the rest into the older half of its own queue, which
     * neither overflows nor grows.
     */
    @Nullable Task<?> injected(WorkQueue<Task<?>> own) {
        if (inject.isEmpty()) {
            return null;
        }
        int room = Math.max(0, own.usualCapacity() / 2 - own.size());
        return inject.pollInto(own, 1 + Math.min(injectShare(), room));
    }

    int injectShare() {
        return inject.size() / workers.length;
    }

    int sharedSize() {
        return inject.size();
    }

    /** Tells whether there is anything that belongs to no worker: whoever goes to sleep looks at this once more. */
    boolean hasShared() {
        return !inject.isEmpty() || lane.isReady();
    }

    /** Tells whether there is anything that a worker with nothing to do had better take. */
    boolean hasBacklog() {
        if (hasShared()) {
            return true;
        }
        for (Worker worker : workers) {
            if (!worker.backlog.isEmpty() && worker.isWorthRobbing()) {
                return true;
            }
        }
        return false;
    }

    /** Tells whether there is so much that a sleeper had better be woken. */
    boolean isWorthWaking() {
        if (inject.size() >= worthWaking()) {
            return true;
        }
        for (Worker worker : workers) {
            if (worker.backlog.size() >= worker.gauge().worthWaking()) {
                return true;
            }
        }
        return false;
    }

    /** Tells whether shared tasks wait and nobody has taken any since the last watch. */
    boolean leavesWaiting(Watch watch) {
        if (lane.isReady()) {
            return true;
        }
        return watch.isLeftWaiting(inject.isEmpty(), inject.taken());
    }

    // ---- what workers ask for ----

    Idle idle() {
        return idle;
    }

    @Override
    BackgroundLane lane() {
        return lane;
    }

    Crew crew() {
        return crew;
    }

    /** The calling thread begins to run a worker. */
    void pin(Worker worker) {
        if (affinity != null) {
            contain(() -> affinity.pin(worker.index)); // that CPU may have gone offline: it then runs elsewhere
        }
    }

    Worker[] workers() {
        return workers;
    }

    DriverSeat[] seats() {
        return seats;
    }

    /** Takes a free seat, home first; null if every driver is attended. */
    @Nullable DriverSeat freeSeat(DriverSeat home) {
        if (home.tryTake()) {
            return home;
        }
        for (DriverSeat seat : seats) {
            if (seat.tryTake()) {
                return seat;
            }
        }
        return null;
    }

    boolean hasFreeSeat() {
        for (DriverSeat seat : seats) {
            if (seat.isFree()) {
                return true;
            }
        }
        return false;
    }

    // ---- life ----

    @Override
    public <T extends @Nullable Object> T blockOn(Pollable<T> pollable) {
        refuseOnWorker();
        return new BlockOn<>(this, budget, pollable).await();
    }

    @Override
    void handOver() {
        for (DriverSeat seat : seats) {
            contain(seat::handOver);
        }
    }

    @Override
    void stopRunners() {
        Throwable failure = null;
        for (Worker worker : workers) {
            failure = FirstFailure.of(Worker::unpark, worker, failure);
        }
        FirstFailure.rethrow(failure);
    }

    /** A worker has stopped. The last one turns off the light. */
    void left() {
        if (running.decrementAndGet() == 0) {
            closeSeats();
            crew.end();
            observers().stop();
        }
    }

    private void closeSeats() {
        for (DriverSeat seat : seats) {
            if (seat != null) { // the build may have failed half-way
                close(seat);
            }
        }
    }

    @Override
    boolean awaitRunners(long nanos) throws InterruptedException {
        return crew.awaitEnd(nanos);
    }

    @Override
    public <S> @Nullable S service(Class<S> type) {
        S common = commonService(type);
        if (common != null) {
            return common;
        }
        Worker worker = currentWorker();
        return worker != null ? worker.service(type) : seats[0].service(type);
    }

    @Override
    public RuntimeMetrics metrics() {
        return metrics(
                inject.size(),
                remoteSchedules.sum(),
                crew.spares(),
                Arrays.stream(workers).map(Worker::metrics).toList());
    }

    @Override
    public String toString() {
        return "runtime " + name;
    }

    /** Builds work-stealing runtimes. */
    public static final class Builder extends RuntimeBuilder<Builder> {
        /** What {@link #workers(int)} was told; before the build 0 if nothing. */
        int workers;

        int drivers;
        int queueCapacity = 16_384;
        boolean lifoSlot = true;
        Supplier<Parker> parkers = ThreadParker::new;

        /** Each can be switched off by the test that shows what it is for. */
        boolean watching = true;

        boolean overflowKeepsTurn = true;
        boolean weighsBacklog = true;
        int slotLimit = Worker.SLOT_LIMIT;
        long wakeWorthNanos = Gauge.WAKE_WORTH_NANOS;

        Builder() {}

        /**
         * Sets the number of worker threads, at least 1. By default it is the system property {@code weir.workers}, else
         * the environment variable {@code WEIR_WORKER_THREADS}, else the number of processors.
         */
        public Builder workers(int workers) {
            this.workers = atLeastOne("workers", workers);
            return this;
        }

        /** Sets the number of drivers, at least 1; one for every four workers by default. */
        public Builder drivers(int drivers) {
            this.drivers = atLeastOne("drivers", drivers);
            return this;
        }

        /**
         * Sets how many tasks each worker's own queue holds, a power of two; 16,384 by default. It has room for 256 at
         * first and grows as it must. A task for which there is no more room moves the younger half to the shared queue.
         */
        public Builder queueCapacity(int capacity) {
            if (capacity < 1 || Integer.bitCount(capacity) != 1) {
                throw new IllegalArgumentException("queueCapacity must be a power of two, was " + capacity);
            }
            this.queueCapacity = capacity;
            return this;
        }

        /**
         * Pins workers to CPUs: worker {@code i} to {@code cpus[i % cpus.length]}, whichever thread runs it. Off by
         * default, as the system mostly knows better; it helps where CPUs are set aside for this process.
         *
         * <p>On Linux a thread that a task starts inherits the CPU of its worker. Threads for blocking calls do not:
         * they may use what the thread may use that calls this method.
         *
         * <p>Needs the library {@code net.openhft:affinity}, tested with 2026.2, on the class path or among the resolved
         * modules.
         *
         * @param cpus at least one, by the system's numbers, each of which the calling thread may use
         * @throws UnsupportedOperationException without the library, or where it cannot pin threads
         */
        public Builder workerAffinity(int... cpus) {
            this.affinity = new WorkerAffinity(AffinityLibrary.find(), cpus);
            return this;
        }

        /** Sets whether the task woken last by a task runs next; true by default. */
        public Builder lifoSlot(boolean enabled) {
            this.lifoSlot = enabled;
            return this;
        }

        /** Sets whether a sleeper looks after what long polls hold up. */
        Builder watching(boolean enabled) {
            this.watching = enabled;
            return this;
        }

        /** Sets whether a task that has had its turn goes behind the overflow. */
        Builder overflowKeepsTurn(boolean enabled) {
            this.overflowKeepsTurn = enabled;
            return this;
        }

        /** Sets whether what waits counts for when a busy worker looks at its drivers and at the shared queue. */
        Builder weighsBacklog(boolean enabled) {
            this.weighsBacklog = enabled;
            return this;
        }

        /** Sets how many tasks a turn runs out of the slot. */
        Builder slotLimit(int limit) {
            this.slotLimit = limit;
            return this;
        }

        /** Sets what a backlog must be worth to wake a sleeper. */
        Builder wakeWorthNanos(long nanos) {
            this.wakeWorthNanos = nanos;
            return this;
        }

        /** Sets what workers park on, for model checkers and simulators. */
        Builder parkers(Supplier<Parker> parkers) {
            this.parkers = parkers;
            return this;
        }

        @Override
        public WorkStealingRuntime build() {
            if (workers == 0) {
                workers = DefaultWorkers.of(System.getProperties()::getProperty, System::getenv);
            }
            if (clock instanceof ManualClock) { // nobody can tell when several workers have nothing else to do
                throw new IllegalStateException(
                        "a paused clock needs TaskRuntime.currentThread(): workers run on, whatever it shows");
            }
            return new WorkStealingRuntime(this);
        }

        int drivers() {
            return drivers > 0 ? drivers : Math.max(1, workers / 4);
        }

        RandomGenerator random(int worker) {
            return new SplittableRandom(seed + worker);
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
