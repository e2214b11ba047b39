package dev.weir.sync;

import dev.weir.sync.WaitList.Waiter;
import dev.weir.sync.WaitList.Wakes;
import dev.weir.task.Context;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A count that is taken from and given back to, fairly: the core of {@link Semaphore}, {@link Mutex} and {@link RwLock}.
 *
 * <p>One word: the count, and two flags. QUEUED says that somebody waits; while it is set nobody takes anything but the
 * head of the queue, so none who came later overtakes it, and every change is made under the lock of the queue. Without
 * it, taking and giving back are one compare-and-set each.
 *
 * <pre>
 * event \ word     enough, not QUEUED    too few, or QUEUED                   CLOSED
 * take n           -n                    no                                   refused
 * take n, wait     -n                    to the queue; +QUEUED                refused
 * give back n      +n                    +n, then serve the queue             +n
 * serve            -                     while the head has enough: -n, grant; if nobody is left: -QUEUED
 * give up          -                     out of the queue, then serve it      same
 * close            CLOSED                CLOSED -QUEUED, refuse all           same
 * </pre>
 */
final class Permits {
    /** So that the count stays clear of the flags and of the sign. */
    static final long MAX = Long.MAX_VALUE >> 3;

    private static final long CLOSED = 1;
    private static final long QUEUED = 2;
    private static final int SHIFT = 2;

    private final AtomicLong word;
    private final WaitList waiters = new WaitList();

    Permits(long count) {
        word = new AtomicLong(count << SHIFT);
    }

    long available() {
        return word.get() >>> SHIFT;
    }

    boolean isClosed() {
        return (word.get() & CLOSED) != 0;
    }

    /** Takes so many if they are there and nobody waits. */
    boolean tryTake(int n) {
        for (; ; ) {
            long seen = word.get();
            if ((seen & (CLOSED | QUEUED)) != 0 || seen >>> SHIFT < n) {
                return false;
            }
            if (word.compareAndSet(seen, seen - ((long) n << SHIFT))) {
                return true;
            }
        }
    }

    /**
     * Takes what the waiter needs, or waits for it. Charges one operation if it is had.
     *
     * @param waiter the caller's, for this wait
     * @return false if not now
     * @throws ClosedException if it never will be
     */
    boolean poll(Context cx, Waiter waiter) {
        if (!cx.charge()) {
            return false;
        }
        int state = waiter.state();
        if (state == Waiter.OUT ? takeOrWait(cx, waiter) : isGranted(cx, waiter)) {
            return true;
        }
        cx.budget().refund();
        return false;
    }

    private boolean takeOrWait(Context cx, Waiter waiter) {
        if (tryTake(waiter.need)) {
            return true;
        }
        waiters.lock();
        try {
            for (; ; ) {
                long seen = word.get();
                if ((seen & CLOSED) != 0) {
                    throw closed();
                }
                boolean enough = (seen & QUEUED) == 0 && seen >>> SHIFT >= waiter.need;
                long next = enough ? seen - ((long) waiter.need << SHIFT) : seen | QUEUED;
                if (word.compareAndSet(seen, next)) {
                    if (!enough) {
                        waiters.add(waiter, cx.waker());
                    }
                    return enough;
                }
            }
        } finally {
            waiters.unlock();
        }
    }

    private boolean isGranted(Context cx, Waiter waiter) {
        if (waiter.keepWaiting(waiters, cx.waker())) {
            return false;
        }
        if (waiter.state() == Waiter.REFUSED) {
            throw closed();
        }
        waiter.reset();
        return true;
    }

    /** Ends the wait of a waiter, if it waits, and gives back what it was granted and has not taken. */
    void giveUp(Waiter waiter) {
        if (waiter.state() == Waiter.OUT) {
            return;
        }
        Wakes wakes = new Wakes();
        waiters.lock();
        try {
            if (waiter.state() == Waiter.GRANTED) {
                change(waiter.need, wakes);
            } else {
                waiters.giveUp(waiter);
                change(0, wakes); // those behind it may need less
            }
            waiter.reset();
        } finally {
            waiters.unlock();
        }
        wakeAndServe(wakes);
    }

    /** Gives back so many, or adds them. */
    void give(long n) {
        for (; ; ) {
            long seen = word.get();
            if ((seen & QUEUED) != 0) {
                serve(n);
                return;
            }
            if (word.compareAndSet(seen, added(seen, n))) {
                return;
            }
        }
    }

    private void serve(long n) {
        Wakes wakes = new Wakes();
        waiters.lock();
        try {
            change(n, wakes);
        } finally {
            waiters.unlock();
        }
        wakeAndServe(wakes);
    }

    /** Wakes who was granted something, and serves on if there was no memory to note all of them. */
    private void wakeAndServe(Wakes wakes) {
        while (wakes.wake()) {
            waiters.lock();
            try {
                change(0, wakes);
            } finally {
                waiters.unlock();
            }
        }
    }

    /** Takes away up to so many of those that are there; returns how many. */
    long forget(long n) {
        waiters.lock(); // there may be a queue
        try {
            for (; ; ) {
                long seen = word.get();
                long taken = Math.min(n, seen >>> SHIFT);
                if (word.compareAndSet(seen, seen - (taken << SHIFT))) {
                    return taken;
                }
            }
        } finally {
            waiters.unlock();
        }
    }

    void close() {
        Wakes wakes = new Wakes();
        waiters.lock();
        try {
            word.getAndUpdate(seen -> seen | CLOSED);
            waiters.notifyAll(Waiter.REFUSED, wakes);
            if (waiters.isEmpty()) { // without memory some wait still
                word.getAndUpdate(seen -> seen & ~QUEUED);
            }
        } finally {
            waiters.unlock();
        }
        waiters.wakeAll(Waiter.REFUSED, wakes);
    }

    /** Under the lock: adds to the count and grants what the head of the queue can have. */
    private void change(long n, Wakes wakes) {
        if (waiters.isEmpty()) {
            for (; ; ) {
                long seen = word.get();
                if (word.compareAndSet(seen, added(seen, n) & ~QUEUED)) {
                    return;
                }
            }
        }
        // QUEUED and under the lock: nobody else changes the word.
        long left = added(word.get(), n);
        for (Waiter head = waiters.first();
                head != null && left >>> SHIFT >= head.need && wakes.hasRoom();
                head = waiters.first()) {
            left -= (long) head.need << SHIFT;
            wakes.add(waiters.notify(head, Waiter.GRANTED));
        }
        word.set(waiters.isEmpty() ? left & ~QUEUED : left);
    }

    private static long added(long seen, long n) {
        if ((seen >>> SHIFT) + n > MAX) {
            throw new IllegalArgumentException(
                    "there may be at most " + MAX + " permits, would be " + ((seen >>> SHIFT) + n));
        }
        return seen + (n << SHIFT);
    }

    private static ClosedException closed() {
        return new ClosedException("the semaphore was closed");
    }
}
