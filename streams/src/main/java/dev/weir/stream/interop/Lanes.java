package dev.weir.stream.interop;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.push.Drops;
import dev.weir.time.ManualClock;
import dev.weir.time.Timers;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a scheduler of another library consists of here: a runtime that is not its own, and the {@link Lane}s that it has
 * put there. May be used from any thread.
 */
class Lanes {
    /** How many runnables of one lane are run in one poll at most, unless told otherwise. */
    static final int DEFAULT_BATCH = 16;

    /** Delays beyond that, some 146 years, count as that: no sum of the clock and a delay overflows. */
    private static final long LONGEST = Long.MAX_VALUE / 2;

    private final TaskRuntime runtime;
    private final int batch;
    private final Consumer<? super Throwable> onFailure;
    private final Set<Lane> live = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    /** What the clock of the machine says at nought of the clock of the runtime. */
    private final long epochNanos;

    private volatile boolean closed;
    /** Written before {@link #closed}. */
    private volatile boolean disposed;

    /**
     * @param batch the most runnables of one lane that are run in one poll, at least 1
     * @param onFailure receives what a runnable throws, on the thread that ran it
     */
    Lanes(TaskRuntime runtime, int batch, Consumer<? super Throwable> onFailure) {
        this.runtime = Objects.requireNonNull(runtime, "runtime");
        if (batch < 1) {
            throw new IllegalArgumentException("batch must be at least 1, was " + batch);
        }
        this.batch = batch;
        this.onFailure = thrown -> tell(onFailure, thrown);
        this.epochNanos = runtime.clock() instanceof ManualClock
                ? 0
                : TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis())
                        - runtime.clock().nanos();
    }

    /** A handler that throws must not end the lane. */
    private static void tell(Consumer<? super Throwable> handler, Throwable thrown) {
        try {
            handler.accept(thrown);
        } catch (Throwable further) {
            Drops.failure("scheduler", further);
        }
    }

    /** Runs something in a lane of its own. Null: refused. */
    @Nullable Job submit(Runnable work, long delay, long period) {
        Lane lane = new Lane(this);
        Job job = lane.accept(work, delay, period);
        lane.seal();
        return job;
    }

    /** Makes a lane known; may be repeated. False if it is too late: then the lane takes nothing any more. */
    boolean enter(Lane lane) {
        live.add(lane);
        if (!closed) {
            return true;
        }
        if (disposed) { // who closed may not have seen it, and others may have put something in since it began to enter
            lane.dispose();
        } else {
            lane.finish();
        }
        return false;
    }

    void leave(Lane lane) {
        live.remove(lane);
        endIfEmpty();
    }

    /** Refuses whatever comes and drops what waits. Walks over all lanes, as {@link #finish} does. */
    void dispose() {
        disposed = true;
        closed = true;
        live.forEach(Lane::dispose);
        endIfEmpty();
    }

    /** Refuses whatever comes, and ends when what was accepted has run; but ends what is periodic. */
    CompletionStage<@Nullable Void> finish() {
        closed = true;
        live.forEach(Lane::finish);
        endIfEmpty();
        return ended.minimalCompletionStage();
    }

    private void endIfEmpty() {
        if (closed && live.isEmpty()) {
            ended.complete(null);
        }
    }

    boolean isClosed() {
        return closed;
    }

    TaskRuntime runtime() {
        return runtime;
    }

    int batch() {
        return batch;
    }

    Consumer<? super Throwable> onFailure() {
        return onFailure;
    }

    /**
     * Returns the timers of the driver next to the calling thread.
     *
     * @throws IllegalStateException if the runtime has none
     */
    Timers timers() {
        Timers timers = runtime.service(Timers.class);
        if (timers == null) {
            throw new IllegalStateException(runtime + " offers no timers");
        }
        return timers;
    }

    /** Returns the time so many nanoseconds from now. */
    long after(long delay) {
        return runtime.clock().nanos() + Math.max(0, Math.min(delay, LONGEST));
    }

    /** Returns the time since the epoch; where the clock is a manual one, since its own beginning. */
    long now(TimeUnit unit) {
        return unit.convert(epochNanos + runtime.clock().nanos(), TimeUnit.NANOSECONDS);
    }
}
