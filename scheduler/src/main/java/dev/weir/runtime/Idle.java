package dev.weir.runtime;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Whom to wake, and nothing else.
 *
 * <p>One word counts the workers that are awake (upper half) and those of them that search for work (lower half). Who
 * hands work to the runtime from outside wakes a sleeper only if nobody is awake, or if there is much to do and nobody
 * searches: who is awake will find it, because it looks at the shared queue once more after it has been counted out,
 * and the last one that searched at every queue. The two orders, queue before count there and count before queue here,
 * are volatile, so one of the two sees the other.
 *
 * <p>Sleepers that wait on their parker are woken before those that wait in a driver, which would leave it unattended.
 *
 * <p>While others are awake, one of the sleepers is the <em>watcher</em>: it sleeps a millisecond at a time and looks
 * whether a long poll holds up what others could do (R1). When all have slept for a while, it too sleeps for good.
 */
final class Idle {
    private static final int AWAKE = 1 << 16;
    private static final int SEARCHING = AWAKE - 1;

    private final int workers;
    private final AtomicInteger counts;
    /** Its monitor: a {@code ReentrantLock} that is held makes who comes allocate, which may fail with a task in hand. */
    private final Object lock = new Object();

    private final ArrayDeque<Sleeper> sleepers;
    private final AtomicReference<@Nullable Sleeper> watcher = new AtomicReference<>();

    /** Creates the state in which all workers are awake and none searches. */
    Idle(int workers) {
        this.workers = workers;
        this.counts = new AtomicInteger(workers * AWAKE);
        this.sleepers = new ArrayDeque<>(workers); // who falls asleep needs no memory
    }

    /** Lets a worker search unless half of them do; racy by design, as a bound on wasted work. */
    boolean trySearch() {
        if (2 * (counts.get() & SEARCHING) >= workers) {
            return false;
        }
        counts.incrementAndGet();
        return true;
    }

    /** The searcher has found work, or will sleep. True: it was the last one. */
    boolean stopSearching() {
        return (counts.decrementAndGet() & SEARCHING) == 0;
    }

    /**
     * Counts a worker that does not search as asleep.
     *
     * @param inDriver whether it will wait in a driver
     */
    void sleep(Sleeper worker, boolean inDriver) {
        synchronized (lock) {
            if (inDriver) {
                sleepers.addLast(worker);
            } else {
                sleepers.addFirst(worker);
            }
            worker.inDriver = inDriver;
            worker.asleep = true;
            counts.addAndGet(-AWAKE);
        }
    }

    /**
     * The worker is awake by its own doing.
     *
     * @return true if somebody had woken it meanwhile: it then counts as a searcher
     */
    boolean wakeUp(Sleeper worker) {
        synchronized (lock) {
            if (!worker.asleep) {
                return true;
            }
            sleepers.remove(worker);
            worker.asleep = false;
            counts.addAndGet(AWAKE);
            return false;
        }
    }

    /** There is work for one more: wakes a sleeper unless somebody searches already. True if it woke one. */
    boolean wakeOne() {
        return mayWake() && wakeSleeper(false);
    }

    /** Wakes one that sleeps on its parker, unless somebody searches already. True if it woke one. */
    boolean wakeOneOnParker() {
        return mayWake() && wakeSleeper(true);
    }

    /** Tells whether somebody sleeps and nobody searches. */
    boolean mayWake() {
        int seen = counts.get();
        return (seen & SEARCHING) == 0 && seen < workers * AWAKE;
    }

    private boolean wakeSleeper(boolean onParker) {
        Sleeper sleeper;
        synchronized (lock) {
            if ((counts.get() & SEARCHING) != 0) {
                return false;
            }
            sleeper = sleepers.peekFirst();
            if (sleeper == null || (onParker && sleeper.inDriver)) {
                return false;
            }
            sleepers.removeFirst();
            sleeper.asleep = false;
            counts.addAndGet(AWAKE + 1); // awake and searching already now, so that nobody wakes a second one
        }
        sleeper.unpark();
        return true;
    }

    /**
     * Makes sure that somebody watches, if anybody sleeps. For a worker that begins to run tasks after it has slept or
     * searched: while it searches nobody is woken to watch, because it would watch itself if it found nothing.
     */
    void ensureWatcher() {
        if (watcher.get() == null && awake() < workers) {
            wakeOne();
        }
    }

    /** Makes a worker the watcher unless there is one or nobody is awake. */
    boolean tryWatch(Sleeper worker) {
        return watcher.get() == worker || (awake() > 0 && watcher.get() == null && watcher.compareAndSet(null, worker));
    }

    /** The worker watches no more. */
    void stopWatching(Sleeper worker) {
        watcher.compareAndSet(worker, null);
    }

    int awake() {
        return counts.get() / AWAKE;
    }

    /** A worker as seen from here. */
    abstract static class Sleeper {
        /** Guarded by the lock; read by anybody. */
        volatile boolean asleep;

        /** Guarded by the lock. */
        boolean inDriver;

        /** Ends the present wait, or the next. Any thread. */
        abstract void unpark();
    }
}
