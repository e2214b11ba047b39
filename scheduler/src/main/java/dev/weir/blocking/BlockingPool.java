package dev.weir.blocking;

import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Scheduler;
import dev.weir.task.Task;
import dev.weir.task.TaskRegistry;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An elastic pool: a call goes to an idle thread if there is one, to a new thread below the cap, and otherwise waits
 * its turn, first come first served. Idle threads end after the keep-alive. Each call is a task of one poll, so its
 * handle behaves as any other; it can be cancelled until it starts.
 */
public final class BlockingPool implements Scheduler {
    private final Host host;
    private final Consumer<Throwable> undeliverable;
    private final ThreadPoolExecutor threads;
    private final TaskRegistry calls = new TaskRegistry();

    /**
     * Creates a pool without threads.
     *
     * @param host whose services the calls see
     * @param cap how many threads at most, at least 1
     * @param keepAlive after how much idleness a thread ends
     * @param factory makes the threads
     * @param undeliverable receives what no handle can
     */
    public BlockingPool(
            Host host, int cap, Duration keepAlive, ThreadFactory factory, Consumer<Throwable> undeliverable) {
        this.host = host;
        this.undeliverable = undeliverable;
        HandOff handOff = new HandOff();
        this.threads = new ThreadPoolExecutor(
                0, cap, keepAlive.toNanos(), TimeUnit.NANOSECONDS, handOff, factory, (call, pool) -> {
                    if (pool.isShutdown()) {
                        throw new RejectedExecutionException("the runtime is shut down");
                    }
                    handOff.put(call);
                });
    }

    /** Runs a call on one of the threads. */
    public <T extends @Nullable Object> JoinHandle<T> spawn(Callable<T> call) {
        Objects.requireNonNull(call, "call");
        Task<T> task = new Task<>(cx -> Poll.ready(call.call()), this);
        if (calls.add(task)) {
            schedule(task);
        } else {
            task.cancel();
            run(task);
        }
        return task;
    }

    @Override
    public void schedule(Task<?> task) {
        try {
            threads.execute(() -> run(task));
        } catch (RejectedExecutionException | OutOfMemoryError refused) { // the latter: no thread to be had
            task.cancel();
            run(task);
        }
    }

    @Override
    public void requeue(Task<?> task) {
        schedule(task);
    }

    @Override
    public void completed(Task<?> task) {
        TaskRegistry.remove(task);
    }

    @Override
    public void undeliverable(Throwable thrown) {
        undeliverable.accept(thrown);
    }

    private void run(Task<?> task) {
        task.run(new Context(host, 1));
    }

    /** Returns the number of calls that wait or run. */
    public int live() {
        return calls.size();
    }

    /** Returns the number of threads, idle ones included. */
    public int threads() {
        return threads.getPoolSize();
    }

    /** Cancels the calls that wait and accepts no more. Calls that run are left to end. */
    public void close() {
        calls.closeAndCancel();
        threads.shutdown();
    }

    /** Waits until every thread has ended; false if the time is over first. */
    public boolean awaitEnd(long nanos) throws InterruptedException {
        return threads.awaitTermination(nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * A queue that an executor finds full unless a thread waits at it: the executor then makes a thread, and only when
     * it may not, puts the call in (the rejection handler).
     */
    private static final class HandOff extends LinkedTransferQueue<Runnable> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable call) {
            return tryTransfer(call);
        }
    }
}
