package dev.weir.runtime;

import org.jspecify.annotations.Nullable;

/**
 * How a worker sleeps: in a free driver, its home first; else on its parker. While others are awake one of the sleepers
 * is the watcher and gets up now and then (see {@link Idle}).
 *
 * <p>Belongs to the worker's thread, but for {@link #unpark}.
 */
final class Rest {
    private static final long WATCH_NANOS = 1_000_000;
    private static final int QUIET_WATCHES = 8;

    private final Worker worker;
    private final WorkStealingRuntime runtime;
    private final Idle idle;
    private final DriverSeat home;
    private final Parker parker;
    private final boolean watching;
    private final Watch watch;

    /** Where to unpark the worker: a seat, or null for the parker. Set before it counts as asleep. */
    private volatile @Nullable DriverSeat parkedIn;

    Rest(Worker worker, WorkStealingRuntime runtime, DriverSeat home, WorkStealingRuntime.Builder settings) {
        this.worker = worker;
        this.runtime = runtime;
        this.idle = runtime.idle();
        this.home = home;
        this.parker = settings.parkers.get();
        this.watching = settings.watching;
        this.watch = new Watch(runtime, settings.workers, settings.drivers());
    }

    /**
     * Waits until somebody wakes the worker, or its driver has brought something in; tells {@link Worker#wokeUp}, also
     * if the driver fails.
     *
     * <p>The order is the proof that no wake is lost: counted as asleep, <em>then</em> the worker looks at the shared
     * queue once more, and the last of those who searched at all queues. Who adds work from outside does it the other
     * way round (see {@link Idle}).
     *
     * @param lastSearcher whether nobody searches from here on
     * @return whether it slept in a driver
     */
    boolean sleep(boolean lastSearcher) {
        DriverSeat seat = runtime.freeSeat(home);
        boolean counted = false;
        try {
            parkedIn = seat;
            idle.sleep(worker, seat != null);
            counted = true;
            if (!(lastSearcher ? runtime.hasBacklog() : runtime.hasShared())) {
                awaitWork(seat);
            }
        } finally {
            if (seat != null) {
                seat.leave();
            }
            boolean woken = counted && idle.wakeUp(worker);
            idle.stopWatching(worker);
            worker.wokeUp(woken);
        }
        return seat != null;
    }

    private void awaitWork(@Nullable DriverSeat seat) {
        int quiet = 0;
        boolean begun = false;
        if (runtime.isClosing()) {
            runtime.stopIfDrained();
        }
        fillSeats();
        while (worker.asleep && !runtime.isStopped()) {
            boolean watcher = watching && idle.tryWatch(worker);
            if (watcher && !begun) {
                begun = true;
                watch.begin(); // else a poll that is long already would be found a look later
            }
            park(seat, watcher ? WATCH_NANOS : Long.MAX_VALUE);
            if (!worker.backlog.isEmpty() || (watcher && watch.findsNeglected(worker, seat))) {
                return;
            }
            if (watcher && idle.awake() == 0 && ++quiet == QUIET_WATCHES) {
                if (!fillSeats()) {
                    idle.stopWatching(worker); // the loop looks once more: who woke up before this still sees a watcher
                }
                quiet = 0;
            }
        }
    }

    /**
     * When all sleep, nobody is to sleep on a parker beside a driver that nobody sits in: it was held for a moment, by who
     * looked at it, while the sleeper sought a seat. Then that one is woken to sit down. Asked by the last to fall asleep,
     * and by the watcher, who looks at drivers too, before it gives up.
     */
    private boolean fillSeats() {
        return idle.awake() == 0 && runtime.hasFreeSeat() && idle.wakeOneOnParker();
    }

    private void park(@Nullable DriverSeat seat, long nanos) {
        worker.counts.parks++;
        if (seat == null) {
            parker.park(nanos);
        } else {
            worker.parkIn(seat, nanos);
        }
    }

    /** Ends the present wait, or the next. Any thread. */
    void unpark() {
        DriverSeat seat = parkedIn;
        if (seat != null) {
            seat.unpark();
        } else {
            parker.unpark();
        }
    }
}
