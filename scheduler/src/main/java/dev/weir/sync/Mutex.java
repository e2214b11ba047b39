package dev.weir.sync;

import dev.weir.sync.WaitList.Waiter;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import org.jspecify.annotations.Nullable;

/**
 * A lock that may be held from one poll to the next. First come, first served. It belongs to whoever has the guard, not
 * to a thread, and it is not reentrant. An exception in who holds it changes nothing: it is never poisoned.
 *
 * <pre>{@code
 * final class Writing implements Pollable<String> {
 *     private final Mutex.Lock lock = mutex.lock();
 *     private boolean locked;
 *
 *     public Poll<String> poll(Context cx) throws Exception {
 *         locked = locked || lock.pollLock(cx);
 *         return locked ? write.poll(cx) : Poll.pending();
 *     }
 *
 *     public void close() { // also when the task is cancelled
 *         write.close();
 *         lock.close();
 *     }
 * }
 * }</pre>
 *
 * <p>What is locked and unlocked within one poll needs none of this: a monitor does, as long as nothing waits in it. A
 * task that is cancelled while it holds a guard must close it in its {@link Pollable#close()}.
 */
public final class Mutex {
    private final Permits permits = new Permits(1);

    /**
     * Waits for the lock. The place in the queue is taken by the first poll.
     *
     * <p>Cancel safety: closed before it was ready, it loses its place and nothing else.
     */
    public Lock lock() {
        return new Lock(this);
    }

    /** Takes the lock if it is free and nobody waits; null otherwise. */
    public @Nullable Guard tryLock() {
        return permits.tryTake(1) ? new Guard(this) : null;
    }

    /**
     * Waits for the lock, blocking a thread that runs no tasks.
     *
     * @throws InterruptedException if the thread is interrupted; the lock was not taken
     * @throws IllegalStateException on a thread that runs tasks
     */
    public Guard lockBlocking() throws InterruptedException {
        return Blocking.await(lock(), "lockBlocking", "lock()");
    }

    /** Tells whether somebody holds the lock, or is about to. */
    public boolean isLocked() {
        return permits.available() == 0;
    }

    @Override
    public String toString() {
        return isLocked() ? "Mutex[locked]" : "Mutex[free]";
    }

    /**
     * A wait for the lock; and, for those who lock often, the right to unlock it. Belongs to one task at a time. What
     * follows a ready poll is a new wait.
     */
    public static final class Lock implements Pollable<Guard> {
        private final Mutex mutex;
        private final Waiter waiter = new Waiter();
        private boolean held;

        private Lock(Mutex mutex) {
            this.mutex = mutex;
        }

        @Override
        public Poll<Guard> poll(Context cx) {
            return mutex.permits.poll(cx, waiter) ? Poll.ready(new Guard(mutex)) : Poll.pending();
        }

        /**
         * Like {@link #poll}, without an object for the lock: it is given back by {@link #unlock()}, or by {@link
         * #close()}.
         *
         * @return false if not now
         * @throws IllegalStateException if this holds the lock already
         */
        public boolean pollLock(Context cx) {
            if (held) {
                throw new IllegalStateException("this holds the lock already: a mutex is not reentrant");
            }
            held = mutex.permits.poll(cx, waiter);
            return held;
        }

        /** Gives back what {@link #pollLock} has taken. @throws IllegalStateException if it has taken nothing */
        public void unlock() {
            if (!held) {
                throw new IllegalStateException("pollLock has not taken the lock");
            }
            held = false;
            mutex.permits.give(1);
        }

        /** Gives up the wait, or the lock that {@link #pollLock} has taken. */
        @Override
        public void close() {
            if (held) {
                unlock();
            } else {
                mutex.permits.giveUp(waiter);
            }
        }
    }

    /** The lock, held. */
    public static final class Guard implements AutoCloseable {
        private final Mutex mutex;
        private boolean open = true;

        private Guard(Mutex mutex) {
            this.mutex = mutex;
        }

        /** Gives the lock to who has waited longest, or to nobody. Idempotent. */
        @Override
        public void close() {
            if (open) {
                open = false;
                mutex.permits.give(1);
            }
        }
    }
}
