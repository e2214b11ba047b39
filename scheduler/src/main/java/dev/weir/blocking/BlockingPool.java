package dev.weir.blocking;

import dev.weir.task.FirstFailure;
import dev.weir.task.Host;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Scheduler;
import dev.weir.task.Task;
import dev.weir.task.TaskTraits;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An elastic pool: a call goes to a thread that is awake or idle if there is one, to a new thread below the cap, and
 * otherwise waits its turn, first come first served. Idle threads end after the keep-alive. Each call is a task of one
 * poll, so its handle behaves as any other; it can be cancelled until it starts.
 */
public final class BlockingPool implements Scheduler {
    private static final ThreadLocal<@Nullable BlockingPool> OWNER = new ThreadLocal<>();

    private final Host host;
    private final Consumer<Throwable> undeliverable;
    private final Runnable ended;
    private final CallQueue queue;
    private final AtomicInteger live = new AtomicInteger();
    private final Roster made;

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
        this.made = new Roster(factory);
        this.queue = new CallQueue(cap, TimeUnit.NANOSECONDS.convert(keepAlive), this::start);
    }

    private void start(CallQueue.Seat seat) {
        try {
            made.start(() -> serve(seat));
        } catch (Throwable none) { // the system has no more threads, or the factory
            queue.notStarted();
            try {
                refuseUnserved();
            } catch (Throwable thrown) { // who has sent for the thread may have a call to run
                undeliverable(thrown);
            }
        }
    }

    private void refuseUnserved() {
        Consumer<Task<?>> refusal = this::refuse; // before a call is taken, as it needs memory
        Throwable failure = null;
        for (Task<?> call = queue.unserved(); call != null; call = queue.unserved()) {
            failure = FirstFailure.of(refusal, call, failure);
        }
        FirstFailure.rethrow(failure);
    }

    /** The life of a thread. */
    private void serve(CallQueue.Seat seat) {
        OWNER.set(this);
        for (Task<?> call = queue.take(seat); call != null; call = queue.take(seat)) {
            Thread.interrupted(); // meant for the call before
            try {
                call.runAside(host);
            } catch (Throwable thrown) { // out of memory, say: the thread outlives it
                undeliverable(thrown);
            }
        }
    }

    private void refuse(Task<?> call) {
        call.cancel();
        call.runAside(host);
    }

    /** Runs a call on one of the threads. */
    public <T extends @Nullable Object> JoinHandle<T> spawn(Callable<T> call) {
        return spawn(call, null);
    }

    /** Runs a call on one of the threads, as a task with these traits. */
    public <T extends @Nullable Object> JoinHandle<T> spawn(Callable<T> call, @Nullable TaskTraits traits) {
        Objects.requireNonNull(call, "call");
        Task<T> task = new Task<>(cx -> Poll.ready(call.call()), this, traits);
        live.incrementAndGet();
        try {
            schedule(task);
        } catch (OutOfMemoryError none) {
            refuse(task);
            throw none;
        }
        return task;
    }

    @Override
    public void schedule(Task<?> task) {
        try {
            queue.add(task);
        } catch (RejectedExecutionException closed) {
            refuse(task);
        }
    }

    @Override
    public void requeue(Task<?> task) {
        schedule(task);
    }

    @Override
    public void completed(Task<?> task) {
        live.decrementAndGet();
        ended.run();
    }

    @Override
    public void undeliverable(Throwable thrown) {
        undeliverable.accept(thrown);
    }

    /** Returns the number of calls that wait or run. */
    public int live() {
        return live.get();
    }

    /** Returns the number of threads, idle ones included. */
    public int threads() {
        return queue.threads();
    }

    /** Returns the number of threads without a call. */
    public int idleThreads() {
        return queue.idle();
    }

    /** Returns the number of calls that wait for a thread. */
    public int waiting() {
        return queue.waiting();
    }

    /** Returns the host whose blocking call the calling thread runs, or null. */
    public static @Nullable Host currentHost() {
        BlockingPool owner = OWNER.get();
        return owner == null ? null : owner.host;
    }

    /** Cancels the calls that wait and accepts no more. Calls that run are left to end. */
    public void close() {
        queue.close();
        refuseUnserved(); // it only resolves, which must not wait for a call that never ends
    }

    /** Waits until every thread has ended; false if the time is over first, or at once on one of them. */
    public boolean awaitEnd(long nanos) throws InterruptedException {
        long start = System.nanoTime();
        return !made.hasCaller() && queue.awaitNoThreads(nanos) && made.awaitEnd(nanos - (System.nanoTime() - start));
    }
}
