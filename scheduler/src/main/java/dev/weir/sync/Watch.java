package dev.weir.sync;

import dev.weir.sync.WaitList.Waiter;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A value that changes, and those who want to know: each receiver learns of the last change, not of every one. For
 * settings, states, positions.
 *
 * <pre>{@code
 * Watch.Sender<Config> config = Watch.of(Config.load());
 * Watch.Receiver<Config> seen = config.subscribe();
 * config.send(Config.load());
 * }</pre>
 *
 * <p>The value and its version are one immutable object, replaced as a whole; a receiver remembers the version it has
 * seen last. Values ought to be immutable too, as they are shared.
 *
 * <pre>
 *                     hasChanged        changed
 * open,   seen        false             waits
 * open,   not seen    true              ready, seen
 * closed, not seen    ClosedException   ready, seen
 * closed, seen        ClosedException   ClosedException
 * </pre>
 *
 * <p>Closed means that every sender has been closed, by whoever owns it. A send tells when there is no receiver; a new one
 * may subscribe at any time.
 *
 * @param <T> the type of the value, which is never null
 */
public final class Watch<T> {
    private final AtomicReference<Version<T>> current;
    private final WaitList waiters = new WaitList();
    private final Ends ends = new Ends();

    private Watch(T initial) {
        current = new AtomicReference<>(new Version<>(initial, 0));
    }

    /** Creates a value to watch and returns its first sender. */
    public static <T> Sender<T> of(T initial) {
        return new Sender<>(new Watch<>(Objects.requireNonNull(initial, "initial")));
    }

    private Version<T> current() {
        return Objects.requireNonNull(current.get());
    }

    private Version<T> replace(T value) {
        Version<T> seen;
        do {
            seen = current();
        } while (!replace(seen, value));
        return seen;
    }

    private boolean replace(Version<T> seen, T value) {
        if (!current.compareAndSet(seen, new Version<>(value, seen.number + 1))) {
            return false;
        }
        waiters.tellAll(Waiter.GRANTED); // who looked before the change is in the list, who looks later sees it
        return true;
    }

    private Receiver<T> subscribe(long seen) {
        ends.addReceiver();
        return new Receiver<>(this, seen);
    }

    private record Version<T>(T value, long number) {}

    /** The right to change the value. Any thread, but for {@code close}, which is called once by the owner. */
    public static final class Sender<T> implements AutoCloseable {
        private final Watch<T> shared;
        private volatile boolean open = true;

        private Sender(Watch<T> shared) {
            this.shared = shared;
        }

        /**
         * Changes the value, if anybody is there to see it.
         *
         * @return false if there is no receiver; the value is then as before
         */
        public boolean send(T value) {
            Objects.requireNonNull(value, "value");
            Ends.requireOpen(open);
            if (shared.ends.receivers() == 0) {
                return false;
            }
            shared.replace(value);
            return true;
        }

        /** Changes the value, with or without receivers, and returns the one before. */
        public T sendReplace(T value) {
            Objects.requireNonNull(value, "value");
            Ends.requireOpen(open);
            return shared.replace(value).value;
        }

        /**
         * Changes the value to a function of it, with or without receivers.
         *
         * @param change without side effects, as it is applied again when another sender was faster; when it throws,
         *     nothing has changed and nobody is told
         */
        public void sendModify(UnaryOperator<T> change) {
            Ends.requireOpen(open);
            for (; ; ) {
                Version<T> seen = shared.current();
                if (shared.replace(seen, Objects.requireNonNull(change.apply(seen.value), "the changed value"))) {
                    return;
                }
            }
        }

        /**
         * Like {@link #sendModify}, unless the function returns the very object it was given: then nothing has changed.
         *
         * @return whether it has
         */
        public boolean sendIfModified(UnaryOperator<T> change) {
            Ends.requireOpen(open);
            for (; ; ) {
                Version<T> seen = shared.current();
                T value = Objects.requireNonNull(change.apply(seen.value), "the changed value");
                if (isSame(value, seen.value)) {
                    return false;
                }
                if (shared.replace(seen, value)) {
                    return true;
                }
            }
        }

        @SuppressWarnings("ReferenceEquality") // the contract of sendIfModified
        private static boolean isSame(Object one, Object other) {
            return one == other;
        }

        /** Returns the value. */
        public T get() {
            return shared.current().value;
        }

        /** Returns a receiver that has seen the present value, to be closed. */
        public Receiver<T> subscribe() {
            Ends.requireOpen(open);
            return shared.subscribe(shared.current().number);
        }

        /** Returns one more sender, to be closed by itself. */
        public Sender<T> copy() {
            Ends.requireOpen(open);
            shared.ends.addSender();
            return new Sender<>(shared);
        }

        /** Returns this end as a sink with a sender of its own. It is always ready, with or without receivers. */
        public Sink<T> sink() {
            Sender<T> own = copy();
            return new ReadySink<>(own::sendReplace, own::close);
        }

        /** Waits until there is no receiver. Charges no budget. */
        public Pollable<@Nullable Void> closed() {
            return shared.ends.deserted();
        }

        public int receivers() {
            return shared.ends.receivers();
        }

        /** Gives up this sender. The last one ends the receivers, once they have seen the last value. Idempotent. */
        @Override
        public void close() {
            if (open) {
                open = false;
                shared.ends.removeSender(shared.waiters);
            }
        }
    }

    /**
     * The right to see the value. One owner, one thread at a time.
     *
     * <p>Cancel safety: no change is lost by giving up a wait.
     */
    public static final class Receiver<T> implements AutoCloseable {
        private final Watch<T> shared;
        private final Waiter waiter = new Waiter();
        private long seen;
        private boolean open = true;

        private Receiver(Watch<T> shared, long seen) {
            this.shared = shared;
            this.seen = seen;
        }

        /** Returns the value, which counts as seen or not as before. */
        public T get() {
            return shared.current().value;
        }

        /** Returns the value, which counts as seen. */
        public T getAndMarkSeen() {
            Version<T> now = shared.current();
            seen = now.number;
            return now.value;
        }

        /**
         * Tells whether the value has changed since it was seen.
         *
         * @throws ClosedException if it will never change again
         */
        public boolean hasChanged() {
            if (shared.ends.ended()) {
                throw closed();
            }
            return shared.current().number != seen;
        }

        /** Lets the present value count as not seen. */
        public void markChanged() {
            seen = shared.current().number - 1;
        }

        /** Lets the present value count as seen. */
        public void markUnchanged() {
            seen = shared.current().number;
        }

        /**
         * Waits until the value has changed and marks it as seen, without an allocation. Charges one operation for a
         * change.
         *
         * @return false if not now
         * @throws ClosedException if it has not changed and never will
         */
        public boolean pollChanged(Context cx) {
            if (takeChange(cx)) {
                return true;
            }
            if (isDone()) {
                throw closed();
            }
            return false;
        }

        /** As above, but at the end it is only false. */
        private boolean takeChange(Context cx) {
            if (!cx.charge()) {
                return false;
            }
            if (seesChange() || (awaitChange(cx) && seesChange())) {
                return true;
            }
            cx.budget().refund();
            return false;
        }

        private boolean seesChange() {
            long now = shared.current().number;
            boolean changed = now != seen;
            seen = now;
            return changed;
        }

        private boolean isDone() {
            return shared.ends.ended()
                    && shared.current().number == seen; // in this order: the last value is still seen
        }

        /** Waits; true if there is something to look at instead. */
        private boolean awaitChange(Context cx) {
            if (waiter.isWaiting() && waiter.keepWaiting(shared.waiters, cx.waker())) {
                return false;
            }
            shared.waiters.lock();
            try {
                if (shared.current().number != seen || shared.ends.ended()) {
                    return true;
                }
                shared.waiters.add(waiter, cx.waker());
                return false;
            } finally {
                shared.waiters.unlock();
            }
        }

        /** Waits for a change and marks it as seen; fails as {@link #pollChanged} does. */
        public Pollable<@Nullable Void> changed() {
            return cx -> pollChanged(cx) ? Poll.done() : Poll.pending();
        }

        /**
         * Waits for a value that meets the condition, the present one included, and marks it as seen.
         *
         * @return a pollable that throws {@link ClosedException} if the last value does not meet it
         */
        public Pollable<T> waitFor(Predicate<? super T> condition) {
            boolean[] looked = {false};
            return cx -> {
                for (; ; ) {
                    if (looked[0] && !pollChanged(cx)) {
                        return Poll.pending();
                    }
                    looked[0] = true;
                    T value = getAndMarkSeen();
                    if (condition.test(value)) {
                        return Poll.ready(value);
                    }
                }
            };
        }

        /**
         * Waits for a change, blocking a thread that runs no tasks, and returns the value.
         *
         * @throws ClosedException if it has not changed and never will
         * @throws InterruptedException if the thread is interrupted; no change was marked as seen
         * @throws IllegalStateException on a thread that runs tasks
         */
        public T changedBlocking() throws InterruptedException {
            Blocking.await(changed(), "changedBlocking", "changed()");
            return getAndMarkSeen();
        }

        /** Returns this receiver as a source, which owns it: of the present value, then of the changed ones. */
        public Source<T> source() {
            return new Values();
        }

        /** Returns one more receiver that has seen what this one has, to be closed. */
        public Receiver<T> copy() {
            return shared.subscribe(seen);
        }

        /** Gives up watching. Idempotent. */
        @Override
        public void close() {
            if (open) {
                open = false;
                shared.waiters.leave(waiter);
                shared.ends.removeReceiver();
            }
        }

        private static ClosedException closed() {
            return new ClosedException("every sender of the watched value was closed");
        }

        private final class Values implements Source<T> {
            private final Waiter listener = new Waiter();

            Values() {
                markChanged();
            }

            @Override
            public @Nullable T poll(Context cx) {
                shared.ends.listen(listener, cx.waker());
                return takeChange(cx) ? getAndMarkSeen() : null;
            }

            @Override
            public boolean isDone() {
                return Receiver.this.isDone();
            }

            @Override
            public void close() {
                shared.ends.leave(listener);
                Receiver.this.close();
            }
        }
    }
}
