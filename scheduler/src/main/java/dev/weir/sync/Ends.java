package dev.weir.sync;

import dev.weir.task.Pollable;
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

    /** One sender less; true if it was the last, whose part it is to end the receivers. */
    boolean removeSender() {
        return senders.decrementAndGet() == 0;
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
