package dev.weir.runtime;

import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Task;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One thread that polls tasks.
 *
 * <p>Where the next task comes from: its {@link Backlog}, the shared queue, the backlog of another; where it sleeps: {@link Rest}.
 * Fairness rests on counts, not on clocks: a turn runs at most {@value #SLOT_LIMIT} tasks out of the slot before the
 * queue's next, and every so many turns the worker looks elsewhere ({@link Pace}).
 *
 * <p>Fields without a note belong to the worker's thread.
 */
final class Worker extends Idle.Sleeper implements Runnable, Host {
    /** Polls out of the slot in one turn; Tokio's number. */
    static final int SLOT_LIMIT = 3;

    final int index;
    final Backlog backlog;

    private final WorkStealingRuntime runtime;
    private final Idle idle;
    private final DriverSeat home;
    private final RandomGenerator random;
    private final boolean slotEnabled;
    private final int slotLimit;
    private final boolean watching;

    final WorkerCounts counts = new WorkerCounts();
    private final Gauge gauge;
    private final Pace pace;
    private final Rest rest;
    private final Tenure tenure;
    private final BackgroundLane lane;
    private final LaneTurn laneTurn;
    private final @Nullable ThreadHooks hooks;
    /** Null unless somebody wants to know of polls. */
    private final @Nullable Observer observer;

    /** In which turn a watcher found it stuck; written by watchers. */
    private volatile long stuckAt = -1;

    private boolean searching;
    /** Has run nothing since it woke up. */
    private boolean fresh;

    private boolean driving;
    private boolean polling;

    private @Nullable Thread thread;

    Worker(int index, WorkStealingRuntime runtime, DriverSeat home, WorkStealingRuntime.Builder settings) {
        this.index = index;
        this.runtime = runtime;
        this.idle = runtime.idle();
        this.home = home;
        this.gauge = new Gauge(settings.wakeWorthNanos);
        this.slotLimit = settings.slotLimit;
        this.watching = settings.watching;
        this.backlog = new Backlog(runtime, counts, settings.queueCapacity, settings.workers == 1);
        this.tenure = new Tenure(this, settings.budget);
        this.random = settings.random(index);
        this.slotEnabled = settings.lifoSlot;
        this.lane = runtime.lane();
        this.laneTurn = new LaneTurn(gauge);
        this.hooks = settings.threadHooks;
        this.observer = runtime.observers().add();
        this.pace = new Pace(gauge, settings);
        this.rest = new Rest(this, runtime, home, settings);
    }

    /** Until the runtime has stopped, or this worker was handed over to another thread. */
    @Override
    public void run() {
        Context cx = tenure.context();
        polling = false; // what the thread before was in, if there was one, is no poll of this thread's
        thread = Thread.currentThread();
        runtime.pin(this);
        cx.enter();
        try {
            while (isRunBy(cx) && !runtime.isStopped()) {
                step(cx);
            }
        } finally {
            cx.leave();
            if (isRunBy(cx)) {
                runtime.left();
            } else {
                tenure.release(cx);
            }
        }
    }

    private void step(Context cx) {
        try {
            Task<?> task = laneTurn.isDue() ? null : next();
            if (task != null) {
                turn(task, cx);
            } else if (!turnInBackground(cx)) {
                sleep();
            }
        } catch (Throwable thrown) { // out of memory, say: the worker outlives it, the tasks are where they were
            runtime.undeliverable(thrown);
        }
    }

    /** Runs a task, and what it puts into the slot, within one budget. */
    private void turn(Task<?> task, Context cx) {
        counts.turn();
        cx.budget().refill();
        Task<?> current = task;
        for (int chained = 0; ; chained++) {
            counts.polls++;
            poll(current, cx);
            if (!isRunBy(cx)) {
                return; // handed over: from here on everything belongs to another thread
            }
            polling = false;
            Task<?> hot = backlog.takeHot();
            if (hot == null) {
                return;
            }
            if (chained == slotLimit || cx.budget().isExhausted()) {
                appended(backlog.setBack(hot));
                return;
            }
            current = hot;
        }
    }

    private void poll(Task<?> task, Context cx) {
        if (runtime.isClosing()) {
            task.cancel(); // no registry knows it if it has never waited
        }
        polling = true;
        if (observer == null) {
            task.run(cx);
        } else {
            observer.run(task, cx);
        }
    }

    /**
     * Runs a task that gives way to others: when there is nothing else, not even an event, or when it is the lane's
     * turn. What its poll wakes is offered to other workers, as the poll may be long.
     *
     * @return false if there was none and the worker may sleep
     */
    private boolean turnInBackground(Context cx) {
        boolean due = laneTurn.isDue();
        laneTurn.asked();
        if (lane.isEmpty()) {
            return due;
        }
        if (!due) {
            drive(home);
            if (!backlog.isEmpty()) {
                return true;
            }
        }
        Task<?> task = lane.take();
        if (task == null) {
            return due;
        }
        found();
        gauge.measure(counts.polls, counts.ended(), counts.yields);
        counts.turn();
        cx.budget().refill();
        counts.polls++;
        counts.backgroundPolls++;
        laneTurn.begin();
        try {
            poll(task, cx);
        } finally {
            if (isRunBy(cx)) {
                polling = false;
                leaveLane();
                laneTurn.end(counts.polls);
            }
        }
        return true;
    }

    private void leaveLane() {
        if (!laneTurn.isRunning()) {
            return; // the poll has blocked in place
        }
        laneTurn.leave();
        lane.leave();
        gauge.restart(counts.polls, counts.ended(), counts.yields);
        if (lane.isReady() && (!backlog.isEmpty() || runtime.injectShare() > 0)) {
            wakeOne(); // this worker has other things to do
        }
    }

    // ---- where tasks come from ----

    private @Nullable Task<?> next() {
        if (pace.lookIsDue()) {
            lookAround();
        }
        Task<?> task = pace.sharedIsDue() ? takeShared() : null;
        if (task == null) {
            task = backlog.take();
        }
        if (task == null) {
            task = runtime.injected(backlog.queue);
        }
        if (task == null) {
            task = search();
        }
        if (task != null) {
            found();
        }
        return task;
    }

    /** A task was found, which it is on no account to cost: what is thrown here goes no further. */
    private void found() {
        try {
            stopSearching();
        } catch (Throwable thrown) { // by a driver that cannot be woken, say
            runtime.undeliverable(thrown);
        }
    }

    private void stopSearching() {
        boolean searched = searching;
        if (searched) {
            searching = false;
            if (idle.stopSearching() && runtime.isWorthWaking()) {
                wakeOne(); // wake-ups chain: each that finds work calls the next
            }
        }
        if ((fresh || searched) && watching) {
            fresh = false;
            idle.ensureWatcher(); // it may have been the watcher, or nobody was woken to watch because it searched
        }
    }

    private @Nullable Task<?> search() {
        searching = searching || idle.trySearch();
        if (!searching) {
            return null;
        }
        Worker[] workers = runtime.workers();
        int start = workers.length == 1 ? 0 : random.nextInt(workers.length);
        for (int i = 0; i < workers.length; i++) {
            Worker victim = workers[(start + i) % workers.length];
            if (victim != this && victim.isWorthRobbing()) {
                Task<?> task = victim.backlog.queue.stealInto(backlog.queue);
                if (task != null) {
                    counts.steals++;
                    counts.stolen += 1 + backlog.size();
                    return task;
                }
            }
        }
        return runtime.injected(backlog.queue);
    }

    /** To be run at once: at the end of a full queue it would be the first to overflow back to where it came from. */
    private @Nullable Task<?> takeShared() {
        int before = backlog.size();
        Task<?> task = runtime.injected(backlog.queue);
        pace.tookShared(1 + Math.max(0, backlog.size() - before), backlog.size(), runtime.injectShare());
        return task;
    }

    /** A busy worker serves drivers that nobody sits in. */
    private void lookAround() {
        gauge.measure(counts.polls, counts.ended(), counts.yields);
        laneTurn.look(counts.polls, !lane.isEmpty());
        drive(home);
        if (runtime.seats().length > 1) {
            drive(runtime.seats()[random.nextInt(runtime.seats().length)]);
        }
        renew();
        looked();
        gauge.restart(counts.polls, counts.ended(), counts.yields);
    }

    private void looked() {
        pace.looked(backlog.size(), runtime.injectShare());
    }

    private void renew() {
        if (pace.renewalIsDue() && backlog.renew()) {
            pace.renewed();
        }
    }

    void drive(DriverSeat seat) {
        if (seat.tryTake()) {
            driving = true;
            try {
                seat.poll();
            } finally {
                driving = false;
                seat.leave();
            }
            wakeForBacklog();
        }
    }

    // ---- where tasks go ----

    /** A task woken or spawned by this worker's thread. */
    void push(Task<?> task) {
        if (laneTurn.isRunning()) {
            runtime.share(task); // the poll may be long
        } else if (driving || !slotEnabled) {
            append(task); // events come in an order, and each has its own cache lines
        } else {
            Task<?> displaced = backlog.putHot(task);
            if (displaced != null) {
                appended(backlog.appendDisplaced(displaced));
            }
        }
    }

    /**
     * A task that has had its turn and wants another. It goes to the back of this queue if that has room, without
     * growing, for this worker's share of what is shared too: all of that soon comes in here. Else it is left to the caller to put it
     * behind the overflow.
     */
    boolean tryAppendTurn(Task<?> task, int share) {
        counts.yields++;
        if (share > 0) {
            if (backlog.size() + share >= backlog.queue.usualCapacity()) {
                return false;
            }
            pace.turnStays(backlog.size(), share);
        }
        append(task);
        return true;
    }

    /** A task that goes behind its peers. */
    void append(Task<?> task) {
        appended(backlog.append(task));
    }

    private void appended(boolean overflown) {
        if (!driving) {
            wakeFor(backlog.size() + (overflown ? runtime.sharedSize() : 0));
        }
    }

    private void wakeForBacklog() {
        wakeFor(backlog.size());
    }

    private void wakeFor(int waiting) {
        if (waiting >= gauge.worthWaking()) {
            wakeOne();
        }
    }

    private void wakeOne() {
        if (idle.wakeOne()) {
            counts.wakeups++;
        }
    }

    // ---- sleeping ----

    private void sleep() {
        if (hooks == null) {
            rest();
            return;
        }
        hook(hooks::onPark);
        if (backlog.isEmpty()) {
            rest();
        }
        hook(hooks::onUnpark);
    }

    /** What a hook wakes goes to the queue, where it is seen before the worker rests. */
    private void hook(Runnable hook) {
        driving = true;
        try {
            runtime.contain(hook);
        } finally {
            driving = false;
        }
    }

    private void rest() {
        gauge.measure(counts.polls, counts.ended(), counts.yields);
        counts.noops += fresh ? 1 : 0;
        counts.fallsAsleep();
        boolean inDriver = rest.sleep(searching && idle.stopSearching());
        if (inDriver && runtime.seats().length == 1) {
            looked(); // the wait was a look: one more now would report the same events again
        }
        wakeForBacklog();
    }

    /** After a rest, whatever ended it; who was woken searches, as {@link Idle} has counted already. */
    void wokeUp(boolean searches) {
        searching = searches;
        fresh = true;
        counts.wakesUp(gauge.restart(counts.polls, counts.ended(), counts.yields));
    }

    /** Waits in a seat that this worker holds. */
    void parkIn(DriverSeat seat, long nanos) {
        driving = true;
        try {
            seat.park(nanos);
        } finally {
            driving = false;
        }
    }

    @Override
    void unpark() {
        rest.unpark();
    }

    // ---- blocking ----

    /** Tells whether the thread that polls with this context runs this worker, and so owns what belongs to its thread. */
    boolean isRunBy(Context cx) {
        return tenure.isOf(cx);
    }

    /**
     * Hands this worker over to another thread while the calling one, which runs it, blocks (see {@link Tenure#lend}).
     */
    <T extends @Nullable Object> T blockInPlace(Callable<T> call) throws Exception {
        if (driving) {
            throw new IllegalStateException("blockInPlace in a waker or a hook on "
                    + Thread.currentThread().getName() + " would hold up the events of all: block in a task");
        }
        leaveLane(); // a background poll would compute nothing for now
        if (observer != null) {
            observer.lose();
        }
        return tenure.lend(runtime.crew(), call);
    }

    // ---- watching ----

    /**
     * Takes work off another worker, which is stuck or has more than it gets through.
     *
     * @return false if there was nothing to be had
     */
    boolean relieve(Worker other, boolean stuck) {
        Task<?> task = stuck ? other.backlog.rescueInto(backlog.queue) : other.backlog.queue.stealInto(backlog.queue);
        if (task == null) {
            return false;
        }
        backlog.keep(task);
        if (stuck) {
            other.stuckAt = other.counts.turns();
            counts.rescues++;
        } else {
            counts.steals++;
            counts.stolen += 1 + backlog.size();
        }
        return true;
    }

    /** Thief: tells whether its tasks gain by moving, or would wait for a poll that was found to be long. */
    boolean isWorthRobbing() {
        return gauge.isWorthMoving() || stuckAt == counts.turns();
    }

    Gauge gauge() {
        return gauge;
    }

    // ---- counting ----

    /**
     * Counts a task as begun, on this worker's thread. Within a poll the polled task is live until after this, so no
     * order is needed between this count and the look whether the runtime is closing; but a hook comes after the poll.
     */
    void countBegun() {
        counts.begin(!polling || observer != null);
    }

    // ---- services ----

    /** Looks around no later than the yielding task is at the head of the queue again. */
    @Override
    public void yielding() {
        Context cx = Context.current();
        if (cx != null && isRunBy(cx)) { // else this worker was handed over during the poll
            pace.yielding(backlog.size());
        }
    }

    WorkStealingRuntime runtime() {
        return runtime;
    }

    @Nullable Observer observer() {
        return observer;
    }

    WorkerMetrics metrics() {
        Thread runner = thread;
        return new WorkerMetrics(
                index,
                runner == null ? 0 : runner.getId(),
                asleep,
                backlog.size(),
                counts.turns(),
                counts.polls,
                counts.backgroundPolls,
                counts.pushes,
                counts.overflows,
                counts.steals,
                counts.stolen,
                counts.parks,
                counts.noops,
                counts.wakeups,
                counts.rescues,
                tenure.exhaustions(),
                counts.busy(asleep),
                Duration.ofNanos(gauge.meanNanos()),
                Observer.pollTimesOf(observer),
                Observer.latenciesOf(observer));
    }

    @Override
    public <S> @Nullable S service(Class<S> type) {
        S common = runtime.commonService(type);
        return common != null ? common : home.service(type);
    }

    @Override
    public String toString() {
        return "worker " + index + " of " + runtime;
    }
}
