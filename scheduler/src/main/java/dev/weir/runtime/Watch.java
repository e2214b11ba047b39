package dev.weir.runtime;

import org.jspecify.annotations.Nullable;

/** What the watcher saw last time: what has not changed for a whole watch is neglected. Belongs to the watcher. */
final class Watch {
    /** Tasks that make a queue long if it is as long at two looks. */
    private static final int LONG_QUEUE = 16;
    /** Turns that show, if there were fewer in a watch, that tasks are long, whatever a gauge of long ago says. */
    private static final int FEW_TURNS = 1_000;

    private final WorkStealingRuntime runtime;
    private final long[] turns;
    private final boolean[] crowded;
    private final long[] attendances;
    private long taken;

    Watch(WorkStealingRuntime runtime, int workers, int seats) {
        this.runtime = runtime;
        turns = new long[workers];
        crowded = new boolean[workers];
        attendances = new long[seats];
    }

    /**
     * Looks whether anything has been waiting for a whole watch: tasks of a worker that is stuck in a poll or has more
     * than it gets through, shared tasks, a driver that nobody sat in.
     *
     * @param watcher takes over what it can at once
     * @param seat where the watcher sits itself
     * @return whether the watcher is to get up
     */
    boolean findsNeglected(Worker watcher, @Nullable DriverSeat seat) {
        for (Worker worker : runtime.workers()) {
            if (worker != watcher) {
                long begun = turnsSinceLast(worker);
                boolean stuck = isStuck(worker, begun);
                boolean crowded = isCrowded(worker, begun);
                if ((stuck || crowded) && watcher.relieve(worker, stuck)) {
                    return true;
                }
            }
        }
        if (runtime.leavesWaiting(this)) {
            return true;
        }
        for (int i = 0; i < runtime.seats().length; i++) {
            if (isUnattended(runtime.seats()[i], i)) {
                if (seat == null) {
                    return true; // to sit there
                }
                watcher.drive(runtime.seats()[i]);
            }
        }
        return !watcher.backlog.isEmpty();
    }

    /** The watch begins: what is so now, and is so at the next look, has been so all the time. */
    void begin() {
        for (Worker worker : runtime.workers()) {
            isCrowded(worker, turnsSinceLast(worker));
        }
        for (int i = 0; i < attendances.length; i++) {
            attendances[i] = runtime.seats()[i].attendances();
        }
        runtime.leavesWaiting(this);
    }

    /**
     * True for a worker that is awake and has begun one turn at most since the last watch. It may be in that turn since a
     * moment only; but if not, it would be a whole watch until the next look, and a worker that gets on begins hundreds.
     */
    private static boolean isStuck(Worker worker, long begun) {
        return begun <= 1 && !worker.asleep;
    }

    private long turnsSinceLast(Worker worker) {
        long now = worker.counts.turns();
        long begun = now - turns[worker.index];
        turns[worker.index] = now;
        return begun;
    }

    /** True for a worker that has had a long queue for a whole watch, of tasks that would gain by moving. */
    private boolean isCrowded(Worker worker, long begun) {
        boolean before = crowded[worker.index];
        boolean now = worker.backlog.size() >= LONG_QUEUE
                && (begun < FEW_TURNS || worker.gauge().isWorthMoving());
        crowded[worker.index] = now;
        return before && now;
    }

    /** True for a shared queue from which nothing was taken since the last watch although there is something. */
    boolean isLeftWaiting(boolean empty, long takenSoFar) {
        boolean waiting = !empty && taken == takenSoFar;
        taken = takenSoFar;
        return waiting;
    }

    /** True for a seat that nobody sits in and that was left once at most since the last watch. */
    private boolean isUnattended(DriverSeat seat, int number) {
        long now = seat.attendances();
        boolean unattended = seat.isFree() && now - attendances[number] <= 1;
        attendances[number] = now;
        return unattended;
    }
}
