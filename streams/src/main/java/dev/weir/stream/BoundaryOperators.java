package dev.weir.stream;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.boundary.Detached;
import dev.weir.stream.boundary.Unbounded;
import dev.weir.stream.push.Overflow;
import java.util.Objects;

/**
 * The operators of {@link AsyncStream} that run a part of it in a task of its own. Everywhere else a stream is one task.
 * The order is kept. Such a task begins with the first poll of the run; when the run is closed it closes what it has,
 * on its worker, soon after.
 *
 * @param <T> the type of the items
 */
public sealed interface BoundaryOperators<T> permits AsyncStream {
    private AsyncStream<T> self() {
        return (AsyncStream<T>) this;
    }

    /**
     * Runs what is above in a task of its own, on the runtime that runs the rest. The task pulls ahead, at most as many
     * items as are held; both tasks stay on one worker until another steals one. Reactor's {@code publishOn}, RxJava's
     * {@code observeOn}, Mutiny's {@code emitOn}, and also their prefetch and {@code limitRate}.
     *
     * @param capacity the most items that are held between the two, at least 1; where the two run at the same time,
     *     1024 or more make a wake pay
     */
    default AsyncStream<T> detach(int capacity) {
        Check.positive(capacity, "capacity");
        return self().lift(up -> new Detached<T>(up, null, capacity));
    }

    /** As {@link #detach(int)}, with the task on another runtime: what blocks or computes for long keeps to its own. */
    default AsyncStream<T> detach(TaskRuntime runtime, int capacity) {
        Objects.requireNonNull(runtime, "runtime");
        Check.positive(capacity, "capacity");
        return self().lift(up -> new Detached<T>(up, runtime, capacity));
    }

    /**
     * Pulls what is above without regard to demand, in a task of its own, and holds a bounded number of items; when one
     * more comes the stream fails. For hot sources that cannot wait. Mutiny's {@code onOverflow().buffer}.
     *
     * @param capacity at least 1
     */
    default AsyncStream<T> onBackpressureBuffer(int capacity) {
        return onBackpressure(capacity, Overflow.FAIL);
    }

    /** Pulls without regard to demand, and drops what comes when the buffer is full. What is dropped is counted. */
    default AsyncStream<T> onBackpressureDrop(int capacity) {
        return onBackpressure(capacity, Overflow.DROP_NEWEST);
    }

    /** Pulls without regard to demand, and holds the latest item only. What is dropped is counted. */
    default AsyncStream<T> onBackpressureLatest() {
        return onBackpressure(1, Overflow.DROP_OLDEST);
    }

    /** Pulls without regard to demand, and fails when an item comes before the last one was taken. */
    default AsyncStream<T> onBackpressureError() {
        return onBackpressure(1, Overflow.FAIL);
    }

    /**
     * Pulls without regard to demand, in a task of its own.
     *
     * @param capacity the most items that are held, at least 1
     * @param overflow what becomes of one more; {@link dev.weir.stream.push.Drops} learns of it
     */
    default AsyncStream<T> onBackpressure(int capacity, Overflow overflow) {
        Check.positive(capacity, "capacity");
        Objects.requireNonNull(overflow, "overflow");
        return self().lift(up -> new Unbounded<T>(up, capacity, overflow));
    }
}
