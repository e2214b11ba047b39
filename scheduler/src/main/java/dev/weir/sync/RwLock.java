package dev.weir.sync;

import dev.weir.sync.WaitList.Waiter;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A lock that many readers or one writer hold, from one poll to the next. First come, first served: a writer that waits
 * is not overtaken by readers that come later, so a task that holds a read lock and asks for another may wait for ever.
 *
 * <pre>{@code
 * RwLock lock = new RwLock();
 * try (RwLock.WriteGuard writing = lock.writeBlocking()) { // from a plain thread
 *     shared.add("a line");
 * }
 * Pollable<RwLock.ReadGuard> reading = lock.read(); // in a task
 * }</pre>
 *
 * <p>It is a semaphore of which a reader takes one permit and a writer all. Like {@link Mutex} it belongs to whoever has
 * the guard, and is never poisoned.
 */
public final class RwLock {
    /** How many readers there can be at once, unless told otherwise. */
    public static final int MAX_READERS = 1 << 29;

    private final Permits permits;
    private final int readers;

    /** Creates a free lock for up to {@link #MAX_READERS} readers. */
    public RwLock() {
        this(MAX_READERS);
    }

    /**
     * Creates a free lock.
     *
     * @param maxReaders how many readers there can be at once, from 1 to {@link #MAX_READERS}; more wait
     */
    public RwLock(int maxReaders) {
        if (maxReaders < 1 || maxReaders > MAX_READERS) {
            throw new IllegalArgumentException("maxReaders must be from 1 to " + MAX_READERS + ", was " + maxReaders);
        }
        readers = maxReaders;
        permits = new Permits(maxReaders);
    }

    /**
     * Waits for a share of the lock. The place in the queue is taken by the first poll.
     *
     * <p>Cancel safety: closed before it was ready, it loses its place and nothing else.
     */
    public Lock<ReadGuard> read() {
        return new Lock<>(this, 1, () -> new ReadGuard(this));
    }

    /**
     * Waits for the lock alone. The place in the queue is taken by the first poll.
     *
     * <p>Cancel safety: closed before it was ready, it loses its place and nothing else; readers behind it go ahead.
     */
    public Lock<WriteGuard> write() {
        return new Lock<>(this, readers, () -> new WriteGuard(this));
    }

    /** Takes a share if no writer holds or waits; null otherwise. */
    public @Nullable ReadGuard tryRead() {
        return permits.tryTake(1) ? new ReadGuard(this) : null;
    }

    /** Takes the lock if nobody holds it or waits; null otherwise. */
    public @Nullable WriteGuard tryWrite() {
        return permits.tryTake(readers) ? new WriteGuard(this) : null;
    }

    /**
     * Waits for a share, blocking a thread that runs no tasks.
     *
     * @throws InterruptedException if the thread is interrupted; nothing was taken
     * @throws IllegalStateException on a thread that runs tasks
     */
    public ReadGuard readBlocking() throws InterruptedException {
        return Blocking.await(read(), "readBlocking", "read()");
    }

    /**
     * Waits for the lock, blocking a thread that runs no tasks.
     *
     * @throws InterruptedException if the thread is interrupted; nothing was taken
     * @throws IllegalStateException on a thread that runs tasks
     */
    public WriteGuard writeBlocking() throws InterruptedException {
        return Blocking.await(write(), "writeBlocking", "write()");
    }

    @Override
    public String toString() {
        long free = permits.available();
        return free == 0 ? "RwLock[exclusive or full]" : "RwLock[" + (readers - free) + " readers]";
    }

    /**
     * A wait for the lock. Belongs to one task at a time; what follows a ready poll is a new wait.
     *
     * @param <G> what is had in the end
     */
    public static final class Lock<G> implements Pollable<G> {
        private final RwLock lock;
        private final Waiter waiter = new Waiter();
        private final Supplier<G> guard;

        private Lock(RwLock lock, int need, Supplier<G> guard) {
            this.lock = lock;
            this.waiter.need = need;
            this.guard = guard;
        }

        @Override
        public Poll<G> poll(Context cx) {
            return lock.permits.poll(cx, waiter) ? Poll.ready(guard.get()) : Poll.pending();
        }

        /** Gives up the wait. */
        @Override
        public void close() {
            lock.permits.giveUp(waiter);
        }
    }

    /** A share of the lock. */
    public static final class ReadGuard implements AutoCloseable {
        private final RwLock lock;
        private boolean open = true;

        private ReadGuard(RwLock lock) {
            this.lock = lock;
        }

        /** Gives the share back. Idempotent. */
        @Override
        public void close() {
            if (open) {
                open = false;
                lock.permits.give(1);
            }
        }
    }

    /** The lock, held alone. */
    public static final class WriteGuard implements AutoCloseable {
        private final RwLock lock;
        private boolean open = true;

        private WriteGuard(RwLock lock) {
            this.lock = lock;
        }

        /**
         * Turns this into a share without letting another writer in between. Readers that wait next come in.
         *
         * @throws IllegalStateException if this is closed
         */
        public ReadGuard downgrade() {
            if (!open) {
                throw new IllegalStateException("a closed guard cannot be downgraded");
            }
            open = false;
            ReadGuard share = new ReadGuard(lock);
            lock.permits.give(lock.readers - 1);
            return share;
        }

        /** Gives the lock back. Idempotent; does nothing after {@link #downgrade()}. */
        @Override
        public void close() {
            if (open) {
                open = false;
                lock.permits.give(lock.readers);
            }
        }
    }
}
