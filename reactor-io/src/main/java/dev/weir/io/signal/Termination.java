package dev.weir.io.signal;

import dev.weir.io.call.Ending;
import dev.weir.task.Pollable;
import java.time.Duration;
import java.util.Objects;
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
    private final Ending asked = new Ending();

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
        try {
            asked.end();
        } finally { // whoever could not be told, others have their time
            awaitFinish(patience);
        }
    }

    private void awaitFinish(Duration patience) {
        try {
            finished.await(TimeUnit.NANOSECONDS.convert(patience), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // somebody is in a hurry
        }
    }

    /** Returns the computation that waits until the JVM is asked to end. Giving it up leaves nothing behind. */
    public Pollable<@Nullable Void> asked() {
        return asked.awaited();
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
}
