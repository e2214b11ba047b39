package dev.weir.io.signal;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Waker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells tasks that the JVM was asked to end, by a signal or by {@link System#exit}, and holds its end up until this is
 * closed or a patience has run out. It cannot be called off. All methods may be called from any thread.
 */
public final class Termination implements AutoCloseable {
    private final Thread hook;
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Set<Waiter> waiting = new LinkedHashSet<>();
    private boolean asked;

    private Termination(Duration patience) {
        hook = new Thread(() -> holdUp(patience), "weir-termination");
    }

    /**
     * Begins to watch. Several may watch at a time; each holds the end up for itself.
     *
     * @param patience how long the end of the JVM is held up at most, at least zero
     * @throws IllegalStateException if the JVM is ending already
     */
    public static Termination install(Duration patience) {
        Objects.requireNonNull(patience, "patience");
        if (patience.isNegative()) {
            throw new IllegalArgumentException("patience must not be negative, was " + patience);
        }
        Termination termination = new Termination(patience);
        Runtime.getRuntime().addShutdownHook(termination.hook);
        return termination;
    }

    private void holdUp(Duration patience) {
        ask();
        try {
            finished.await(TimeUnit.NANOSECONDS.convert(patience), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // somebody is in a hurry
        }
    }

    /** Wakes all who wait, as if the JVM was asked to end. */
    private void ask() {
        List<Waker> wakers = new ArrayList<>();
        synchronized (this) {
            asked = true;
            for (Waiter each : waiting) {
                wakers.add(Objects.requireNonNull(each.waker));
            }
            waiting.clear();
        }
        wakers.forEach(Waker::wake);
    }

    /** Returns the computation that waits until the JVM is asked to end. Giving it up leaves nothing behind. */
    public Pollable<@Nullable Void> asked() {
        return new Waiter();
    }

    /** Says that everything has ended in order: the JVM need not be held up any more. Idempotent. */
    @Override
    public void close() {
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It has been asked to end, and the hook runs.
        }
    }

    private final class Waiter implements Pollable<@Nullable Void> {
        /** Guarded by the termination. */
        private @Nullable Waker waker;

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            synchronized (Termination.this) {
                if (asked) {
                    return Poll.done();
                }
                waker = cx.waker();
                waiting.add(this);
                return Poll.pending();
            }
        }

        @Override
        public void close() {
            synchronized (Termination.this) {
                waiting.remove(this);
            }
        }
    }
}
