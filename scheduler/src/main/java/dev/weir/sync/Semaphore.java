package dev.weir.sync;

import dev.weir.sync.WaitList.Waiter;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import org.jspecify.annotations.Nullable;

/**
 * A number of permits, taken by tasks and given back. Fair: permits go to who has waited longest, and one who waits for
 * many is not overtaken by others who want few.
 *
 * <pre>{@code
 * Semaphore connections = new Semaphore(10);
 * try (Semaphore.Permit permit = connections.acquireBlocking(1)) { // from a plain thread
 *     call();
 * }
 * Pollable<Semaphore.Permit> permit = connections.acquire(); // in a task
 * }</pre>
 *
 * <p>Any thread may call any method. To take without allocating, keep an {@link Acquire} and use {@link
 * Acquire#pollAcquire} and {@link #release(int)}.
 */
public final class Semaphore {
    /** The most permits there can be. */
    public static final long MAX_PERMITS = Permits.MAX;

    private final Permits permits;

    /**
     * Creates a semaphore.
     *
     * @param permits from 0 to {@link #MAX_PERMITS}
     */
    public Semaphore(long permits) {
        if (permits < 0 || permits > MAX_PERMITS) {
            throw new IllegalArgumentException("permits must be from 0 to " + MAX_PERMITS + ", was " + permits);
        }
        this.permits = new Permits(permits);
    }

    /** Waits for one permit; see {@link #acquire(int)}. */
    public Acquire acquire() {
        return new Acquire(this, 1);
    }

    /**
     * Waits until so many permits are there at once. The place in the queue is taken by the first poll.
     *
     * <p>Cancel safety: closed before it was ready, it loses its place and nothing else; permits it was just granted go
     * to the next.
     *
     * @param n at least 0
     */
    public Acquire acquire(int n) {
        return new Acquire(this, notNegative(n));
    }

    /** Takes one permit if it is there and nobody waits; null otherwise. */
    public @Nullable Permit tryAcquire() {
        return tryAcquire(1);
    }

    /**
     * Takes permits if they are there and nobody waits.
     *
     * @param n at least 0
     * @return null if they were not there, or if the semaphore is closed
     */
    public @Nullable Permit tryAcquire(int n) {
        return permits.tryTake(notNegative(n)) ? new Permit(this, n) : null;
    }

    /**
     * Waits for permits, blocking a thread that runs no tasks.
     *
     * @throws ClosedException if the semaphore is closed
     * @throws InterruptedException if the thread is interrupted; nothing was taken
     * @throws IllegalStateException on a thread that runs tasks
     */
    public Permit acquireBlocking(int n) throws InterruptedException {
        return Blocking.await(acquire(n), "acquireBlocking", "acquire()");
    }

    /**
     * Gives back permits taken by {@link Acquire#pollAcquire} or kept by {@link Permit#forget}, or adds new ones. Those
     * who wait get them first.
     *
     * @param n at least 0
     * @throws IllegalArgumentException if there would be more than {@link #MAX_PERMITS}
     */
    public void release(int n) {
        permits.give(notNegative(n));
    }

    /**
     * Removes permits that nobody holds.
     *
     * @param n how many at most, at least 0
     * @return how many were removed
     */
    public int forget(int n) {
        return (int) permits.forget(notNegative(n));
    }

    /** Returns how many permits nobody holds. When somebody waits for more than that, nobody else can have them. */
    public long available() {
        return permits.available();
    }

    /** Refuses everybody who waits or comes. Permits that are held may still be given back. Idempotent. */
    public void close() {
        permits.close();
    }

    public boolean isClosed() {
        return permits.isClosed();
    }

    @Override
    public String toString() {
        return "Semaphore[" + available() + (isClosed() ? ", closed]" : "]");
    }

    private static int notNegative(int n) {
        if (n < 0) {
            throw new IllegalArgumentException("n must not be negative, was " + n);
        }
        return n;
    }

    /**
     * A wait for permits. Belongs to one task at a time. It may be used again and again: what follows a ready poll is a
     * new wait.
     */
    public static final class Acquire implements Pollable<Permit> {
        private final Semaphore semaphore;
        private final Waiter waiter = new Waiter();

        private Acquire(Semaphore semaphore, int n) {
            this.semaphore = semaphore;
            this.waiter.need = n;
        }

        /** @throws ClosedException if the semaphore is closed */
        @Override
        public Poll<Permit> poll(Context cx) {
            return pollAcquire(cx) ? Poll.ready(new Permit(semaphore, waiter.need)) : Poll.pending();
        }

        /**
         * Like {@link #poll}, without an object for what was taken: give it back by {@link Semaphore#release}.
         *
         * @return false if not now
         * @throws ClosedException if the semaphore is closed
         */
        public boolean pollAcquire(Context cx) {
            return semaphore.permits.poll(cx, waiter);
        }

        /** Gives up the wait. */
        @Override
        public void close() {
            semaphore.permits.giveUp(waiter);
        }
    }

    /** Permits that are held. Any one thread at a time. */
    public static final class Permit implements AutoCloseable {
        private final Semaphore semaphore;
        private int held;

        private Permit(Semaphore semaphore, int held) {
            this.semaphore = semaphore;
            this.held = held;
        }

        /** Returns how many permits this holds. */
        public int count() {
            return held;
        }

        /**
         * Moves some of the permits into an object of their own.
         *
         * @param n from 0 to {@link #count()}
         */
        public Permit split(int n) {
            if (n < 0 || n > held) {
                throw new IllegalArgumentException("n must be from 0 to " + held + ", was " + n);
            }
            held -= n;
            return new Permit(semaphore, n);
        }

        /**
         * Takes over what the other holds.
         *
         * @throws IllegalArgumentException if it is of another semaphore, or this one itself
         */
        public void merge(Permit other) {
            if (other == this) {
                throw new IllegalArgumentException("other must be another permit, was this one");
            }
            if (other.semaphore != semaphore) {
                throw new IllegalArgumentException("other must be of the same semaphore, was of " + other.semaphore);
            }
            held = Math.addExact(held, other.held);
            other.held = 0;
        }

        /** Holds nothing any more without giving anything back: the semaphore has so many permits less. */
        public void forget() {
            held = 0;
        }

        /** Gives back what is held. Idempotent. */
        @Override
        public void close() {
            int n = held;
            held = 0;
            semaphore.permits.give(n);
        }

        @Override
        public String toString() {
            return "Permit[" + held + "]";
        }
    }
}
