package dev.weir.sync;

import dev.weir.sync.WaitList.Waiter;
import dev.weir.sync.WaitList.Wakes;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A channel in which every receiver gets every item that was sent after it subscribed. It never waits for a slow receiver:
 * the oldest item is overwritten, and who has missed it is told how many it has missed.
 *
 * <pre>{@code
 * Broadcast.Sender<Price> prices = Broadcast.withCapacity(1024);
 * Broadcast.Receiver<Price> mine = prices.subscribe();
 * prices.send(price);
 * }</pre>
 *
 * <p>Items are kept in a ring until they are overwritten, also those that all have received: so many items, at most, are
 * kept alive. Senders and receivers are closed by whoever owns them; there are no destructors. When the last sender is
 * closed, receivers end after what is in the ring; when no receiver is there, a send tells so.
 *
 * <p>An entry is immutable and carries its position, so a receiver needs one read to know whether what it found is what it
 * looked for: its own position, it takes it; a lower one, or none, it waits; a higher one, it was overtaken. Senders take
 * turns under the lock of those who wait.
 *
 * @param <T> the type of the items, which are never null
 */
public final class Broadcast<T> {
    /** The largest ring. */
    public static final int MAX_CAPACITY = 1 << 27;

    private final AtomicReferenceArray<@Nullable Entry<T>> ring;
    private final int mask;
    private final WaitList waiters = new WaitList();
    private final Ends ends = new Ends();

    /** The position of the next item; written under the lock. */
    private volatile long tail;

    private Broadcast(int capacity) {
        int size = capacity == 1 ? 1 : Integer.highestOneBit(capacity - 1) << 1;
        ring = new AtomicReferenceArray<>(size);
        mask = size - 1;
    }

    /**
     * Creates a channel and returns its first sender.
     *
     * @param capacity how many items a receiver may be behind, from 1 to {@link #MAX_CAPACITY}; rounded up to a power of
     *     two
     */
    public static <T> Sender<T> withCapacity(int capacity) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity must be from 1 to " + MAX_CAPACITY + ", was " + capacity);
        }
        return new Sender<>(new Broadcast<>(capacity));
    }

    private int send(T item) {
        if (ends.receivers() == 0) {
            return 0;
        }
        Wakes wakes = new Wakes();
        waiters.lock();
        try {
            long position = tail;
            ring.setRelease((int) position & mask, new Entry<>(position, item)); // partner of the acquire in find
            tail = position + 1;
            waiters.notifyAll(Waiter.GRANTED, wakes);
        } finally {
            waiters.unlock();
        }
        waiters.wakeAll(Waiter.GRANTED, wakes);
        return ends.receivers();
    }

    private @Nullable Entry<T> find(long position) {
        return ring.getAcquire((int) position & mask);
    }

    private Receiver<T> subscribe() {
        ends.addReceiver(); // before the position: what is sent after this is received
        return new Receiver<>(this, tail);
    }

    private record Entry<T>(long position, T item) {}

    /** The right to send. Any thread, but for {@code close}, which is called once by the owner. */
    public static final class Sender<T> implements AutoCloseable {
        private final Broadcast<T> shared;
        private volatile boolean open = true;

        private Sender(Broadcast<T> shared) {
            this.shared = shared;
        }

        /**
         * Sends to every receiver. Never waits.
         *
         * @return how many receivers there are; if it is 0 the item was not sent
         */
        public int send(T item) {
            Objects.requireNonNull(item, "item");
            Ends.requireOpen(open);
            return shared.send(item);
        }

        /** Returns a receiver of what is sent from now on, to be closed. */
        public Receiver<T> subscribe() {
            Ends.requireOpen(open);
            return shared.subscribe();
        }

        /** Returns one more sender, to be closed by itself. */
        public Sender<T> copy() {
            Ends.requireOpen(open);
            shared.ends.addSender();
            return new Sender<>(shared);
        }

        /** Returns a sender that does not keep the receivers waiting, and has to be upgraded before it can send. */
        public WeakSender<T> downgrade() {
            return new WeakSender<>(shared);
        }

        /** Returns this end as a sink with a sender of its own. It is always ready, with or without receivers. */
        public Sink<T> sink() {
            Sender<T> own = copy();
            return new ReadySink<>(own::send, own::close);
        }

        /** Waits until there is no receiver. Charges no budget. */
        public Pollable<@Nullable Void> closed() {
            return shared.ends.deserted();
        }

        public int receivers() {
            return shared.ends.receivers();
        }

        /** Returns how many senders are open. */
        public int senders() {
            return shared.ends.senders();
        }

        /** Returns the number of items in the ring, whether or not anybody still wants them. */
        public int size() {
            return (int) Math.min(shared.tail, shared.ring.length());
        }

        /** Gives up this sender. The last one ends the receivers, once they have received what is there. Idempotent. */
        @Override
        public void close() {
            if (open) {
                open = false;
                shared.ends.removeSender(shared.waiters);
            }
        }
    }

    /** Can become a sender as long as there is one. */
    public static final class WeakSender<T> {
        private final Broadcast<T> shared;

        private WeakSender(Broadcast<T> shared) {
            this.shared = shared;
        }

        /** Returns a sender, to be closed; null if all have been closed. */
        public @Nullable Sender<T> upgrade() {
            return shared.ends.addSenderToOthers() ? new Sender<>(shared) : null;
        }
    }

    /**
     * The right to receive. One owner, one thread at a time.
     *
     * <p>Cancel safety: nothing is lost by giving up a wait.
     */
    public static final class Receiver<T> implements AutoCloseable {
        private final Broadcast<T> shared;
        private final Waiter waiter = new Waiter();
        private long position;
        private boolean open = true;

        private Receiver(Broadcast<T> shared, long position) {
            this.shared = shared;
            this.position = position;
        }

        /**
         * Receives an item, or waits for it, without an allocation.
         *
         * @return null if not now, or if {@link #isDone()}
         * @throws LaggedException once, if items were overwritten; the next poll has the oldest there is
         */
        public @Nullable T poll(Context cx) {
            if (!cx.charge()) {
                return null;
            }
            T item = tryReceive();
            if (item == null && awaitItem(cx)) {
                item = tryReceive();
            }
            if (item == null) {
                cx.budget().refund();
            }
            return item;
        }

        /** Waits; true if there is something to look at instead. */
        private boolean awaitItem(Context cx) {
            if (waiter.isWaiting() && waiter.keepWaiting(shared.waiters, cx.waker())) {
                return false;
            }
            shared.waiters.lock();
            try {
                if (shared.tail != position || shared.ends.ended()) {
                    return true;
                }
                shared.waiters.add(waiter, cx.waker());
                return false;
            } finally {
                shared.waiters.unlock();
            }
        }

        /** Waits for an item; ready with null at the end, fails with {@link LaggedException} as {@link #poll} does. */
        public Pollable<@Nullable T> receive() {
            return cx -> {
                T item = poll(cx);
                return item != null || isDone() ? Poll.ready(item) : Poll.pending();
            };
        }

        /**
         * Receives an item if one is there. Charges nothing.
         *
         * @return null if not: {@link #isDone()} tells whether one may come
         * @throws LaggedException as {@link #poll} does
         */
        public @Nullable T tryReceive() {
            Entry<T> entry = shared.find(position);
            if (entry == null || entry.position < position) {
                return null;
            }
            if (entry.position > position) {
                // The tail is written after the entry that was found: it may not count it yet.
                long oldest = Math.max(shared.tail, entry.position + 1) - shared.ring.length();
                long missed = oldest - position;
                position = oldest;
                throw new LaggedException(missed);
            }
            position++;
            return entry.item;
        }

        /**
         * Receives, blocking a thread that runs no tasks until there is an item.
         *
         * @return null at the end
         * @throws LaggedException as {@link #poll} does
         * @throws InterruptedException if the thread is interrupted; nothing was received
         * @throws IllegalStateException on a thread that runs tasks
         */
        public @Nullable T receiveBlocking() throws InterruptedException {
            return Blocking.await(receive(), "receiveBlocking", "the receiver");
        }

        /**
         * Returns this receiver as a source, which owns it from now on.
         *
         * @param lagged is told how many items were missed, before the next one; what it throws fails the source
         */
        public Source<T> source(LongConsumer lagged) {
            Objects.requireNonNull(lagged, "lagged");
            Waiter listener = new Waiter();
            return new Source<>() {
                @Override
                public @Nullable T poll(Context cx) {
                    shared.ends.listen(listener, cx.waker());
                    for (; ; ) {
                        try {
                            return Receiver.this.poll(cx);
                        } catch (LaggedException e) {
                            lagged.accept(e.missed()); // has been charged
                        }
                    }
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
            };
        }

        /** Returns one more receiver, of what is sent from now on: not of what this one has still to receive. */
        public Receiver<T> resubscribe() {
            return shared.subscribe();
        }

        /** Tells whether no further item will come. */
        public boolean isDone() {
            return shared.ends.ended() && shared.tail == position;
        }

        /** Returns how many items were sent that this has not received, overwritten ones too. */
        public long size() {
            return Math.max(0, shared.tail - position); // the tail may not count yet what was received
        }

        /** Gives up receiving. Idempotent. */
        @Override
        public void close() {
            if (open) {
                open = false;
                shared.waiters.leave(waiter);
                shared.ends.removeReceiver();
            }
        }
    }
}
