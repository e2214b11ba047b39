package dev.weir.task;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A lazy computation with one result. Nothing happens until it is polled, and after a pending answer nothing happens
 * until it is polled again.
 *
 * <p>One owner polls it, never concurrently, until it answers ready or throws; then, or when the owner gives up
 * earlier, the owner closes it exactly once and calls it no more. It is the one-shot sibling of {@link Source}.
 *
 * @param <T> the type of the result
 */
@FunctionalInterface
public interface Pollable<T extends @Nullable Object> {
    /**
     * Makes progress without blocking.
     *
     * @param cx the waker, budget and services of this poll; not to be kept beyond the call
     * @return ready with the result; or pending, after {@code cx.waker()} was registered wherever the awaited event
     *     will look for it, and the event was looked for once more after that
     * @throws Exception if the computation failed; it is then over
     */
    Poll<T> poll(Context cx) throws Exception;

    /** Releases what the computation holds, whether it finished, failed or was given up. Does not block. */
    default void close() {}

    // ---- simple ones ----

    /** Returns the computation that makes a call, which must not block, in its first poll. */
    static <T extends @Nullable Object> Pollable<T> of(Callable<? extends T> call) {
        Objects.requireNonNull(call, "call");
        return cx -> Poll.ready(call.call());
    }

    /** Returns the computation that is over with this result. */
    static <T extends @Nullable Object> Pollable<T> ready(T result) {
        Poll<T> answer = Poll.ready(result);
        return cx -> answer;
    }

    /** Returns the computation that fails. */
    static <T extends @Nullable Object> Pollable<T> failed(Exception failure) {
        Objects.requireNonNull(failure, "failure");
        return cx -> {
            throw failure;
        };
    }

    /**
     * Returns the computation that lets others run: pending once, behind all tasks that are ready now. The thread looks
     * at its timers and sockets before the task's next turn, unless another thread takes the task over. What polls it
     * outside of a runtime is woken at once.
     */
    static Pollable<@Nullable Void> yieldNow() {
        return new YieldNow();
    }

    /**
     * Returns the computation that charges one operation and is pending only while the {@linkplain Budget budget} is
     * used up. For loops that never wait for anything.
     */
    static Pollable<@Nullable Void> consumeBudget() {
        return cx -> cx.charge() ? Poll.done() : Poll.pending();
    }

    // ---- what can be made of one ----

    /** Returns the computation whose result is made of this one's. A function that throws fails it. */
    default <R extends @Nullable Object> Pollable<R> map(Function<? super T, ? extends R> function) {
        return new Mapped<>(this, function);
    }

    /**
     * Returns this computation followed by another that is made of its result. This one is closed before.
     *
     * @param next makes the second computation; if it throws, that is the failure
     */
    default <R extends @Nullable Object> Pollable<R> then(Function<? super T, ? extends Pollable<R>> next) {
        return new Then<>(this, next);
    }

    /**
     * Returns this computation with another in its place if it fails by an exception; errors pass. This one is closed
     * before.
     *
     * @param other makes the other computation of the failure; if it throws, that is the failure
     */
    default Pollable<T> recover(Function<? super Exception, ? extends Pollable<T>> other) {
        return new Recovering<>(this, other);
    }

    /**
     * Returns this computation freed of the {@linkplain Budget budget}: its polls go on as long as they find something
     * to do. For what is known to be short; what never waits holds its thread for ever.
     */
    default Pollable<T> unconstrained() {
        return new Unconstrained<>(this);
    }

    /** Returns this computation with every poll, and its close, in these surroundings. */
    default Pollable<T> within(Surroundings surroundings) {
        return new Within<>(this, surroundings);
    }
}
