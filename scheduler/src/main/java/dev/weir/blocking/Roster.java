package dev.weir.blocking;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Threads of one kind: makes them, and awaits their end. */
public final class Roster {
    private final ThreadFactory factory;
    /** Those that have not ended, and a few that have. */
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    /** Creates an empty roster; the threads will be those of the factory. */
    public Roster(ThreadFactory factory) {
        this.factory = factory;
    }

    /** Makes a thread, which the caller starts. */
    public Thread make(Runnable body) {
        Thread thread = factory.newThread(body);
        threads.add(thread);
        return thread;
    }

    /** Makes a thread and starts it; throws what the system throws that has no more, or the factory. */
    public void start(Runnable body) {
        threads.removeIf(each -> each.getState() == Thread.State.TERMINATED);
        Thread thread = make(body);
        try {
            thread.start();
        } catch (Throwable none) {
            threads.remove(thread);
            throw none;
        }
    }

    /** Tells whether the calling thread is one of these, which cannot await the end of all. */
    public boolean hasCaller() {
        return threads.contains(Thread.currentThread());
    }

    /** Waits until every thread has ended; false if the time is over first, or at once on one of them. */
    public boolean awaitEnd(long nanos) throws InterruptedException {
        if (hasCaller()) {
            return false;
        }
        long start = System.nanoTime();
        for (; ; ) { // a thread may make another before it ends
            Thread alive = threads.stream().filter(Thread::isAlive).findAny().orElse(null);
            if (alive == null) {
                return true;
            }
            long left = nanos - (System.nanoTime() - start);
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedJoin(alive, left);
        }
    }
}
