package dev.weir.runtime;

import dev.weir.task.Context;
import dev.weir.task.Pollable;
import dev.weir.task.Task;
import dev.weir.task.Waker;
import dev.weir.time.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs its tasks on whichever thread is inside {@link #blockOn}, and only then. No thread of its own, tasks in the
 * order of their wakes: with a {@link ManualClock}, which it advances to the next timer whenever nothing else can run, a
 * program without I/O runs the same way every time.
 *
 * <p>What holds a paused clock back: a task that can run, among them one that was woken from another thread before this
 * one looked; a blocking call that waits or runs, whose end lets time go on; and {@link ManualClock#autoAdvance}. Tasks
 * that wait for sockets do not.
 *
 * <p>Several threads may block on it: one of them drives, the others wait for their results and take over when it
 * leaves. If the runtime shuts down meanwhile, it closes the tasks before it leaves. What tasks have flushed is with
 * the system when a thread leaves, though perhaps nobody drives after that. An interrupt does not end the wait; one that
 * comes while the thread waits in the driver is forgotten.
 */
public sealed class CurrentThreadRuntime extends RuntimeCore implements SteppedRuntime permits LocalRuntime {
    private static final int REMOTE_INTERVAL = 31;
    private static final int DRIVER_INTERVAL = 61;
    /** Background tasks get a turn among others once in so many polls. */
    private static final int LANE_INTERVAL = 1024;

    private final ReentrantLock core = new ReentrantLock();
    private final DriverSeat seat;
    private final Context context;
    private final int driverInterval;
    private final LocalQueue queue;
    private final BackgroundLane lane;
    private final @Nullable ThreadHooks hooks;
    private final @Nullable Observer observer;
    /** Threads that wait for another to drive; each is woken by its own result, or to take over. */
    private final ConcurrentLinkedQueue<Parker> waiters = new ConcurrentLinkedQueue<>();

    private int untilLook;
    /** A change of the clock by the driving thread is no news to it. */
    private final Waker clockChanged = this::unparkUnlessDriving;

    private boolean seatClosed;
    /** Of the driving thread: it was interrupted before, which is no task's business. */
    private boolean interrupted;

    private long laneDueAt = LANE_INTERVAL;
    private final PollerCounts counts = new PollerCounts();

    CurrentThreadRuntime(RuntimeBuilder<?> settings) {
        super(settings, 1);
        lane = new BackgroundLane(this, 1, this::unparkUnlessDriving);
        hooks = settings.threadHooks;
        context = new Context(this, settings.budget);
        driverInterval = settings.driverInterval > 0 ? settings.driverInterval : DRIVER_INTERVAL;
        queue = new LocalQueue(settings.sharedInterval > 0 ? settings.sharedInterval : REMOTE_INTERVAL);
        seat = new DriverSeat(settings.driver, settings.clock);
        try {
            observer = observers().add();
        } catch (Throwable failed) { // no thread to be had that watches
            close(seat);
            throw failed;
        }
        if (settings.clock instanceof ManualClock manual) {
            manual.follow(clockChanged);
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>If no other thread drives and no task waits to be polled, the pollable is polled at once; otherwise it goes behind
     * those that wait.
     */
    @Override
    public <T extends @Nullable Object> T blockOn(Pollable<T> pollable) {
        refuseOnWorker();
        Task<T> task = prepare(pollable, null);
        try {
            if (!admit()) {
                refuse(task);
            } else if (!runHere(task)) {
                submit(task, this);
                await(task);
            }
        } finally {
            leave();
        }
        return resultOf(task);
    }

    /**
     * Runs a new task to its end, if this thread may drive and the task would be the next to run anyway: it then passes no
     * queue between threads and wakes nobody.
     */
    private boolean runHere(Task<?> task) {
        if (!core.tryLock()) {
            return false;
        }
        try {
            if (!queue.isEmpty()) {
                return false;
            }
            queue.add(task);
            drive(task::isDone);
            return true;
        } finally {
            core.unlock();
        }
    }

    private void await(Task<?> task) {
        ThreadParker parker = new ThreadParker();
        task.onEnd(parker::unpark);
        try {
            while (!task.isDone()) {
                if (core.tryLock()) {
                    try {
                        drive(task::isDone);
                    } finally {
                        core.unlock();
                    }
                } else {
                    waiters.add(parker);
                    if (core.isLocked() && !task.isDone()) {
                        parker.park(Long.MAX_VALUE);
                    }
                    waiters.remove(parker);
                }
            }
        } finally {
            parker.restoreInterrupt();
        }
    }

    /** A thread that drove goes, or one that waited for its turn: nobody else may be there to end the runtime. */
    private void leave() {
        try {
            handOver();
            if (isClosing() && core.tryLock()) { // who holds it will come here as well
                try {
                    finish();
                } finally {
                    core.unlock();
                }
            }
        } finally {
            Parker next = waiters.peek();
            if (next != null) {
                next.unpark();
            }
        }
    }

    /** Runs tasks on the calling thread, which holds the core, until it has nothing more to wait for. */
    private void drive(BooleanSupplier over) {
        begin();
        try {
            while (!over.getAsBoolean()) {
                turn(over);
            }
        } finally {
            end();
        }
    }

    private void begin() {
        interrupted = Thread.interrupted();
        context.enter();
        counts.begin();
    }

    private void end() {
        counts.end();
        context.leave();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void turn(BooleanSupplier over) {
        for (untilLook = driverInterval; untilLook > 0; untilLook--) {
            Task<?> task = queue.poll();
            if (task == null) {
                waitForWork();
                return;
            }
            run(task);
            if (over.getAsBoolean()) {
                return; // before a wait that nobody might end
            }
        }
        seat.poll();
        if (counts.polls() >= laneDueAt) {
            laneDueAt = counts.polls() + LANE_INTERVAL;
            runInBackground();
        }
    }

    private void run(Task<?> task) {
        counts.poll();
        context.budget().refill();
        if (isClosing()) {
            task.cancel(); // no registry knows it if it has never waited
        }
        if (observer == null) {
            task.run(context);
        } else {
            observer.run(task, context);
        }
    }

    private boolean runInBackground() {
        Task<?> task = lane.take();
        if (task == null) {
            return false;
        }
        counts.backgroundPoll();
        try {
            run(task);
        } finally {
            lane.leave();
        }
        return true;
    }

    private void waitForWork() {
        if (!lane.isEmpty()) {
            seat.poll(); // events go first
            if (queue.isEmpty() && runInBackground()) {
                return;
            }
        }
        counts.runsDry();
        if (hooks == null) {
            park();
        } else {
            contain(hooks::onPark);
            park();
            contain(hooks::onUnpark);
        }
    }

    private void park() {
        if (!queue.isEmpty() || !lane.isEmpty()) {
            seat.poll(); // a hook that always brings work must not keep events and timers out (tokio#8212)
            return;
        }
        counts.park();
        try {
            awaitWork();
        } finally {
            counts.unpark();
        }
    }

    private void awaitWork() {
        ManualClock manual = pausedClock();
        if (manual == null) {
            if (queue.isEmpty()) {
                seat.park(Long.MAX_VALUE);
            }
            return;
        }
        // Asked first: a call that ends later has woken its task before it is no longer counted.
        boolean blocked = blocking().live() > 0;
        seat.poll();
        if (!queue.isEmpty() || !lane.isEmpty()) {
            return;
        }
        long ahead = blocked ? Long.MAX_VALUE : seat.timers().nanosUntilNext();
        if (ahead != Long.MAX_VALUE && manual.advanceAutomatically(ahead)) {
            seat.poll();
        } else {
            seat.parkUntilUnparked(); // and not for a timer: whoever changes the clock unparks
        }
    }

    @Override
    public long runUntilIdle() {
        refuseOnWorker();
        if (!core.tryLock()) {
            throw new IllegalStateException("another thread runs the tasks of " + this);
        }
        try {
            long before = counts.polls();
            begin();
            try {
                drain();
            } finally {
                end();
            }
            return counts.polls() - before;
        } finally {
            core.unlock();
            leave();
        }
    }

    private void drain() {
        for (int i = 1; !seatClosed; i++) {
            Task<?> task = queue.poll();
            if (task != null) {
                run(task);
            }
            if (task == null || i % driverInterval == 0) {
                boolean blocked = blocking().live() > 0; // before the look at the queues, as in awaitWork
                seat.poll();
                if (queue.isEmpty() && !runInBackground()) {
                    if (!blocked) {
                        return;
                    }
                    if (pausedClock() == null) {
                        seat.park(Long.MAX_VALUE);
                    } else {
                        seat.parkUntilUnparked();
                    }
                }
            }
        }
    }

    @Override
    public void advance(Duration duration) {
        ManualClock manual = requirePausedClock();
        runUntilIdle();
        manual.advance(duration);
        runUntilIdle();
    }

    @Override
    public void elapse(Duration duration) {
        ManualClock manual = requirePausedClock();
        runUntilIdle();
        long left = TimeUnit.NANOSECONDS.convert(duration);
        for (long ahead = nanosUntilNextTimer(); ahead < left; ahead = nanosUntilNextTimer()) {
            manual.advance(Duration.ofNanos(ahead));
            left -= ahead;
            runUntilIdle();
        }
        manual.advance(Duration.ofNanos(left));
        runUntilIdle();
    }

    private ManualClock requirePausedClock() {
        ManualClock manual = pausedClock();
        if (manual == null) {
            throw new IllegalStateException("the clock of " + this + " is not paused: build it with a ManualClock");
        }
        return manual;
    }

    private @Nullable ManualClock pausedClock() {
        return clock() instanceof ManualClock manual && manual.isPaused() ? manual : null;
    }

    @Override
    public long nanosUntilNextTimer() {
        return seat.timers().nanosUntilNext();
    }

    @Override
    public void schedule(Task<?> task) {
        if (Context.current() == context) {
            queue.add(task);
        } else {
            queue.addFromOutside(task);
            seat.unpark(); // sticky, so the driving thread cannot miss it between its look and its wait
        }
    }

    @Override
    BackgroundLane lane() {
        return lane;
    }

    @Override
    public void requeue(Task<?> task) {
        schedule(task);
    }

    /** Looks at the driver no later than the yielding task is at the head of the queue again. */
    @Override
    public void yielding() {
        if (Context.current() == context) {
            untilLook = Math.min(untilLook, queue.localSize() + 1);
        }
    }

    @Override
    public <S> @Nullable S service(Class<S> type) {
        S common = commonService(type);
        return common != null ? common : seat.service(type);
    }

    @Override
    public RuntimeMetrics metrics() {
        counts.observe();
        return metrics(
                queue.remoteDepth(),
                queue.remoteAdded(),
                0,
                List.of(counts.metrics(queue, context.budget(), observer)));
    }

    @Override
    void stopRunners() {
        seat.unpark();
    }

    /** Closes the cancelled tasks on the calling thread, unless the one that drives has done so. */
    @Override
    boolean awaitRunners(long nanos) throws InterruptedException {
        // The first try is for who is interrupted; a driving thread leaves once its own task is cancelled.
        if (!core.tryLock() && !core.tryLock(nanos, TimeUnit.NANOSECONDS)) {
            return false;
        }
        try {
            // The thread may be in a poll of another runtime, which has to wait as it would for threads.
            BlockInPlace.outside(Context.current(), this::finish);
        } finally {
            core.unlock();
        }
        return true;
    }

    /** With the core, once the runtime is closing. */
    private void finish() {
        drive(this::isStopped);
        if (!seatClosed) {
            seatClosed = true;
            if (clock() instanceof ManualClock manual) {
                manual.unfollow(clockChanged);
            }
            close(seat);
            observers().stop();
            finished();
        }
    }

    @Override
    void handOver() {
        contain(seat::handOver);
    }

    /** Every task is closed, and so is the driver. */
    void finished() {}

    /** Time may go on, and who runs until idle may be waiting for this. */
    @Override
    void blockingCallEnded() {
        seat.unpark();
    }

    private void unparkUnlessDriving() {
        if (Context.current() != context) {
            seat.unpark();
        }
    }

    @Override
    public String toString() {
        return "a current-thread runtime";
    }

    /** Builds current-thread runtimes. */
    public static final class Builder extends RuntimeBuilder<Builder> {
        Builder() {}

        @Override
        public CurrentThreadRuntime build() {
            return new CurrentThreadRuntime(this);
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
