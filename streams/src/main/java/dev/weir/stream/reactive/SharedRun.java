package dev.weir.stream.reactive;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of a source for any number of consumers. Each {@link #join} is the source of one; the run begins when enough of
 * them have been polled, or by {@link #connect}. May be used from any thread.
 *
 * @param <T> the type of the items
 */
public final class SharedRun<T> {
    private final Supplier<? extends Source<T>> open;
    private final Supplier<? extends Outlet<T>> makeOutlet;
    private final int startAt;
    private final boolean restarts;

    private final ReentrantLock lock = new ReentrantLock();
    // guarded by the lock
    private @Nullable Outlet<T> outlet;
    private boolean started;
    /** Over all outlets, and up to {@code startAt}: who has left counts as well. */
    private int joined;

    private SharedRun(
            Supplier<? extends Source<T>> open,
            Supplier<? extends Outlet<T>> makeOutlet,
            int startAt,
            boolean restarts) {
        this.open = open;
        this.makeOutlet = makeOutlet;
        this.startAt = startAt;
        this.restarts = restarts;
    }

    /**
     * Consumers receive what comes after they have joined; the run is cancelled when the last has left, and it or its
     * end is followed by another run for who comes then.
     *
     * @param buffer the most items that are kept for the slowest consumer, at least 1
     */
    public static <T> SharedRun<T> whileJoined(Supplier<? extends Source<T>> open, int buffer) {
        return new SharedRun<>(open, () -> new Multicast<>(buffer, false), 1, true);
    }

    /**
     * As {@link #whileJoined}, but there is one run.
     *
     * @param startAt how many consumers let it begin; 0 leaves that to {@link #connect}
     */
    public static <T> SharedRun<T> once(Supplier<? extends Source<T>> open, int buffer, int startAt) {
        return new SharedRun<>(open, () -> new Multicast<>(buffer, false), startAt, false);
    }

    /**
     * There is one run, which begins with the first consumer and ends by itself; each consumer begins with what is kept.
     *
     * @param history the most items that are kept; {@link Integer#MAX_VALUE} for all
     */
    public static <T> SharedRun<T> replaying(Supplier<? extends Source<T>> open, int history) {
        return new SharedRun<>(open, () -> new Replay<>(history), 1, false);
    }

    /** Returns the source of one more consumer, who joins when it is polled for the first time. */
    public Source<T> join() {
        return new Member();
    }

    /**
     * Begins the run now, whoever has joined. Only the first call does anything.
     *
     * @return whether this call has begun it
     */
    public boolean connect(TaskRuntime runtime) {
        Outlet<T> target;
        lock.lock();
        try {
            target = current();
            if (started) {
                return false;
            }
            started = true;
        } finally {
            lock.unlock();
        }
        start(target, runtime);
        return true;
    }

    private Source<T> attach(TaskRuntime runtime) {
        Outlet<T> target;
        Source<T> cursor;
        boolean first;
        lock.lock();
        try {
            do {
                target = current();
                cursor = target.attach();
            } while (isFollowed(target)); // it ended before this could join
            joined = Math.min(joined + 1, startAt);
            first = !started && startAt > 0 && joined >= startAt;
            started |= first;
        } finally {
            lock.unlock();
        }
        if (first) {
            start(target, runtime);
        }
        return cursor;
    }

    /** Under the lock. */
    private Outlet<T> current() {
        Outlet<T> target = outlet;
        if (target == null || isFollowed(target)) {
            target = makeOutlet.get();
            outlet = target;
            started = false;
        }
        return target;
    }

    /** Under the lock: whether it has ended, and who comes then gets another. All may leave before the run begins. */
    private boolean isFollowed(Outlet<T> target) {
        return (restarts || !started) && target.isEnded();
    }

    /** Tells whether who joins now has nothing to hear of but the end (P4). */
    private boolean isOver() {
        lock.lock();
        try {
            return outlet != null && !isFollowed(outlet) && outlet.isOver();
        } finally {
            lock.unlock();
        }
    }

    private void start(Outlet<T> target, TaskRuntime runtime) {
        Source<T> source;
        try {
            source = open.get();
        } catch (Throwable thrown) {
            target.fail(thrown);
            return;
        }
        new Pump<T, T>(source, same -> same, target).start(runtime);
    }

    private final class Member implements Source<T> {
        private @Nullable Source<T> cursor;

        @Override
        public @Nullable T poll(Context cx) throws Exception {
            Source<T> source = cursor;
            if (source == null) {
                source = attach(cx.service(TaskRuntime.class));
                cursor = source;
            }
            return source.poll(cx);
        }

        @Override
        public boolean isDone() {
            return cursor != null ? cursor.isDone() : isOver();
        }

        @Override
        public void close() {
            if (cursor != null) {
                cursor.close();
            }
        }
    }
}
