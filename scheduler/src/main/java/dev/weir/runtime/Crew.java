package dev.weir.runtime;

import dev.weir.blocking.Roster;
import java.util.ArrayDeque;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The threads that run the workers of a runtime: one for each, and one more for each poll that blocks in place, since
 * the worker goes on without it. A thread whose worker is gone waits a while for another, and ends.
 */
final class Crew {
    private final Roster threads;
    private final int spareCap;
    private final long keepAliveNanos;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Guarded by the lock, as what follows: workers that nobody runs yet. */
    private final ArrayDeque<Handover> offers;

    private int idle;
    private int spares;
    private boolean over;

    /**
     * Creates a crew without threads.
     *
     * @param factory makes the threads
     * @param workers how many there are to run
     * @param spareCap how many more threads than workers there may be
     * @param keepAliveNanos how long a thread without a worker waits for one
     */
    Crew(ThreadFactory factory, int workers, int spareCap, long keepAliveNanos) {
        this.threads = new Roster(factory);
        this.offers = new ArrayDeque<>(workers); // an offer needs no memory
        this.spareCap = spareCap;
        this.keepAliveNanos = keepAliveNanos;
    }

    /** Makes the thread that runs a worker first; the caller starts it. */
    Thread hire(Worker worker) {
        return threads.make(() -> {
            worker.run();
            awaitOffers();
        });
    }

    /**
     * Gives the worker to an idle thread, or to a new one. When there may be no more the worker waits for a thread to
     * come back: the one that offers it, or another.
     */
    void offer(Handover handover) {
        lock.lock();
        try {
            if (idle > offers.size() || spares == spareCap) {
                offers.addLast(handover);
                changed.signal();
                return;
            }
            spares++;
        } finally {
            lock.unlock();
        }
        try {
            threads.start(() -> {
                run(handover);
                awaitOffers();
            });
        } catch (Throwable none) { // the system has no more threads, or the factory
            lock.lock();
            try {
                spares--;
                offers.addLast(handover);
                changed.signal();
            } finally {
                lock.unlock();
            }
        }
    }

    /** The worker has been taken back. */
    void withdraw(Handover handover) {
        lock.lock();
        try {
            offers.remove(handover);
        } finally {
            lock.unlock();
        }
    }

    private static void run(Handover handover) {
        if (handover.claim()) {
            handover.worker.run();
        }
    }

    /** The rest of a thread's life, once its worker is gone. */
    private void awaitOffers() {
        for (Handover next = next(); next != null; next = next()) {
            run(next);
        }
    }

    private @Nullable Handover next() {
        lock.lock();
        try {
            idle++;
            long left = keepAliveNanos;
            while (offers.isEmpty() && !over && left > 0) {
                try {
                    left = changed.awaitNanos(left);
                } catch (InterruptedException stray) {
                    left -= 1; // it was meant for a poll that is over
                }
            }
            idle--;
            Handover next = offers.pollFirst();
            if (next == null) {
                spares--; // those that are at work and this one were as many as the workers and the spares
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** The workers have stopped: idle threads end, and those that come back. */
    void end() {
        lock.lock();
        try {
            over = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until every thread has ended; false if the time is over first, or at once on one of them. */
    boolean awaitEnd(long nanos) throws InterruptedException {
        return threads.awaitEnd(nanos);
    }

    /** Returns the number of threads beyond one for each worker, idle ones included. */
    int spares() {
        lock.lock();
        try {
            return Math.max(0, spares);
        } finally {
            lock.unlock();
        }
    }
}
