package dev.weir.runtime;

import dev.weir.task.JoinHandle;
import dev.weir.task.Pollable;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A current-thread runtime that belongs to the thread that built it: every task is polled and closed there and nowhere
 * else, so tasks may use what is that thread's own, such as a native library, a toolkit, or plain objects they share.
 *
 * <p>Any thread may wake and cancel its tasks, and spawn others, which then run on the owner's thread too. Any thread may
 * shut it down, and then waits until the owner has closed the tasks: as it leaves {@link #blockOn}, or in a {@code close}
 * of its own. A thread that has died leaves this to whoever shuts down.
 */
public final class LocalRuntime extends CurrentThreadRuntime {
    /** How often one who waits for the owner looks whether it is still alive. */
    private static final long OWNER_CHECK_NANOS = 50_000_000;

    private final Thread owner = Thread.currentThread();
    private final CountDownLatch over = new CountDownLatch(1);

    private LocalRuntime(Builder settings) {
        super(settings);
    }

    /**
     * Starts a task from within the owner's thread, so that the pollable never leaves it, not even to be closed by
     * whoever spawns too late.
     *
     * @throws IllegalStateException on any other thread
     */
    public <T extends @Nullable Object> JoinHandle<T> spawnLocal(Pollable<T> pollable) {
        Objects.requireNonNull(pollable, "pollable");
        requireOwner("spawnLocal", "spawn what may change threads");
        return spawn(pollable);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException also on any thread but the owner's
     */
    @Override
    public <T extends @Nullable Object> T blockOn(Pollable<T> pollable) {
        requireOwner("blockOn", "spawn it and join its handle");
        return super.blockOn(pollable);
    }

    @Override
    public long runUntilIdle() {
        requireOwner("runUntilIdle", "spawn and join");
        return super.runUntilIdle();
    }

    private void requireOwner(String method, String instead) {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException(
                    method + " on " + Thread.currentThread().getName() + ": " + this
                            + " runs tasks on that thread only; from others, " + instead);
        }
    }

    @Override
    boolean awaitRunners(long nanos) throws InterruptedException {
        if (Thread.currentThread() == owner) {
            return super.awaitRunners(nanos);
        }
        long start = System.nanoTime();
        for (; ; ) {
            long left = nanos - (System.nanoTime() - start);
            if (over.await(Math.min(left, OWNER_CHECK_NANOS), TimeUnit.NANOSECONDS)) {
                return true;
            }
            if (!owner.isAlive()) {
                return super.awaitRunners(left);
            }
            if (left <= OWNER_CHECK_NANOS) {
                return false;
            }
        }
    }

    @Override
    void finished() {
        over.countDown();
    }

    @Override
    public String toString() {
        return "a current-thread runtime of " + owner.getName();
    }

    /** Builds runtimes that belong to the thread that builds them. */
    public static final class Builder extends RuntimeBuilder<Builder> {
        Builder() {}

        @Override
        public LocalRuntime build() {
            return new LocalRuntime(this);
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
