package dev.weir.stream.reactive;

import dev.weir.stream.push.Drops;
import dev.weir.task.Waker;
import dev.weir.task.WakerCell;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * What a publisher has pushed and the owner has not yet taken. The signals of {@link Subscriber} may come from any
 * thread and, if the publisher is broken, from several at once; the other methods belong to the owner.
 *
 * <pre>
 * event \ upstream   none                        subscribed           closed
 * onSubscribe(s)     subscribed, wake            s.cancel()           s.cancel()
 * close              closed                      closed, *cancel*     -
 *
 * event \ end        none                                             set
 * onNext             put, wake; or end = breach, wake                 ignored
 * onError            end = failed, wake                               told to Drops
 * onComplete         end = completed, wake                            ignored
 * close              end = closed                                     same
 *
 * *cancel*: unless the publisher itself has said the last word (§2.3, §2.4)
 * </pre>
 *
 * <p>There are two wakers. One waits for items and is registered only while the owner waits, so that items cost a wake
 * only then, and none at all when they are pushed from within the owner's own {@code request}. The other stays
 * registered for the end, which the owner wants to hear of even while it has no use for items (P4).
 */
final class Inbox<T> implements Subscriber<T> {
    /** How the sequence ended. */
    record End(@Nullable Throwable failure, boolean byPublisher) {
        private static final End COMPLETED = new End(null, true);
        private static final End CLOSED = new End(null, false);
    }

    private final int capacity;
    private final boolean failuresOvertake;
    private final CreditRing<T> ring;
    private final AtomicReference<@Nullable Subscription> upstream = new AtomicReference<>();
    private final AtomicReference<@Nullable End> end = new AtomicReference<>();
    private final WakerCell waiting = new WakerCell();
    private final WakerCell ending = new WakerCell();

    /**
     * Creates an inbox that is not subscribed.
     *
     * @param capacity the most that may be requested and not yet taken, at least 1
     * @param failuresOvertake whether a failure discards the items that came before it and were not taken yet, as
     *     §4.2 demands of a processor
     */
    Inbox(int capacity, boolean failuresOvertake) {
        this.capacity = capacity;
        this.failuresOvertake = failuresOvertake;
        this.ring = new CreditRing<>(capacity);
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        Objects.requireNonNull(subscription, "subscription (§2.13)");
        if (upstream.compareAndSet(null, subscription)) {
            waiting.wake();
        } else {
            cancel(subscription); // §2.5, and §2.8 after a close
        }
    }

    @Override
    public void onNext(T item) {
        Objects.requireNonNull(item, "item (§2.13)");
        if (end.get() != null) {
            return; // §2.8: may still come after a cancel
        }
        switch (ring.offer(item)) {
            case ACCEPTED -> {
                if (waiting.isRegistered()) { // ordered after the item by the ring's exchange
                    waiting.wake();
                }
            }
            case BEYOND_CREDIT ->
                fail(breach(
                        upstream.get() == null
                                ? "onNext before onSubscribe (§1.9)"
                                : "more items than were requested (§1.1)"));
            case CONTENDED -> fail(breach("onNext from two threads at once (§1.3)"));
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (!finish(new End(Objects.requireNonNull(failure, "failure (§2.13)"), true))) {
            Drops.failure("fromPublisher", failure); // the stream has ended: nobody else will ever hear of it
        }
    }

    @Override
    public void onComplete() {
        finish(End.COMPLETED);
    }

    /** Ends the sequence although the publisher would go on; it is cancelled when the owner closes. Any thread. */
    void fail(Throwable failure) {
        finish(new End(failure, false));
    }

    /** Owner: from now on looks for itself; items wake nobody. The waker is woken at the end in any case. */
    void enter(Waker waker) {
        if (waiting.isRegistered()) {
            waiting.clear();
        }
        awaitEnd(waker);
    }

    /** Owner: to be woken at the end. To be followed by one more look. */
    void awaitEnd(Waker waker) {
        ending.register(waker);
    }

    /** Owner: to be woken by the next signal. To be followed by one more look. */
    void await(Waker waker) {
        waiting.register(waker);
    }

    /** Owner: the subscription, once there is one and as long as it may be used. */
    @Nullable Subscription subscription() {
        return end.get() == null ? upstream.get() : null;
    }

    int capacity() {
        return capacity;
    }

    /** Owner: allows so many more items, before they are requested. */
    void grant(int n) {
        ring.grant(n);
    }

    /** Owner: the next item, or null if there is none now. */
    @Nullable T take() {
        return ring.take();
    }

    /** Owner: how the sequence ended, once that is all there is to learn. The end is read before the ring. */
    @Nullable End end() {
        End seen = end.get();
        boolean last = seen != null && ((failuresOvertake && seen.failure() != null) || ring.isEmpty());
        return last ? seen : null;
    }

    /** Owner: cancels the upstream, or will cancel it as it comes; drops what is here. Does not throw. */
    void close() {
        boolean byPublisher = !end.compareAndSet(null, End.CLOSED)
                && Objects.requireNonNull(end.get()).byPublisher();
        Subscription subscription = upstream.getAndSet(EndedSubscription.INSTANCE);
        if (subscription != null && !byPublisher) {
            cancel(subscription);
        }
        waiting.clear();
        ending.clear();
        for (int i = 0; i < capacity && ring.take() != null; i++) {
            // the publisher may keep this inbox for long, but not the items
        }
    }

    /** False if it has ended before. */
    private boolean finish(End how) {
        boolean first = end.compareAndSet(null, how); // §1.7: later ones are not heard
        if (first) {
            ending.wake();
            waiting.wake();
        }
        return first;
    }

    private static void cancel(Subscription subscription) {
        try {
            subscription.cancel();
        } catch (Throwable thrown) {
            Undeliverable.report(new IllegalStateException("cancel threw, which it must not (§3.15)", thrown));
        }
    }

    private static IllegalStateException breach(String what) {
        return new IllegalStateException("the publisher broke its contract: " + what);
    }
}
