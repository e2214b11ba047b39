package dev.weir.blocking;

import dev.weir.task.Task;
import java.util.ArrayDeque;
import java.util.List;
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
 * no thread is made    -                                          nobody; send for one that is idle, or if there is no
 *                                                                 thread at all give the calls back
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
    private final ArrayDeque<Task<?>> calls = new ArrayDeque<>();

    private final ArrayDeque<Seat> idle = new ArrayDeque<>();
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
     */
    void add(Task<?> call) {
        Seat seat;
        synchronized (lock) {
            if (over) {
                throw new RejectedExecutionException("the runtime is shut down");
            }
            try {
                calls.addLast(call);
                seat = next();
            } catch (OutOfMemoryError none) {
                calls.pollLast(); // also of a deque that could not grow: it has taken the call, and counts itself empty
                throw none;
            }
        }
        send(seat);
    }

    /**
     * Whom to send for, if anybody; under the lock. Where there is no memory for a seat it is as if its thread could not
     * be made: one that is in a call will come.
     *
     * @throws OutOfMemoryError if there is no thread at all either
     */
    private @Nullable Seat next() {
        if (onItsWay || calls.isEmpty()) {
            return null;
        }
        Seat seat = idle.pollFirst();
        if (seat == null) {
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
                call = calls.pollFirst();
                next = next();
                if (call == null) {
                    if (over || !tryRest(seat)) {
                        countOut();
                        return null;
                    }
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

    /** Counts a seat as idle; false if there is no memory to do so. Under the lock. */
    private boolean tryRest(Seat seat) {
        try {
            idle.addFirst(seat);
            return true;
        } catch (OutOfMemoryError none) {
            idle.pollFirst(); // as in add
            return false;
        }
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
            idle.remove(seat);
            countOut();
            return true;
        }
    }

    /**
     * The thread of a seat could not be made. One that has rested meanwhile is sent for what waits; if there is none, one
     * that is in a call will come.
     *
     * @return the calls that nobody will come for, as there is no thread
     */
    List<Task<?>> notStarted() {
        Seat rested;
        synchronized (lock) {
            countOut();
            onItsWay = false;
            if (threads == 0) {
                return takeAll();
            }
            rested = idle.isEmpty() ? null : next();
        }
        send(rested);
        return List.of();
    }

    /** Accepts no more, sends idle threads to their end, and returns the calls that have waited. */
    List<Task<?>> close() {
        List<Seat> resting;
        List<Task<?>> waiting;
        synchronized (lock) {
            over = true;
            waiting = takeAll();
            resting = List.copyOf(idle);
            idle.clear();
            resting.forEach(seat -> seat.sentFor = true);
        }
        resting.forEach(this::send);
        return waiting;
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

    private List<Task<?>> takeAll() {
        List<Task<?>> all = List.copyOf(calls);
        calls.clear();
        return all;
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
            return idle.size();
        }
    }

    /** What the queue knows of a thread. */
    static final class Seat {
        /** Null until it runs; written by itself, before it can be idle. */
        private @Nullable Thread thread;

        /** It is to come to the queue. Written under the lock. */
        private volatile boolean sentFor;
    }
}
