package dev.weir.sync;

import dev.weir.sync.WaitList.Waiter;
import dev.weir.task.Pollable;
import dev.weir.task.Waker;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the two ends of a {@link Broadcast} or a {@link Watch}: how many senders are open, at first one, and how many
 * receivers, at first none. Senders that are gone are gone for good; receivers may come again.
 */
final class Ends {
    private final AtomicInteger senders = new AtomicInteger(1);
    private final AtomicInteger receivers = new AtomicInteger();
    private final Notify deserted = new Notify();
    /** Receivers that may wait for nothing but the end. */
    private final WaitList listeners = new WaitList();

    int senders() {
        return senders.get();
    }

    void addSender() {
        senders.incrementAndGet();
    }

    /** One more sender, unless all are gone. */
    boolean addSenderToOthers() {
        return senders.getAndUpdate(n -> n == 0 ? 0 : n + 1) != 0;
    }

    /** One sender less. The last ends the receivers: those that wait for an item, and those that want none (P4). */
    void removeSender(WaitList waiters) {
        if (senders.decrementAndGet() == 0) {
            try {
                waiters.tellAll(Waiter.REFUSED);
            } finally {
                listeners.tellAll(Waiter.REFUSED);
            }
        }
    }

    /** Tells whether all senders are gone. */
    boolean ended() {
        return senders.get() == 0;
    }

    /** Sees to it that the end will wake this waker, also if what it is polled with finds what it wants. Then look. */
    void listen(Waiter listener, Waker waker) {
        if ((listener.isWaiting() && listener.keepWaiting(listeners, waker)) || ended()) {
            return;
        }
        listeners.lock();
        try {
            if (!ended()) {
                listeners.add(listener, waker);
            }
        } finally {
            listeners.unlock();
        }
    }

    void leave(Waiter listener) {
        listeners.leave(listener);
    }

    int receivers() {
        return receivers.get();
    }

    void addReceiver() {
        receivers.incrementAndGet();
    }

    /** One receiver less; the last is announced to who waits for that. */
    void removeReceiver() {
        if (receivers.decrementAndGet() == 0) {
            deserted.notifyWaiters();
        }
    }

    /** Waits until there is no receiver. Charges no budget. */
    Pollable<@Nullable Void> deserted() {
        return new Closed(() -> receivers.get() == 0, deserted);
    }

    /** Refuses what a sender is asked to do after its {@code close}. */
    static void requireOpen(boolean open) {
        if (!open) {
            throw new IllegalStateException("this sender is closed: copy it before for whoever goes on sending");
        }
    }
}
