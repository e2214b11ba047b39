package dev.weir.blocking;

import dev.weir.task.Host;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Scheduler;
import dev.weir.task.Task;
import dev.weir.task.TaskRegistry;
import dev.weir.task.TaskTraits;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
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
    private static final ThreadLocal<@Nullable BlockingPool> OWNER = new ThreadLocal<>();

    private final Host host;
    private final Consumer<Throwable> undeliverable;
    private final Runnable ended;
    private final HandOff queue = new HandOff();
    private final ThreadPoolExecutor threads;
    private final TaskRegistry calls = new TaskRegistry();
    /** The threads that have not ended; the executor counts them out a moment before they have. */
    private final Set<Thread> made = ConcurrentHashMap.newKeySet();

    /**
     * Creates a pool without threads.
     *
     * @param host whose services the calls see
     * @param cap how many threads at most, at least 1
     * @param keepAlive after how much idleness a thread ends
     * @param factory makes the threads
     * @param undeliverable receives what no handle can; must not throw
     * @param ended told after each call that has ended and is no longer live
     */
    public BlockingPool(
            Host host,
            int cap,
            Duration keepAlive,
            ThreadFactory factory,
            Consumer<Throwable> undeliverable,
            Runnable ended) {
        this.host = host;
        this.undeliverable = undeliverable;
        this.ended = ended;
        this.threads = new ThreadPoolExecutor(
                0,
                cap,
                TimeUnit.NANOSECONDS.convert(keepAlive),
                TimeUnit.NANOSECONDS,
                queue,
                body -> remembered(factory.newThread(body)),
                this::enqueue);
    }

    private Thread remembered(Thread thread) {
        made.removeIf(each -> each.getState() == Thread.State.TERMINATED);
        made.add(thread);
        return thread;
    }

    /** The cap is reached: the call waits for the next thread that is free, if there still is one. */
    private void enqueue(Runnable call, ThreadPoolExecutor pool) {
        if (!pool.isShutdown()) {
            queue.put(call);
            boolean stranded = pool.isShutdown() || pool.getPoolSize() < pool.getMaximumPoolSize();
            if (!stranded || !queue.remove(call)) {
                return;
            }
            if (!pool.isShutdown()) {
                pool.execute(call); // a thread has ended of idleness before the call was there to be seen
                return;
            }
        }
        throw new RejectedExecutionException("the runtime is shut down");
    }

    /** Runs a call on one of the threads. */
    public <T extends @Nullable Object> JoinHandle<T> spawn(Callable<T> call) {
        return spawn(call, null);
    }

    /** Runs a call on one of the threads, as a task with these traits. */
    public <T extends @Nullable Object> JoinHandle<T> spawn(Callable<T> call, @Nullable TaskTraits traits) {
        Objects.requireNonNull(call, "call");
        Task<T> task = new Task<>(cx -> Poll.ready(call.call()), this, traits);
        if (calls.add(task)) {
            schedule(task);
        } else {
            task.cancel();
            task.runAside(host);
        }
        return task;
    }

    @Override
    public void schedule(Task<?> task) {
        try {
            threads.execute(() -> runOnThread(task));
        } catch (RejectedExecutionException | OutOfMemoryError refused) { // the latter: no thread to be had
            task.cancel();
            task.runAside(host);
        }
    }

    @Override
    public void requeue(Task<?> task) {
        schedule(task);
    }

    @Override
    public void completed(Task<?> task) {
        TaskRegistry.remove(task);
        ended.run();
    }

    @Override
    public void undeliverable(Throwable thrown) {
        undeliverable.accept(thrown);
    }

    private void runOnThread(Task<?> task) {
        OWNER.set(this);
        try {
            task.runAside(host);
        } finally {
            OWNER.remove();
        }
    }

    /** Returns the number of calls that wait or run. */
    public int live() {
        return calls.size();
    }

    /** Returns the number of threads, idle ones included. */
    public int threads() {
        return threads.getPoolSize();
    }

    /** Returns the number of threads without a call. */
    public int idleThreads() {
        return Math.max(0, threads.getPoolSize() - threads.getActiveCount());
    }

    /** Returns the number of calls that wait for a thread. */
    public int waiting() {
        return queue.size();
    }

    /** Tells whether the calling thread is in a call of this pool. */
    public boolean isOwnThread() {
        return OWNER.get() == this;
    }

    /** Returns the host whose blocking call the calling thread runs, or null. */
    public static @Nullable Host currentHost() {
        BlockingPool owner = OWNER.get();
        return owner == null ? null : owner.host;
    }

    /** Cancels the calls that wait and accepts no more. Calls that run are left to end. */
    public void close() {
        calls.closeAndCancel();
        threads.shutdown();
        for (Runnable call = queue.poll(); call != null; call = queue.poll()) {
            call.run(); // cancelled, so it only resolves, which must not wait for a call that never ends
        }
    }

    /** Waits until every thread has ended; false if the time is over first. */
    public boolean awaitEnd(long nanos) throws InterruptedException {
        long start = System.nanoTime();
        if (!threads.awaitTermination(nanos, TimeUnit.NANOSECONDS)) {
            return false;
        }
        for (Thread thread : made) {
            TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, nanos - (System.nanoTime() - start)));
        }
        return made.stream().noneMatch(Thread::isAlive);
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
