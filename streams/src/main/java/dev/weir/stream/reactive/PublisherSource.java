package dev.weir.stream.reactive;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;

/**
 * A source of what a publisher emits. It subscribes with its first poll and never before, asks for {@code prefetch}
 * items, and asks again whenever three quarters of them have been taken and it is polled. With a prefetch of 1 it
 * therefore requests an item only when the owner wants one and there is none: what a writer to a socket needs.
 *
 * <p>The owner calls it as the laws of {@link Source} say; the publisher may signal from any thread. {@code request}
 * and {@code cancel} are called by the owner's polls and close only, hence serially (§2.7), and {@code request} never
 * from within a signal (§3.3).
 *
 * <p>Items come in the order of the publisher, its failure last. A publisher that breaks its contract (more items than
 * requested, signals from two threads at once, a throwing {@code subscribe} or {@code request}) is cancelled, and the
 * source fails with an {@link IllegalStateException} that names the rule.
 *
 * @param <T> the type of the items
 */
public final class PublisherSource<T> implements Source<T> {
    /** Items to request in advance unless told otherwise. */
    public static final int DEFAULT_PREFETCH = 128;

    private final Inbox<T> inbox;
    /** To be requested again: what has been taken since the last request. All of the prefetch at the beginning. */
    private int taken;

    private final int replenishAt;
    private @Nullable Publisher<? extends T> publisher;
    private Inbox.@Nullable End end;
    private boolean answeredNull;

    /** Creates a source with the {@linkplain #DEFAULT_PREFETCH default prefetch}. */
    public PublisherSource(Publisher<? extends T> publisher) {
        this(publisher, DEFAULT_PREFETCH);
    }

    /**
     * Creates a source.
     *
     * @param prefetch the most that is requested and not yet taken, from 1 to 2^30
     */
    public PublisherSource(Publisher<? extends T> publisher, int prefetch) {
        this(new Inbox<>(requirePrefetch(prefetch), false));
        this.publisher = Objects.requireNonNull(publisher, "publisher");
    }

    /** Creates a source of what comes into an inbox, which somebody else subscribes to a publisher. */
    PublisherSource(Inbox<T> inbox) {
        this.inbox = inbox;
        this.taken = inbox.capacity();
        this.replenishAt = taken - taken / 4;
    }

    /** Returns it, or refuses it by name. */
    public static int requirePrefetch(int prefetch) {
        if (prefetch < 1 || prefetch > 1 << 30) {
            throw new IllegalArgumentException("prefetch must be from 1 to 2^30, was " + prefetch);
        }
        return prefetch;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        answeredNull = false;
        if (isDone()) {
            return ended();
        }
        if (!cx.charge()) {
            answeredNull = true;
            return null;
        }
        inbox.enter(cx.waker());
        for (boolean waits = false; ; waits = true) {
            subscribe();
            replenish();
            if (isDone()) {
                return ended();
            }
            T item = inbox.take();
            if (item != null) {
                taken++;
                return item;
            }
            if (waits) {
                cx.budget().refund();
                answeredNull = true;
                return null;
            }
            inbox.await(cx.waker()); // S2: then one more look
        }
    }

    /**
     * Null and then done means completed, so a failure that comes after a null is not told before the next poll throws
     * it. An end that was told once is kept: a broken publisher may push items behind it (S3).
     */
    @Override
    public boolean isDone() {
        if (end == null) {
            Inbox.End seen = inbox.end();
            if (seen != null && !(answeredNull && seen.failure() != null)) {
                end = seen;
            }
        }
        return end != null;
    }

    @Override
    public void close() {
        publisher = null;
        inbox.close();
    }

    private void subscribe() {
        Publisher<? extends T> toSubscribe = publisher;
        if (toSubscribe == null) {
            return;
        }
        publisher = null;
        try {
            toSubscribe.subscribe(inbox);
        } catch (Throwable thrown) {
            inbox.fail(new IllegalStateException("subscribe threw, which it must not (§1.9)", thrown));
        }
    }

    private void replenish() {
        if (taken < replenishAt) {
            return;
        }
        Subscription subscription = inbox.subscription();
        if (subscription == null) {
            return;
        }
        int n = taken;
        taken = 0; // before the request, as a synchronous publisher emits inside it
        inbox.grant(n);
        try {
            subscription.request(n);
        } catch (Throwable thrown) {
            inbox.fail(new IllegalStateException("request threw, which it must not (§3.16)", thrown));
        }
    }

    private @Nullable T ended() throws Exception {
        Throwable failure = Objects.requireNonNull(end).failure();
        if (failure != null) {
            throw Undeliverable.<Exception>sneak(failure);
        }
        return null;
    }
}
