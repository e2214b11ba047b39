package dev.weir.sync;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts what is going on, so that a shutdown can wait for its end: close the tracker, tell the tasks to stop, await it.
 * It keeps no results and cancels nothing.
 *
 * <pre>{@code
 * runtime.spawn(tracker.track(connection));
 * ...
 * tracker.close();
 * token.cancel();
 * runtime.blockOn(tracker.await());
 * }</pre>
 *
 * <p>One word: how many, and whether it is closed. Whoever makes it <em>closed and empty</em>, be it by closing or by being
 * the last to end, tells all who wait. All methods may be called from any thread.
 */
public final class TaskTracker {
    private static final long CLOSED = 1;
    private static final long ONE = 2;

    private final AtomicLong word = new AtomicLong();
    private final Notify ended = new Notify();

    /** Counts the pollable from now until it is closed. To be given to an owner that closes it, such as a task. */
    public <T extends @Nullable Object> Pollable<T> track(Pollable<T> pollable) {
        return new Tracked<>(Objects.requireNonNull(pollable, "pollable"), token());
    }

    /** Counts from now until the token is closed, also when this is closed. */
    public Token token() {
        word.getAndAdd(ONE);
        return new Token(this);
    }

    /** From now on {@link #await()} is ready whenever nothing is counted. Idempotent. Tells whether it was open. */
    public boolean close() {
        for (; ; ) {
            long seen = word.get();
            if ((seen & CLOSED) != 0) {
                return false;
            }
            if (word.compareAndSet(seen, seen | CLOSED)) {
                tellIfEnded(seen | CLOSED);
                return true;
            }
        }
    }

    /** Undoes {@link #close()}; who has been told already stays so. Tells whether it was closed. */
    public boolean reopen() {
        return (word.getAndUpdate(seen -> seen & ~CLOSED) & CLOSED) != 0;
    }

    public boolean isClosed() {
        return (word.get() & CLOSED) != 0;
    }

    public boolean isEmpty() {
        return size() == 0;
    }

    /** Returns how many are counted. */
    public long size() {
        return word.get() >>> 1;
    }

    /** Waits until this is closed and empty, or was so once since this call. Charges no budget. */
    public Pollable<@Nullable Void> await() {
        return new Closed(() -> word.get() == CLOSED, ended);
    }

    private void tellIfEnded(long now) {
        if (now == CLOSED) {
            ended.notifyWaiters();
        }
    }

    /** Something that is going on. */
    public static final class Token implements AutoCloseable {
        private final TaskTracker tracker;
        private final AtomicBoolean open = new AtomicBoolean(true);

        private Token(TaskTracker tracker) {
            this.tracker = tracker;
        }

        /** It has ended. Idempotent. */
        @Override
        public void close() {
            if (open.compareAndSet(true, false)) {
                tracker.tellIfEnded(tracker.word.addAndGet(-ONE));
            }
        }
    }

    private record Tracked<T extends @Nullable Object>(Pollable<T> pollable, Token token) implements Pollable<T> {
        @Override
        public Poll<T> poll(Context cx) throws Exception {
            return pollable.poll(cx);
        }

        @Override
        public void close() {
            try {
                pollable.close();
            } finally {
                token.close();
            }
        }
    }
}
