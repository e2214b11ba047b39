package dev.weir.sync;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Waker;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A channel for one value. It is itself the receiving end, to be polled by one owner; the sending end is
 * {@link #send}, {@link #isClosed} and {@link #closed}, from any thread. Either end may {@link #close}.
 *
 * <pre>{@code
 * Oneshot<String> answer = new Oneshot<>();
 * JoinHandle<Integer> length = runtime.spawn(answer.map(String::length));
 * answer.send("yes"); // from any thread
 * }</pre>
 *
 * <p>One word holds all there is: who waits, then the value or the end.
 *
 * <pre>
 * event \ word      WAITING (0 to 2 wakers)  SENT           CLOSED           OVER
 * send              SENT, wake; true         false          false            false
 * close             CLOSED, wake             same           same             same
 * poll              +receiver; pending       OVER; value    OVER; throws     throws
 * tryReceive        same; pending            OVER; value    OVER; throws     throws
 * closed().poll     +sender; pending         ready          ready            ready
 * </pre>
 *
 * <p>A receiver that closes may still take, with {@link #tryReceive}, a value that was sent before. A wait is given up
 * by not polling again; nothing is lost by it.
 *
 * @param <T> the type of the value
 */
public final class Oneshot<T extends @Nullable Object> implements Pollable<T> {
    private static final Object CLOSED = new Object();
    private static final Object OVER = new Object();

    /** Nobody waits: null. The receiver waits: its waker. The sender waits: {@link Waiting}. Sent: a {@link Poll}. */
    private final AtomicReference<@Nullable Object> word = new AtomicReference<>();

    /**
     * Sends the value, unless one was sent before or either end has closed.
     *
     * @return whether the value was accepted: the receiver gets it unless it stops receiving
     */
    public boolean send(T value) {
        return settle(Poll.ready(value));
    }

    /**
     * Ends the channel if no value was sent: called by the sender it fails the receiver, called by the receiver it
     * makes the sender's {@link #send} answer false. Idempotent.
     */
    @Override
    public void close() {
        settle(CLOSED);
    }

    /** Tells whether a {@link #send} would be refused. */
    public boolean isClosed() {
        return !isWaiting(word.get());
    }

    /**
     * Lets the sender wait until a {@link #send} would be refused, so that it need not compute what nobody wants. For
     * one waiting task at a time. Charges one operation when it is over.
     */
    public Pollable<@Nullable Void> closed() {
        return cx -> {
            if (!cx.charge()) {
                return Poll.pending();
            }
            for (; ; ) {
                Object seen = word.get();
                if (!isWaiting(seen)) {
                    return Poll.done();
                }
                if (word.compareAndSet(seen, new Waiting(receiverOf(seen), cx.waker()))) {
                    cx.budget().refund();
                    return Poll.pending();
                }
            }
        };
    }

    /**
     * Waits for the value.
     *
     * @throws ClosedException if the channel was closed before a value was sent
     * @throws IllegalStateException if the value, or the end, was received before
     */
    @Override
    public Poll<T> poll(Context cx) {
        if (!cx.charge()) {
            return Poll.pending();
        }
        for (; ; ) {
            Object seen = word.get();
            if (!isWaiting(seen)) {
                return receive(seen);
            }
            Waker waker = cx.waker();
            Object next = seen instanceof Waiting both ? new Waiting(waker, both.sender) : waker;
            if (seen == waker || word.compareAndSet(seen, next)) {
                cx.budget().refund();
                return Poll.pending();
            }
        }
    }

    /**
     * Receives the value if it is there; for the receiver, also after its {@link #close}.
     *
     * @return pending if nothing was sent so far; the caller is not woken when it is
     * @throws ClosedException if the channel was closed before a value was sent
     * @throws IllegalStateException if the value, or the end, was received before
     */
    public Poll<T> tryReceive() {
        Object seen = word.get();
        return isWaiting(seen) ? Poll.pending() : receive(seen);
    }

    /**
     * Receives the value, blocking a thread that runs no tasks until it is there. One thread at a time, and no poll beside
     * it.
     *
     * @throws ClosedException if the channel was closed before a value was sent
     * @throws InterruptedException if the thread is interrupted; nothing was received
     * @throws IllegalStateException on a thread that runs tasks, or if the value, or the end, was received before
     */
    public T receiveBlocking() throws InterruptedException {
        return Blocking.awaitOpen(this, "receiveBlocking", "the oneshot");
    }

    /** Tells whether the value, or the end, has been received: another poll would throw. */
    public boolean isOver() {
        return word.get() == OVER;
    }

    /** Leaves WAITING, for a value or for the end; false if that had happened before. */
    private boolean settle(Object end) {
        for (; ; ) {
            Object seen = word.get();
            if (!isWaiting(seen)) {
                return false;
            }
            if (word.compareAndSet(seen, end)) {
                wake(seen);
                return true;
            }
        }
    }

    @SuppressWarnings("unchecked")
    private Poll<T> receive(@Nullable Object seen) {
        if (seen == OVER) {
            throw new IllegalStateException("polled again after the end: a oneshot is received once");
        }
        word.lazySet(OVER); // nobody else leaves SENT or CLOSED, and senders do not tell these from OVER
        if (seen == CLOSED) {
            throw new ClosedException("the oneshot was closed before a value was sent");
        }
        return (Poll<T>) Objects.requireNonNull(seen);
    }

    private static boolean isWaiting(@Nullable Object word) {
        return word == null || word instanceof Waker || word instanceof Waiting;
    }

    private static @Nullable Waker receiverOf(@Nullable Object word) {
        return word instanceof Waiting both ? both.receiver : (Waker) word;
    }

    private static void wake(@Nullable Object word) {
        Waker receiver = receiverOf(word);
        try {
            if (receiver != null) {
                receiver.wake();
            }
        } finally {
            if (word instanceof Waiting both) {
                both.sender.wake();
            }
        }
    }

    @Override
    public String toString() {
        Object seen = word.get();
        if (isWaiting(seen)) {
            return "Oneshot[waiting]";
        }
        return seen == CLOSED ? "Oneshot[closed]" : seen == OVER ? "Oneshot[over]" : "Oneshot[sent]";
    }

    private record Waiting(@Nullable Waker receiver, Waker sender) {}
}
