package dev.weir.sync;

import dev.weir.sync.WaitList.Waiter;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A queue from many senders to one receiver, with back-pressure: who sends waits for room, first come first served.
 *
 * <pre>{@code
 * Channel<String> lines = Channel.bounded(16);
 * runtime.spawn(lines.sender().send("hello"));
 * String line = runtime.blockOn(lines.receiver().receive());
 * }</pre>
 *
 * <p>Items of one sending task arrive in the order in which it sent them. Room is a <em>permit</em>: one may be reserved
 * before there is anything to send, and then the send cannot fail or wait.
 *
 * <p><b>The ends.</b> The receiver ends when every sender has been {@linkplain Sender#close closed} and what was sent has
 * been received: there are no destructors here, so a sender is closed by whoever owns it, usually in the {@code close} of
 * the pollable that sends. A sender that is forgotten keeps the receiver waiting. The receiver ends the senders by {@link
 * Receiver#stop()}, or by {@link Receiver#close()}: they are then refused, those that wait too, and what they wanted to
 * send stays theirs.
 *
 * <p><b>Two forms.</b> {@code send}, {@code reserve} and {@code receive} return pollables, which are objects. {@link
 * Sender#pollSend}, {@link Sender#pollReserve}, {@link Receiver#poll} and {@link Receiver#pollMany} do the same and
 * allocate nothing; they belong to one task at a time for each handle.
 *
 * <p><b>Cancel safety.</b> Nothing that was received is lost by giving up a receive, and nothing is sent half: a send that
 * is closed before it was ready has not been sent. It loses its place in the queue.
 *
 * @param <T> the type of the items, which are never null
 */
public final class Channel<T> {
    /** The largest bound. */
    public static final int MAX_CAPACITY = Pipe.MAX_CAPACITY;

    /** What became of an item that was offered. */
    public enum Offer {
        /** It will be received, unless the receiver stops receiving. */
        ACCEPTED,
        /** There was no room, or others waited for it. */
        FULL,
        /** It will never be accepted. */
        CLOSED
    }

    private final Sender<T> sender;
    private final Receiver<T> receiver;

    private Channel(int capacity) {
        Pipe<T> pipe = new Pipe<>(capacity, Slots.of(capacity));
        sender = new Sender<>(pipe, new AtomicInteger(1));
        receiver = new Receiver<>(pipe);
    }

    /**
     * Creates a channel for so many items.
     *
     * @param capacity from 1 to {@link #MAX_CAPACITY}: items sent and not received, and permits reserved
     */
    public static <T> Channel<T> bounded(int capacity) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity must be from 1 to " + MAX_CAPACITY + ", was " + capacity);
        }
        return new Channel<>(capacity);
    }

    /**
     * Creates a channel in which no send ever waits: for what is bounded by something else. It is never {@link
     * Offer#FULL}, short of a billion items.
     */
    public static <T> Channel<T> unbounded() {
        return new Channel<>(Pipe.UNBOUNDED);
    }

    /** Returns the first sender; more are made by {@link Sender#copy()}. */
    public Sender<T> sender() {
        return sender;
    }

    public Receiver<T> receiver() {
        return receiver;
    }

    /**
     * The right to send. All methods may be called from any thread, but for {@code pollSend}, {@code pollReserve}, {@code
     * sendReserved} and {@code close}, which belong to one task at a time.
     */
    public static final class Sender<T> implements AutoCloseable {
        private final Pipe<T> pipe;
        private final AtomicInteger senders;
        private final Waiter waiter = new Waiter();
        private boolean reserved;
        private volatile boolean open = true;

        private Sender(Pipe<T> pipe, AtomicInteger senders) {
            this.pipe = pipe;
            this.senders = senders;
        }

        /** Returns one more sender, to be closed by itself. */
        public Sender<T> copy() {
            Ends.requireOpen(open);
            senders.incrementAndGet();
            return new Sender<>(pipe, senders);
        }

        /** Returns a sender that does not keep the receiver waiting, and has to be upgraded before it can send. */
        public WeakSender<T> downgrade() {
            return new WeakSender<>(pipe, senders);
        }

        /** Sends at once or not at all. */
        public Offer trySend(T item) {
            Objects.requireNonNull(item, "item");
            Ends.requireOpen(open);
            return pipe.offer(item);
        }

        /**
         * Sends as soon as there is room. The place in the queue is taken by the first poll. For a limit in time, poll it
         * through {@code Timeout}.
         *
         * <p>Cancel safety: closed before it was ready, the item has not been sent.
         *
         * @return a pollable that throws {@link ClosedException} if the channel is closed; the item is then still the
         *     caller's
         */
        public Pollable<@Nullable Void> send(T item) {
            Ends.requireOpen(open);
            return new Sending<>(pipe, Objects.requireNonNull(item, "item"));
        }

        /**
         * Sends the item, or waits for room: to be called again with it until it was sent. Without an allocation.
         *
         * @return false if it was not sent so far
         * @throws ClosedException if the channel is closed
         */
        public boolean pollSend(Context cx, T item) {
            Objects.requireNonNull(item, "item");
            Ends.requireOpen(open);
            return pipe.pollSend(cx, waiter, item);
        }

        /**
         * Reserves room for one item, to be sent by {@link #sendReserved}, or waits for it. Does nothing while there is
         * such room. {@link #close()} gives it back.
         *
         * @return false if not now
         * @throws ClosedException if the channel is closed
         */
        public boolean pollReserve(Context cx) {
            Ends.requireOpen(open);
            reserved = reserved || pipe.pollReserve(cx, waiter);
            return reserved;
        }

        /** Sends where {@link #pollReserve} has made room. @throws IllegalStateException if it has not */
        public void sendReserved(T item) {
            Objects.requireNonNull(item, "item");
            if (!reserved) {
                throw new IllegalStateException("there is no room: pollReserve has not answered true");
            }
            reserved = false;
            pipe.use(item);
        }

        /** Reserves room for one item; see {@link #reserve(int)}. */
        public Pollable<Permit<T>> reserve() {
            return reserve(1);
        }

        /**
         * Waits for room for so many items at once. The place in the queue is taken by the first poll.
         *
         * <p>Cancel safety: closed before it was ready, it loses its place and nothing else.
         *
         * @param n from 0 to {@link #maxCapacity()}, and to {@link #MAX_CAPACITY} without a bound
         * @return a pollable that throws {@link ClosedException} if the channel is closed
         */
        public Pollable<Permit<T>> reserve(int n) {
            Ends.requireOpen(open);
            int most = Math.min(maxCapacity(), MAX_CAPACITY);
            if (n < 0 || n > most) {
                throw new IllegalArgumentException("n must be from 0 to " + most + ", was " + n);
            }
            return new Reserving<>(pipe, n);
        }

        /** Reserves room for one item if it is there and nobody waits for it; null if not, or if closed. */
        public @Nullable Permit<T> tryReserve() {
            Ends.requireOpen(open);
            return pipe.tryReserve(1) ? new Permit<>(pipe, 1) : null;
        }

        /**
         * Sends, blocking a thread that runs no tasks until there is room.
         *
         * @throws ClosedException if the channel is closed
         * @throws InterruptedException if the thread is interrupted; the item was not sent
         * @throws IllegalStateException on a thread that runs tasks
         */
        public void sendBlocking(T item) throws InterruptedException {
            Blocking.refuseOnTaskThread("sendBlocking", "send(item)");
            if (trySend(item) != Offer.ACCEPTED) {
                Blocking.await(send(item), "sendBlocking", "send(item)");
            }
        }

        /** Waits until sends are refused. Charges no budget. */
        public Pollable<@Nullable Void> closed() {
            return new Closed(pipe::isClosedForSenders, pipe.closed());
        }

        /** Tells whether sends are refused. */
        public boolean isClosed() {
            return pipe.isClosedForSenders();
        }

        /**
         * Returns this channel's end as a sink with a sender of its own. Its {@code pollFinish} and its {@code close}
         * close that sender; it fails with {@link ClosedException} when the channel is closed.
         */
        public Sink<T> sink() {
            return new SenderSink<>(copy());
        }

        /** Returns how many items could be sent now without waiting. */
        public int capacity() {
            return pipe.free();
        }

        /** Returns the bound of the channel. */
        public int maxCapacity() {
            return pipe.capacity();
        }

        /** Returns how many senders are open. Weak ones are not counted: nothing tells when they are forgotten. */
        public int senders() {
            return senders.get();
        }

        /** Tells whether both send into the same channel. */
        public boolean isSameChannel(Sender<?> other) {
            return pipe == other.pipe;
        }

        /**
         * Gives up this sender, what it waits for and what it has reserved. The last one ends the receiver, once that has
         * received what was sent. Pollables that this sender has made go on while there are other senders. Idempotent.
         */
        @Override
        public void close() {
            if (!open) {
                return;
            }
            open = false;
            pipe.giveUp(waiter);
            if (reserved) {
                reserved = false;
                pipe.giveBack(1);
            }
            if (senders.decrementAndGet() == 0) {
                pipe.abandon();
            }
        }
    }

    /** Can become a sender as long as there is one. */
    public static final class WeakSender<T> {
        private final Pipe<T> pipe;
        private final AtomicInteger senders;

        private WeakSender(Pipe<T> pipe, AtomicInteger senders) {
            this.pipe = pipe;
            this.senders = senders;
        }

        /** Returns a sender, to be closed; null if all have been closed. */
        public @Nullable Sender<T> upgrade() {
            return senders.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0 ? null : new Sender<>(pipe, senders);
        }
    }

    /** Room for items. Belongs to one thread at a time; to be closed when it is not used up. */
    public static final class Permit<T> implements AutoCloseable {
        private final Pipe<T> pipe;
        private int left;

        Permit(Pipe<T> pipe, int left) {
            this.pipe = pipe;
            this.left = left;
        }

        /** Returns for how many items there is room. */
        public int left() {
            return left;
        }

        /**
         * Sends an item. It never waits; it is dropped if the receiver has been closed.
         *
         * @throws IllegalStateException if the permit is used up
         */
        public void send(T item) {
            Objects.requireNonNull(item, "item");
            if (left == 0) {
                throw new IllegalStateException("the permit is used up");
            }
            left--;
            pipe.use(item);
        }

        /** Gives back the room that was not used. Idempotent. */
        @Override
        public void close() {
            int n = left;
            left = 0;
            if (n > 0) {
                pipe.giveBack(n);
            }
        }
    }

    /**
     * The right to receive: a source of the items, which ends when nothing more can come. One owner, as for every source
     * (S1); {@link #size()} and {@link #isEmpty()} may be asked from anywhere.
     */
    public static final class Receiver<T> implements Source<T> {
        private final Pipe<T> pipe;

        private Receiver(Pipe<T> pipe) {
            this.pipe = pipe;
        }

        /** Receives an item, or waits for it, without an allocation. */
        @Override
        public @Nullable T poll(Context cx) {
            return pipe.poll(cx);
        }

        /**
         * Receives up to so many items for the charge of one operation, and makes room for all of them at once.
         *
         * @param into is given each item; if it throws, the items so far have been received
         * @param limit at least 1
         * @return how many; 0 if not now, or if {@link #isDone()}
         */
        public int pollMany(Context cx, Consumer<? super T> into, int limit) {
            return pipe.pollMany(cx, into, requirePositive(limit));
        }

        /** Waits for an item; ready with null at the end. */
        public Pollable<@Nullable T> receive() {
            return cx -> {
                T item = pipe.poll(cx);
                return item != null || pipe.isDone() ? Poll.ready(item) : Poll.pending();
            };
        }

        /**
         * Waits for items and receives as many as are there, up to a limit; see {@link #pollMany}. Ready with their
         * number, which is 0 only at the end.
         *
         * @param limit at least 1
         */
        public Pollable<Integer> receiveMany(Consumer<? super T> into, int limit) {
            requirePositive(limit);
            return cx -> {
                int n = pipe.pollMany(cx, into, limit);
                return n > 0 || pipe.isDone() ? Poll.ready(n) : Poll.pending();
            };
        }

        /**
         * Receives an item if one is there. Charges nothing.
         *
         * @return null if not: {@link #isDone()} tells whether one may come
         */
        public @Nullable T tryReceive() {
            return pipe.takeSent();
        }

        /**
         * Receives, blocking a thread that runs no tasks until there is an item.
         *
         * @return null at the end
         * @throws InterruptedException if the thread is interrupted; nothing was received
         * @throws IllegalStateException on a thread that runs tasks
         */
        public @Nullable T receiveBlocking() throws InterruptedException {
            Blocking.refuseOnTaskThread("receiveBlocking", "the receiver");
            T item = tryReceive();
            return item != null ? item : Blocking.await(receive(), "receiveBlocking", "the receiver");
        }

        @Override
        public boolean isDone() {
            return pipe.isDone();
        }

        /** Returns how many items could be received now. */
        public int size() {
            return pipe.size();
        }

        public boolean isEmpty() {
            return size() == 0;
        }

        /**
         * Refuses senders from now on. What was sent before, and what is sent on permits that were reserved before, may
         * still be received; after that this is done.
         */
        public void stop() {
            pipe.stop();
        }

        /** Refuses senders from now on and drops what was not received. */
        @Override
        public void close() {
            pipe.close();
        }

        private static int requirePositive(int limit) {
            if (limit < 1) {
                throw new IllegalArgumentException("limit must be at least 1, was " + limit);
            }
            return limit;
        }
    }
}
