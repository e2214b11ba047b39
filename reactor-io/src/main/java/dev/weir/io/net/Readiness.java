package dev.weir.io.net;

import dev.weir.io.driver.Registration;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Waker;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a channel of whatever kind to be ready, and leaves it to its owner what to do then. Any number of tasks may
 * wait for a direction; one event wakes them all, and does not wake those who wait for the other.
 *
 * <pre>{@code
 * String line = readiness.tryIo(OP_READ, () -> readLineOrNull(channel));   // null: would block, so wait for
 * readiness.ready(OP_READ)                                                  // ... and try again
 * }</pre>
 *
 * <p>What is known of a direction:
 *
 * <pre>
 * event \ known         not ready                       ready
 * event of the driver   ready, wakes all who wait       same
 * tryIo would block     -                               not ready
 * ready() is polled     interest armed, pending         done
 * </pre>
 *
 * <p>It begins as not ready, for nobody has looked. Readiness may be gone again when it is acted upon; {@code tryIo}
 * finds out. All methods may be called from any thread.
 */
public final class Readiness implements AutoCloseable {
    private final SelectableChannel channel;
    private final Registration registration;
    private final Direction inward = new Direction();
    private final Direction outward = new Direction();

    private Readiness(SelectableChannel channel) {
        this.channel = channel;
        registration = new Registration(channel);
    }

    /**
     * Sets a channel to non-blocking mode and watches it. It is registered with the driver of whoever waits first, and
     * must not be with another selector.
     */
    public static Readiness of(SelectableChannel channel) throws IOException {
        channel.configureBlocking(false);
        return new Readiness(channel);
    }

    /**
     * Returns the computation that waits until the channel is ready, or is closed by its peer, which counts as ready.
     * Giving it up leaves nothing behind. It fails if the channel was closed through here, given back, or the runtime
     * shut down, and if another readiness watches it at this driver.
     *
     * @param op one of the operations of {@link SelectionKey} that the channel has
     */
    public Pollable<@Nullable Void> ready(int op) {
        requireOne(op);
        return new Ready(op);
    }

    /**
     * Tries an operation if the channel is known to be ready for it. An answer of null says that it would block, and
     * ends the readiness.
     *
     * @param op one of the operations of {@link SelectionKey} that the channel has
     * @param io does not block; returns null if it would have to
     * @return its answer; null without calling it if the channel is not known to be ready
     * @throws Exception what {@code io} throws, which leaves the readiness as it is
     */
    public <T> @Nullable T tryIo(int op, Callable<? extends @Nullable T> io) throws Exception {
        requireOne(op);
        registration.check();
        Direction direction = direction(op);
        if (!direction.isReady()) {
            return null;
        }
        T answer = io.call();
        if (answer == null) {
            // An event that came since is forgotten as well, and comes again: the interest of the next wait is
            // level-triggered.
            direction.clear();
        }
        return answer;
    }

    /** Tells whether the channel is known to be ready, without looking. */
    public boolean isReady(int op) {
        requireOne(op);
        return direction(op).isReady();
    }

    /**
     * Watches the channel no more and hands it back, open and non-blocking. Who waits fails. Its registration ends with
     * the next look of the driver; until then another selector of the same driver may have to wait for it.
     */
    public SelectableChannel release() {
        registration.release(new IOException("the channel was given back"));
        return channel;
    }

    /** Closes the channel; who waits fails. Idempotent; without effect on a channel that was given back. */
    @Override
    public void close() {
        registration.close(new IOException("the channel was closed"));
    }

    private void requireOne(int op) {
        if (Integer.bitCount(op) != 1 || (op & channel.validOps()) == 0) {
            throw new IllegalArgumentException("op must be one of the operations of " + channel + ", was " + op);
        }
    }

    private Direction direction(int op) {
        return (op & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0 ? inward : outward;
    }

    @Override
    public String toString() {
        return "Readiness[" + channel + "]";
    }

    /** Who waits for one direction. It stands at the driver as the one who is woken, and wakes all. */
    private static final class Direction implements Waker {
        private final List<Ready> waiting = new ArrayList<>(); // which keeps those it has if it cannot grow
        private boolean ready;

        /**
         * One after the other, and without a list of them: when memory is short those who could not be woken wait on, and
         * it throws, so that its own waker is kept for the next event.
         */
        @Override
        public void wake() {
            OutOfMemoryError none = null;
            for (int left = toReady(); left > 0; left--) {
                Ready next = next();
                if (next != null) {
                    try {
                        next.wake();
                    } catch (OutOfMemoryError e) {
                        waitOn(next);
                        none = e;
                    }
                }
            }
            if (none != null) {
                throw none;
            }
        }

        /** Returns how many wait: those who come while it wakes wait for another event. */
        private synchronized int toReady() {
            ready = true;
            return waiting.size();
        }

        private synchronized @Nullable Ready next() {
            return waiting.isEmpty() ? null : waiting.remove(0);
        }

        private synchronized void waitOn(Ready waiter) {
            if (!waiting.contains(waiter)) {
                waiting.add(waiter);
            }
        }

        /** Tells whether it is ready; if not, this waiter is woken when it is. */
        synchronized boolean isReadyFor(Ready waiter, Waker waker) {
            waiter.waker = waker;
            if (!ready) {
                waitOn(waiter);
            }
            return ready;
        }

        synchronized boolean isReady() {
            return ready;
        }

        synchronized void clear() {
            ready = false;
        }

        synchronized void remove(Ready waiter) {
            waiting.remove(waiter);
        }
    }

    private final class Ready implements Pollable<@Nullable Void> {
        private final int op;
        private final Direction direction;

        /** Written under the lock of the direction. */
        private volatile @Nullable Waker waker;

        Ready(int op) {
            this.op = op;
            direction = direction(op);
        }

        void wake() {
            Objects.requireNonNull(waker).wake();
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) throws IOException {
            registration.check();
            if (!cx.charge()) {
                return Poll.pending();
            }
            if (direction.isReadyFor(this, cx.waker())) {
                return Poll.done();
            }
            cx.budget().refund();
            if (!registration.tryAwait(op, cx.withWaker(direction))) {
                cx.waker().wake(); // not the direction, which would take it for an event
            }
            return Poll.pending();
        }

        @Override
        public void close() {
            direction.remove(this);
        }
    }
}
