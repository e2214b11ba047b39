package dev.weir.runtime;

import dev.weir.queue.WorkQueue;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One thread that polls tasks, and what it keeps for that: a queue that others may steal from, and in front of it a
 * slot for the task woken last, whose data is still in the cache.
 *
 * <p>Where the next task comes from: slot, own queue, shared queue, the queue of another. Where it sleeps: in a free
 * driver, its home first; else on its parker. Fairness rests on counts, not on clocks: a turn runs at most
 * {@value #SLOT_LIMIT} tasks out of the slot before the queue's next; once in so many turns the next task is the shared
 * queue's oldest; and after at least as many turns as there were tasks waiting, the worker looks at its drivers without
 * waiting. Work overflown to the shared queue therefore keeps its turn among what the driver brings in (where a fixed
 * interval lets fresh events overtake it for ever).
 *
 * <p>Fields without a note belong to the worker's thread.
 */
final class Worker extends Idle.Sleeper implements Runnable, Host {
    private static final AtomicLongFieldUpdater<Worker> TURNS =
            AtomicLongFieldUpdater.newUpdater(Worker.class, "turns");
    private static final AtomicLongFieldUpdater<Worker> BEGUN =
            AtomicLongFieldUpdater.newUpdater(Worker.class, "begun");
    private static final AtomicLongFieldUpdater<Worker> ENDED =
            AtomicLongFieldUpdater.newUpdater(Worker.class, "ended");

    /** Polls out of the slot in one turn; Tokio's number. */
    static final int SLOT_LIMIT = 3;

    /** The farthest apart two looks around may be, in turns, however much is waiting. */
    private static final int MAX_INTERVAL = 4096;

    /** A look at a driver is a system call, which costs as much as some ten of the shortest polls. */
    private static final int MAX_DRIVER_INTERVAL = 256;

    private static final int MAX_SHARED_INTERVAL = 127;

    /** Looks at the drivers after which what holds tasks is made anew. */
    private static final int LOOKS_A_RENEWAL = 64;

    /** While there is other work, background tasks get one part of a worker's time and the others so many. */
    private static final int LANE_SHARE = 15;

    private static final int MAX_LANE_INTERVAL = 1 << 16;

    private static final long WATCH_NANOS = 1_000_000;
    private static final int QUIET_WATCHES = 8;

    final int index;
    /** Thieves take from it. */
    final WorkQueue<Task<?>> queue;
    /** Thieves empty it while the owner is in a long poll. Replaced now and then, see {@link WorkQueue#renew}. */
    private volatile AtomicReference<@Nullable Task<?>> slot = new AtomicReference<>();
    /** Turns begun; the watcher reads it to see whether the worker gets on. */
    private volatile long turns;
    /** Tasks spawned and ended by this worker's thread. */
    private volatile long begun;

    private volatile long ended;

    /** Where to unpark the worker: a seat, or null for the parker. Set before it counts as asleep. */
    private volatile @Nullable DriverSeat parkedIn;

    private final WorkStealingRuntime runtime;
    private final Idle idle;
    private final Parker parker;
    private final DriverSeat home;
    private final RandomGenerator random;
    /** Turns between two looks at the drivers and at the shared queue; 0 for what the gauge says. */
    private final int driverInterval;

    private final int sharedInterval;
    private final int budget;
    private final boolean slotEnabled;
    private final int slotLimit;
    private final boolean watching;
    private final boolean weighsBacklog;
    /** There are no others, so nobody rescues or steals. */
    private final boolean alone;

    private final Watch watch;
    private final Gauge gauge;
    private final BackgroundLane lane;
    private final @Nullable ThreadHooks hooks;
    /** Null unless somebody wants to know of polls. */
    private final @Nullable Observer observer;

    /** Of the thread that runs this worker now; another's since a {@linkplain #blockInPlace handover}. */
    private Context context;

    /** Those of threads that are at no worker now; with their locals, so that a handover is cheap. */
    private final ConcurrentLinkedQueue<Context> spareContexts = new ConcurrentLinkedQueue<>();

    private long exhaustionsElsewhere;
    private boolean searching;
    /** Has run nothing since it woke up. */
    private boolean fresh;

    private boolean driving;
    private boolean polling;
    private int untilLook;
    private int untilShared;
    private int untilRenewal;
    private @Nullable Task<?> rescued;

    /** The lane of background tasks has waited long enough. */
    private boolean laneDue;
    /** When it has, counted in polls. */
    private long laneDueAt;

    private boolean slotOpen;
    private boolean inLane;

    /** Counters for {@link WorkerMetrics}; published by the volatile writes of the queue and the idle counts. */
    private long polls;

    private long pushes;
    /** Turns after which the task was ready again. */
    private long yields;

    private long busyNanos;
    private long awakeSince = System.nanoTime();
    private long noops;
    private long stolen;
    private long steals;
    private long overflows;
    private long parks;
    private long wakeups;
    private long rescues;
    private long backgroundPolls;
    private @Nullable Thread thread;

    Worker(int index, WorkStealingRuntime runtime, DriverSeat home, WorkStealingRuntime.Builder settings) {
        this.index = index;
        this.runtime = runtime;
        this.idle = runtime.idle();
        this.home = home;
        this.gauge = new Gauge(settings.wakeWorthNanos);
        this.slotLimit = settings.slotLimit;
        this.watching = settings.watching;
        this.weighsBacklog = settings.weighsBacklog;
        this.alone = settings.workers == 1;
        this.queue = new WorkQueue<>(settings.queueCapacity, !alone);
        this.parker = settings.parkers.get();
        this.budget = settings.budget;
        this.context = new Context(this, budget);
        this.random = settings.random(index);
        this.driverInterval = settings.driverInterval;
        this.sharedInterval = settings.sharedInterval;
        this.slotEnabled = settings.lifoSlot;
        this.slotOpen = slotEnabled;
        this.lane = runtime.lane();
        this.hooks = settings.threadHooks;
        this.observer = runtime.observers().add();
        this.untilLook = driverInterval();
        this.untilShared = sharedInterval();
        this.watch = new Watch(settings.workers, settings.drivers());
    }

    /** Until the runtime has stopped, or this worker was handed over to another thread. */
    @Override
    public void run() {
        Context cx = context;
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
                spareContexts.add(cx);
            }
        }
    }

    private void step(Context cx) {
        try {
            Task<?> task = laneDue ? null : next();
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
        TURNS.lazySet(this, turns + 1);
        cx.budget().refill();
        Task<?> current = task;
        for (int chained = 0; ; chained++) {
            polls++;
            poll(current, cx);
            if (!isRunBy(cx)) {
                return; // handed over: from here on everything belongs to another thread
            }
            polling = false;
            Task<?> hot = takeSlot();
            if (hot == null) {
                return;
            }
            if (chained == slotLimit || cx.budget().isExhausted()) {
                pushes--;
                append(hot);
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
        boolean due = laneDue;
        laneDue = false;
        if (lane.isEmpty()) {
            return due;
        }
        if (!due) {
            drive(home);
            if (!queue.isEmpty()) {
                return true;
            }
        }
        Task<?> task = lane.take();
        if (task == null) {
            return due;
        }
        found();
        gauge.measure(polls, ended, yields);
        long start = System.nanoTime();
        TURNS.lazySet(this, turns + 1);
        cx.budget().refill();
        inLane = true;
        slotOpen = false;
        polls++;
        backgroundPolls++;
        try {
            poll(task, cx);
        } finally {
            if (isRunBy(cx)) {
                polling = false;
                leaveLane();
                laneDueAt = polls + lanePause(System.nanoTime() - start);
            }
        }
        return true;
    }

    /** How many turns others have before the lane is due again. */
    private long lanePause(long nanos) {
        return Math.min(MAX_LANE_INTERVAL, 1 + LANE_SHARE * nanos / Math.max(1, gauge.meanNanos()));
    }

    private void leaveLane() {
        if (!inLane) {
            return; // the poll has blocked in place
        }
        inLane = false;
        slotOpen = slotEnabled;
        lane.leave();
        gauge.restart(polls, ended, yields);
        if (lane.isReady() && (!queue.isEmpty() || runtime.injectShare() > 0)) {
            wakeOne(); // this worker has other things to do
        }
    }

    // ---- where tasks come from ----

    private @Nullable Task<?> next() {
        if (--untilLook <= 0) {
            lookAround();
        }
        Task<?> task = --untilShared <= 0 ? takeShared() : null;
        if (task == null) {
            task = rescued != null ? takeRescued() : takeSlot();
        }
        if (task == null) {
            task = queue.poll();
        }
        if (task == null) {
            task = runtime.injected(queue);
        }
        if (task == null) {
            task = search();
        }
        if (task != null) {
            found();
        }
        return task;
    }

    private void found() {
        if (searching) {
            searching = false;
            if (idle.stopSearching() && runtime.isWorthWaking()) {
                wakeOne(); // wake-ups chain: each that finds work calls the next
            }
        }
        if (fresh && watching) {
            fresh = false;
            idle.ensureWatcher(); // it may have been the watcher itself, and the others sleep for good
        }
    }

    private @Nullable Task<?> takeSlot() {
        AtomicReference<@Nullable Task<?>> present = slot;
        Task<?> task = present.get();
        if (task == null) {
            return null;
        }
        if (alone) {
            present.setPlain(null);
            return task;
        }
        return present.compareAndSet(task, null) ? task : null;
    }

    private @Nullable Task<?> takeRescued() {
        Task<?> task = rescued;
        rescued = null;
        return task;
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
            if (victim != this && victim.gauge.isWorthMoving()) {
                Task<?> task = victim.queue.stealInto(queue);
                if (task != null) {
                    steals++;
                    stolen += 1 + queue.size();
                    return task;
                }
            }
        }
        return runtime.injected(queue);
    }

    /**
     * To be run at once: at the end of a full queue it would be the first to overflow back to where it came from. As
     * long as there is more, what is shared gets as many turns as what is here, in proportion to their numbers: tasks
     * that are always woken again, or respawn, never let this queue run empty.
     */
    private @Nullable Task<?> takeShared() {
        Task<?> task = runtime.injected(queue);
        int share = runtime.injectShare();
        boolean seldom = share == 0 || !weighsBacklog;
        untilShared = seldom ? sharedInterval() : Math.min(sharedInterval(), turnsBetweenShared(share));
        return task;
    }

    /** A busy worker serves drivers that nobody sits in. */
    private void lookAround() {
        gauge.measure(polls, ended, yields);
        laneDue = polls >= laneDueAt && !lane.isEmpty();
        drive(home);
        if (runtime.seats().length > 1) {
            drive(runtime.seats()[random.nextInt(runtime.seats().length)]);
        }
        renew();
        untilLook = turnsUntilLook();
        gauge.restart(polls, ended, yields);
    }

    /** At least as many turns as there are tasks waiting, so that events do not overtake them. */
    private int turnsUntilLook() {
        int waiting = weighsBacklog ? Math.min(MAX_INTERVAL, queue.size() + runtime.injectShare()) : 0;
        return Math.max(driverInterval(), waiting);
    }

    private void renew() {
        if (--untilRenewal <= 0 && slot.get() == null) {
            untilRenewal = LOOKS_A_RENEWAL;
            slot = new AtomicReference<>();
            queue.renew();
        }
    }

    private void drive(DriverSeat seat) {
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

    private int driverInterval() {
        return driverInterval > 0 ? driverInterval : gauge.turnsBetween(MAX_DRIVER_INTERVAL);
    }

    private int sharedInterval() {
        return sharedInterval > 0 ? sharedInterval : gauge.turnsBetween(MAX_SHARED_INTERVAL);
    }

    // ---- where tasks go ----

    /** A task woken or spawned by this worker's thread. */
    void push(Task<?> task) {
        if (driving || !slotOpen) {
            if (inLane) {
                runtime.share(task); // the poll may be long
            } else {
                append(task); // events come in an order, and each has its own cache lines
            }
            return;
        }
        AtomicReference<@Nullable Task<?>> present = slot;
        Task<?> displaced = present.get();
        pushes++;
        if (displaced == null || alone) {
            present.lazySet(task); // only the owner fills the slot
        } else {
            displaced = present.getAndSet(task);
        }
        if (displaced != null) {
            pushes--;
            append(displaced);
        }
    }

    /**
     * A task that has had its turn and wants another. It goes to the back of this queue if that has room for this
     * worker's share of what is shared too: all of that soon comes in here. Else it is left to the caller to put it
     * behind the overflow.
     */
    boolean tryAppendTurn(Task<?> task, int share) {
        yields++;
        if (share > 0) {
            if (queue.size() + share >= queue.capacity()) {
                return false;
            }
            untilShared = Math.min(untilShared, turnsBetweenShared(share));
        }
        append(task);
        return true;
    }

    /** What is shared gets as many turns as what is here, in proportion to their numbers. */
    private int turnsBetweenShared(int share) {
        return Math.max(2, queue.size() / share);
    }

    /** A task that goes behind its peers. */
    void append(Task<?> task) {
        pushes++;
        if (!queue.offer(task)) {
            overflow(task);
        }
        if (!driving) {
            wakeForBacklog();
        }
    }

    private void overflow(Task<?> task) {
        overflows++;
        List<Task<?>> younger = new ArrayList<>(queue.capacity() / 2 + 1);
        queue.evictHalf(younger::add);
        younger.add(task);
        runtime.inject(younger);
        if (!driving && runtime.sharedSize() + queue.size() >= gauge.worthWaking()) {
            wakeOne();
        }
    }

    private void wakeForBacklog() {
        if (queue.size() >= gauge.worthWaking()) {
            wakeOne();
        }
    }

    private void wakeOne() {
        if (idle.wakeOne()) {
            wakeups++;
        }
    }

    // ---- sleeping ----

    private void sleep() {
        if (hooks == null) {
            rest();
            return;
        }
        hook(hooks::onPark);
        if (queue.isEmpty()) {
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

    /**
     * Waits until somebody wakes this worker, or its driver has brought something in.
     *
     * <p>The order is the proof that no wake is lost: counted as asleep, <em>then</em> the worker looks at the shared
     * queue once more, and the last of those who searched at all queues. Who adds work from outside does it the other
     * way round (see {@link Idle}).
     */
    private void rest() {
        gauge.measure(polls, ended, yields);
        noops += fresh ? 1 : 0;
        busyNanos += System.nanoTime() - awakeSince;
        boolean lastSearcher = searching && idle.stopSearching();
        DriverSeat seat = runtime.freeSeat(home);
        parkedIn = seat;
        idle.sleep(this, seat != null);
        try {
            if (!(lastSearcher ? runtime.hasBacklog() : runtime.hasShared())) {
                awaitWork(seat);
            }
        } finally {
            if (seat != null) {
                seat.leave();
            }
            searching = idle.wakeUp(this);
            idle.stopWatching(this);
            fresh = true;
            awakeSince = gauge.restart(polls, ended, yields);
        }
        if (seat != null && runtime.seats().length == 1) {
            untilLook = turnsUntilLook(); // the wait was a look: one more now would report the same events again
        }
        wakeForBacklog();
    }

    private void awaitWork(@Nullable DriverSeat seat) {
        int quiet = 0;
        boolean begun = false;
        if (runtime.isClosing()) {
            runtime.stopIfDrained();
        }
        while (asleep && !runtime.isStopped()) {
            boolean watcher = watching && idle.tryWatch(this);
            if (watcher && !begun) {
                begun = true;
                watch.begin(runtime); // else a poll that is long already would be found a look later
            }
            park(seat, watcher ? WATCH_NANOS : Long.MAX_VALUE);
            if (!queue.isEmpty() || (watcher && findsNeglected(seat))) {
                return;
            }
            if (watcher && idle.awake() == 0 && ++quiet == QUIET_WATCHES) {
                idle.stopWatching(this); // the loop looks once more: who woke up before this still sees a watcher
                quiet = 0;
            }
        }
    }

    private void park(@Nullable DriverSeat seat, long nanos) {
        parks++;
        if (seat == null) {
            parker.park(nanos);
            return;
        }
        driving = true;
        try {
            seat.park(nanos);
        } finally {
            driving = false;
        }
    }

    @Override
    void unpark() {
        DriverSeat seat = parkedIn;
        if (seat != null) {
            seat.unpark();
        } else {
            parker.unpark();
        }
    }

    // ---- blocking ----

    /** Tells whether the thread that polls with this context runs this worker, and so owns what belongs to its thread. */
    boolean isRunBy(Context cx) {
        return context == cx;
    }

    /**
     * Hands this worker over to another thread while the calling one, which runs it, blocks. Whichever of the two comes
     * first goes on with it: the other thread as it begins, or this one as its call returns. If it was the other, this
     * thread ends its poll as a stranger, whose wakes go to the shared queue, and leaves its loop.
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
        Context mine = context;
        Context spare = spareContexts.poll();
        Context next = spare != null ? spare : new Context(this, budget);
        giveTo(next); // before the offer, which publishes it
        Handover handover = new Handover(this);
        runtime.crew().offer(handover);
        try {
            return BlockInPlace.outside(mine, call);
        } finally {
            if (handover.claim()) {
                runtime.crew().withdraw(handover);
                giveTo(mine);
                spareContexts.add(next);
            }
        }
    }

    private void giveTo(Context next) {
        exhaustionsElsewhere += context.budget().exhaustions() - next.budget().exhaustions();
        context = next;
    }

    // ---- watching ----

    /**
     * Looks whether anything has been waiting for a whole watch: tasks of a worker that is stuck in a poll or has more
     * than it gets through, shared tasks, a driver that nobody sat in.
     */
    private boolean findsNeglected(@Nullable DriverSeat seat) {
        for (Worker worker : runtime.workers()) {
            if (worker != this && relieves(worker)) {
                return true;
            }
        }
        if (runtime.leavesWaiting(watch)) {
            return true;
        }
        for (int i = 0; i < runtime.seats().length; i++) {
            if (watch.isUnattended(runtime.seats()[i], i)) {
                if (seat == null) {
                    return true; // to sit there
                }
                drive(runtime.seats()[i]);
            }
        }
        return !queue.isEmpty();
    }

    private boolean relieves(Worker worker) {
        boolean stuck = watch.isStuck(worker);
        boolean crowded = watch.isCrowded(worker);
        rescued = stuck ? worker.rescue(queue) : crowded ? worker.queue.stealInto(queue) : null;
        if (rescued == null) {
            return false;
        }
        if (stuck) {
            rescues++;
        } else {
            steals++;
        }
        return true;
    }

    /** Thief: takes what this worker, in the middle of a long poll, cannot get at. */
    private @Nullable Task<?> rescue(WorkQueue<Task<?>> own) {
        Task<?> task = takeSlot();
        return task != null ? task : queue.stealInto(own);
    }

    long turns() {
        return turns;
    }

    Gauge gauge() {
        return gauge;
    }

    // ---- counting ----

    /**
     * Counts a task as begun, on this worker's thread. Within a poll the polled task is live until after this, so no
     * order is needed between this count and the look whether the runtime is closing.
     */
    void countBegun() {
        if (polling) {
            BEGUN.lazySet(this, begun + 1);
        } else {
            BEGUN.set(this, begun + 1);
        }
    }

    /** Counts a task as ended, on this worker's thread; before it sleeps, the thread looks whether it was the last. */
    void countEnded() {
        ENDED.lazySet(this, ended + 1);
    }

    long begun() {
        return begun;
    }

    long ended() {
        return ended;
    }

    // ---- services ----

    /** Looks around no later than the yielding task is at the head of the queue again. */
    @Override
    public void yielding() {
        Context cx = Context.current();
        if (cx != null && isRunBy(cx)) { // else this worker was handed over during the poll
            untilLook = Math.min(untilLook, queue.size() + 1);
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
        long busy = busyNanos + (asleep ? 0 : Math.max(0, System.nanoTime() - awakeSince));
        return new WorkerMetrics(
                index,
                runner == null ? 0 : runner.getId(),
                asleep,
                queue.size(),
                turns(),
                polls,
                backgroundPolls,
                pushes,
                overflows,
                steals,
                stolen,
                parks,
                noops,
                wakeups,
                rescues,
                exhaustionsElsewhere + context.budget().exhaustions(),
                Duration.ofNanos(busy),
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
