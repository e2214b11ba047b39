package dev.weir.stream.push;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Scheduler;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one place that learns of what a stream was given and could not pass on: items that an {@link Overflow} policy
 * dropped, and failures that came when the stream had ended, or had come when it was left and were not thrown. Nothing
 * else is dropped but what an operator's contract says, and the items that a run holds when it is closed; of those nobody
 * is told. So take an item that is a resource, such as a pooled buffer, where it is used ({@link
 * dev.weir.stream.AsyncStream#using} for each), or let the run own all that are under way (one {@code using} around it).
 */
public final class Drops {
    private static final LongAdder ITEMS = new LongAdder();
    private static final LongAdder FAILURES = new LongAdder();
    private static volatile Consumer<? super Drop> listener = Drops::report;

    private Drops() {}

    /**
     * What was dropped: an item or a failure.
     *
     * @param where names the operator
     */
    public record Drop(
            String where, @Nullable Object item, @Nullable Throwable failure) {}

    /**
     * Sets the listener of this process. Unless told otherwise, items are only counted, and failures go where the
     * runtime puts what is undeliverable, or off a runtime to the thread's handler of uncaught exceptions.
     *
     * @param listener is called on the thread that dropped, and must neither block nor throw; null restores the default
     */
    public static void listen(@Nullable Consumer<? super Drop> listener) {
        Drops.listener = listener == null ? Drops::report : listener;
    }

    /** Returns how many items were dropped in this process. */
    public static long items() {
        return ITEMS.sum();
    }

    /** Returns how many failures came too late in this process: to be watched where their traces would be too many. */
    public static long failures() {
        return FAILURES.sum();
    }

    /** Tells of an item. */
    public static void item(String where, Object item) {
        ITEMS.increment();
        listener.accept(new Drop(where, item, null));
    }

    /** Tells of a failure. */
    public static void failure(String where, Throwable failure) {
        FAILURES.increment();
        listener.accept(new Drop(where, null, failure));
    }

    private static void report(Drop drop) {
        Throwable failure = drop.failure();
        if (failure == null) {
            return;
        }
        if (TaskRuntime.current() instanceof Scheduler scheduler) {
            scheduler.undeliverable(failure);
            return;
        }
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
        } catch (Throwable ignored) {
            // as the JVM does with what a handler throws
        }
    }
}
