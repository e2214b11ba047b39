package dev.weir.blocking;

import dev.weir.queue.Fifo;
import dev.weir.task.Task;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls that wait, first come first served, and the threads that wait for calls.
 *
 * <p>The invariant: as long as a call waits, a thread is on its way to it, unless every thread there may be is in a
 * call. No more than one is on its way: it takes a call and, if more wait, sends for the next thread before it runs its
 * own. So a burst of short calls wakes few threads, as one that is awake takes call after call, and of long calls each
 * gets a thread, one wake after the other.
 *
 * <pre>
 * event \ on its way   nobody                                     somebody
 * a call is added      send for a thread, if there can be one     -
 * another takes one    the same, if more wait                     -
 * the one arrives      -                                          nobody; it takes a call, as above, or rests
 * no thread is made    -                                          nobody; send for one that is idle; if there is no
 *                                                                 thread at all the calls are unserved
 * </pre>
 *
 * A thread is idle, sent for, or at work: a {@link Seat}. Of the idle the one that rests the shortest time is sent for,
 * so the others come to the end of their keep-alive.
 */
final class CallQueue {
    private final int cap;
    private final long keepAliveNanos;
    private final Consumer<Seat> starter;

    /** Its monitor: who meets it held spins a while, where a {@code ReentrantLock} would put a worker to sleep. */
    private final Object lock = new Object();
    /** Guarded by the lock, as all that follows. */
    private final Fifo<Task<?>> calls = new Fifo<>();

    /** Those that are idle, each linked to the one that has rested longer: to rest needs no memory. */
    private @Nullable Seat resting;

    private int idle;
    private int threads;
    private boolean onItsWay;
    private boolean over;

    /**
     * Creates an empty queue without threads.
     *
     * @param cap how many threads at most, at least 1
     * @param keepAliveNanos after how much idleness a thread ends
     * @param starter starts the thread of a new seat, or says that it {@linkplain #notStarted cannot}; called outside
     *     the lock, by one who may have a call in hand, so it must not throw
     */
    CallQueue(int cap, long keepAliveNanos, Consumer<Seat> starter) {
        this.cap = cap;
        this.keepAliveNanos = keepAliveNanos;
        this.starter = starter;
    }

    /**
     * Adds a call, and sends for a thread if none is on its way.
     *
     * @throws RejectedExecutionException if the queue is closed
     * @throws OutOfMemoryError if there is none for the call, or for the first thread; it was not added
     */
    void add(Task<?> call) {
        Seat seat;
        synchronized (lock) {
            if (over) {
                throw new RejectedExecutionException("the runtime is shut down");
            }
            calls.makeRoom(); // before somebody is sent for
            seat = whomToSendFor();
            calls.add(call);
        }
        send(seat);
    }

    /**
     * Whom to send for, as a call waits; null if somebody is on its way, or nobody can be. Under the lock. Where there is
     * no memory for a seat it is as if its thread could not be made: one that is in a call will come.
     *
     * @throws OutOfMemoryError if there is no thread at all either
     */
    private @Nullable Seat whomToSendFor() {
        if (onItsWay) {
            return null;
        }
        Seat seat = resting;
        if (seat != null) {
            leaveRest(seat);
        } else {
            if (threads == cap) {
                return null;
            }
            try {
                seat = new Seat();
            } catch (OutOfMemoryError none) {
                if (threads > 0) {
                    return null;
                }
                throw none;
            }
            threads++;
        }
        onItsWay = true;
        seat.sentFor = true;
        return seat;
    }

    private void send(@Nullable Seat seat) {
        if (seat == null) {
            return;
        }
        Thread thread = seat.thread;
        if (thread == null) {
            starter.accept(seat);
        } else {
            LockSupport.unpark(thread);
        }
    }

    /**
     * The thread of a seat, between two calls: waits for a call and takes it.
     *
     * @return null if the thread is to end; it counts no more
     */
    @Nullable Task<?> take(Seat seat) {
        seat.thread = Thread.currentThread();
        for (; ; ) {
            Task<?> call;
            Seat next;
            synchronized (lock) {
                if (seat.sentFor) {
                    seat.sentFor = false;
                    onItsWay = false;
                }
                if (over) {
                    countOut();
                    return null;
                }
                call = calls.poll();
                next = calls.isEmpty() ? null : whomToSendFor();
                if (call == null) {
                    goToRest(seat);
                }
            }
            send(next);
            if (call != null) {
                return call;
            }
            if (!rest(seat)) {
                return null;
            }
        }
    }

    private void goToRest(Seat seat) {
        seat.below = resting;
        resting = seat;
        idle++;
    }

    private void leaveRest(Seat seat) {
        Seat above = null;
        for (Seat at = resting; at != seat; at = Objects.requireNonNull(at).below) {
            above = at;
        }
        if (above == null) {
            resting = seat.below;
        } else {
            above.below = seat.below;
        }
        seat.below = null;
        idle--;
    }

    /** Waits until the seat is sent for; false if that has taken too long, and the thread counts no more. */
    private boolean rest(Seat seat) {
        long start = System.nanoTime();
        while (!seat.sentFor) {
            long left = keepAliveNanos - (System.nanoTime() - start);
            if (left <= 0) {
                return !retire(seat);
            }
            LockSupport.parkNanos(this, left);
            Thread.interrupted(); // it was meant for a call that is over
        }
        return true;
    }

    private boolean retire(Seat seat) {
        synchronized (lock) {
            if (seat.sentFor) {
                return false;
            }
            leaveRest(seat);
            countOut();
            return true;
        }
    }

    /**
     * The thread of a seat could not be made. One that has rested meanwhile is sent for what waits; if there is none, one
     * that is in a call will come. If there is no thread at all the calls are {@linkplain #unserved unserved}.
     */
    void notStarted() {
        Seat rested = null;
        synchronized (lock) {
            countOut();
            onItsWay = false;
            if (resting != null && !calls.isEmpty()) {
                rested = whomToSendFor();
            }
        }
        send(rested);
    }

    /** Accepts no more, and sends idle threads to their end. The calls that wait are {@linkplain #unserved unserved}. */
    void close() {
        Seat sentHome;
        synchronized (lock) {
            over = true;
            sentHome = resting;
            resting = null;
            idle = 0;
            for (Seat seat = sentHome; seat != null; seat = seat.below) {
                seat.sentFor = true;
            }
        }
        for (Seat seat = sentHome; seat != null; seat = seat.below) { // nobody rests from now on, so the links stay
            send(seat);
        }
    }

    /** Takes a call that nobody will come for: there is no thread, or the queue is closed. Null if there is none such. */
    @Nullable Task<?> unserved() {
        synchronized (lock) {
            return over || threads == 0 ? calls.poll() : null;
        }
    }

    /** Waits until there is no thread; false if the time is over first. */
    boolean awaitNoThreads(long nanos) throws InterruptedException {
        long start = System.nanoTime();
        synchronized (lock) {
            while (threads > 0) {
                long left = nanos - (System.nanoTime() - start);
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(lock, left);
            }
            return true;
        }
    }

    private void countOut() {
        if (--threads == 0) {
            lock.notifyAll();
        }
    }

    int waiting() {
        synchronized (lock) {
            return calls.size();
        }
    }

    int threads() {
        synchronized (lock) {
            return threads;
        }
    }

    int idle() {
        synchronized (lock) {
            return idle;
        }
    }

    /** What the queue knows of a thread. */
    static final class Seat {
        /** Null until it runs; written by itself, before it can be idle. */
        private @Nullable Thread thread;

        /** It is to come to the queue. Written under the lock. */
        private volatile boolean sentFor;

        /** While it rests, the one that has rested longer. Guarded by the lock. */
        private @Nullable Seat below;
    }
}
