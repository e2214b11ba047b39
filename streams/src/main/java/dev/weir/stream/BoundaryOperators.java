package dev.weir.stream;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.boundary.Detached;
import dev.weir.stream.boundary.Unbounded;
import dev.weir.stream.push.Emitter;
import dev.weir.stream.push.Overflow;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;

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
     *     1024 or more make a wake pay. Up to 16,384 are one array; of more, memory is taken for those that are held
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

    /**
     * As {@link #onBackpressureBuffer(int)}, and shows the item that was too much to a consumer.
     *
     * @param onOverflow see {@link #onBackpressure(int, Overflow, Consumer)}
     */
    default AsyncStream<T> onBackpressureBuffer(int capacity, Consumer<? super T> onOverflow) {
        return onBackpressure(capacity, Overflow.FAIL, Objects.requireNonNull(onOverflow, "onOverflow"));
    }

    /**
     * Pulls without regard to demand, and drops what comes when the buffer is full. What is dropped is counted.
     *
     * <pre>
     *  1-2-3-4-5-6---|     one is taken at each ^
     *  onBackpressureDrop(1)
     *  ^-1---^-2-----^-5-|
     * </pre>
     */
    default AsyncStream<T> onBackpressureDrop(int capacity) {
        return onBackpressure(capacity, Overflow.DROP_NEWEST);
    }

    /** As {@link #onBackpressureDrop(int)}, and {@linkplain #onBackpressure(int, Overflow, Consumer) shows what is dropped}. */
    default AsyncStream<T> onBackpressureDrop(int capacity, Consumer<? super T> onDropped) {
        return onBackpressure(capacity, Overflow.DROP_NEWEST, onDropped);
    }

    /**
     * Pulls without regard to demand, and holds the latest item only. What is dropped is counted.
     *
     * <pre>
     *  1-2-3-4-5-6---|     one is taken at each ^
     *  onBackpressureLatest
     *  ^-1---^-3-----^-6-|
     * </pre>
     */
    default AsyncStream<T> onBackpressureLatest() {
        return onBackpressure(1, Overflow.DROP_OLDEST);
    }

    /** As {@link #onBackpressureLatest()}, and {@linkplain #onBackpressure(int, Overflow, Consumer) shows what is dropped}. */
    default AsyncStream<T> onBackpressureLatest(Consumer<? super T> onDropped) {
        return onBackpressure(1, Overflow.DROP_OLDEST, onDropped);
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
        return onBackpressure(capacity, overflow, item -> {});
    }

    /**
     * As {@link #onBackpressure(int, Overflow)}, and shows what overflows to a consumer.
     *
     * @param onDropped is shown each item that is dropped for want of room, in the task that pulls, by one thread at a
     *     time; so it must not block. What it throws fails the stream, behind what is held
     */
    default AsyncStream<T> onBackpressure(int capacity, Overflow overflow, Consumer<? super T> onDropped) {
        Check.positive(capacity, "capacity");
        Objects.requireNonNull(overflow, "overflow");
        Objects.requireNonNull(onDropped, "onDropped");
        return self().lift(up -> Unbounded.<T>buffered(up, new Emitter<T>(capacity, overflow, onDropped)));
    }

    /**
     * Pulls without regard to demand, in a task of its own, and folds what is not taken into one item: nothing is
     * dropped, but made smaller. RxJava's {@code onBackpressureReduce}.
     *
     * <pre>
     *  1-2-3-----4-5-6---|     one is taken at each ^
     *  onBackpressureReduce(+)
     *  ^-1---^-5---------^-15|
     * </pre>
     *
     * @param reducer makes one item of the one that is held and the next; it is called in the task that pulls, by one
     *     thread at a time. What it throws fails the stream, and what was held goes with it
     */
    default AsyncStream<T> onBackpressureReduce(BinaryOperator<T> reducer) {
        Objects.requireNonNull(reducer, "reducer");
        return self().lift(up -> Unbounded.<T, T>folded(up, item -> item, reducer));
    }

    /**
     * As {@link #onBackpressureReduce(BinaryOperator)}, with values of another type: lists, sums, the latest of each key.
     *
     * @param seed makes a new value whenever the one that was held has been taken
     * @param reducer folds an item into the value that is held
     */
    default <R> AsyncStream<R> onBackpressureReduce(
            Supplier<? extends R> seed, BiFunction<? super R, ? super T, ? extends R> reducer) {
        Objects.requireNonNull(seed, "seed");
        Objects.requireNonNull(reducer, "reducer");
        return self().lift(up -> Unbounded.<T, R>folded(up, item -> reducer.apply(seed.get(), item), reducer));
    }

    /**
     * Deals the items out to rails, each of which runs a pipeline in a task of its own, and gives what comes out of them
     * as it comes. An item goes to the rail that asks for one, so a slow rail gets less and nothing waits behind it; a
     * rail keeps the order of its items. Reactor's and RxJava's {@code parallel(n).runOn(…).….sequential()}.
     *
     * <pre>
     *  1---2---3---4---5---6--|
     *  parallel(2, 1, rail -&gt; rail.map(slow))
     *  ------1---2-----3---4---6-5|
     * </pre>
     *
     * <p>The rails stay on the worker of this stream until others steal them, which they do when the work is worth it: an
     * item should cost some microseconds. For smaller ones deal out {@linkplain AsyncStream#buffer(int) lists}. For calls
     * that are asynchronous themselves there is {@link AsyncStream#mapAsync(java.util.function.Function, int)}.
     *
     * <p>A rail that ends early leaves the items to the others. A failure of this stream is one of each rail; a failure
     * that comes out of a rail fails the whole and ends the others. Without demand each rail goes on until it holds what
     * it may.
     *
     * @param rails how many, from 1 to 65,536: a run begins all of them at once, each in a task of its own; workers are what
     *     there is to gain
     * @param capacity the most results that are held for each rail, at least 1
     * @param pipeline is called once for each rail of a run, with what the rail is given, which can be opened once
     */
    default <R> AsyncStream<R> parallel(
            int rails, int capacity, Function<? super AsyncStream<T>, ? extends Publisher<? extends R>> pipeline) {
        return AsyncStream.parallel(self(), null, rails, capacity, pipeline);
    }

    /** As {@link #parallel(int, int, Function)}, with the rails on another runtime. */
    default <R> AsyncStream<R> parallel(
            TaskRuntime runtime,
            int rails,
            int capacity,
            Function<? super AsyncStream<T>, ? extends Publisher<? extends R>> pipeline) {
        Objects.requireNonNull(runtime, "runtime");
        return AsyncStream.parallel(self(), runtime, rails, capacity, pipeline);
    }
}
