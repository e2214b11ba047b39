package dev.weir.stream.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A subscriber that records what it is told, and every breach of the rules by those who tell it: overlapping signals
 * (§1.3), more items than requested (§1.1), anything before the subscription or after the end (§1.7, §1.9). Requests
 * are to be made through it.
 */
final class Probe<T> implements Subscriber<T> {
    final List<T> items = new ArrayList<>();
    final List<String> breaches = new ArrayList<>();
    final CountDownLatch subscribed = new CountDownLatch(1);
    final CountDownLatch ended = new CountDownLatch(1);
    volatile Throwable failure;
    int terminals;
    long received;
    volatile Subscription subscription;
    volatile boolean cancelledFromSignal;

    private final AtomicReference<Thread> inside = new AtomicReference<>();
    private final AtomicLong requested = new AtomicLong();
    private Consumer<Probe<T>> onSubscribe = p -> {};
    private BiConsumer<Probe<T>, T> onNext = (p, item) -> {};
    private Consumer<Probe<T>> onEnd = p -> {};
    private boolean keep = true;

    Probe<T> onSubscribe(Consumer<Probe<T>> action) {
        onSubscribe = action;
        return this;
    }

    Probe<T> onNext(BiConsumer<Probe<T>, T> action) {
        onNext = action;
        return this;
    }

    Probe<T> onEnd(Consumer<Probe<T>> action) {
        onEnd = action;
        return this;
    }

    /** Counts items but does not keep them. */
    Probe<T> forgetful() {
        keep = false;
        return this;
    }

    void request(long n) {
        requested.accumulateAndGet(n, (a, b) -> b <= 0 ? a : a + b < 0 ? Long.MAX_VALUE : a + b);
        subscription.request(n);
    }

    void cancel() {
        cancelledFromSignal = inside.get() == Thread.currentThread(); // §2.8: from elsewhere, one may be on its way
        subscription.cancel();
    }

    @Override
    public void onSubscribe(Subscription s) {
        enter("onSubscribe");
        if (subscription != null) {
            breaches.add("§2.12: second onSubscribe");
        }
        subscription = s;
        try {
            onSubscribe.accept(this);
        } finally {
            inside.set(null);
            subscribed.countDown();
        }
    }

    @Override
    public void onNext(T item) {
        enter("onNext");
        if (cancelledFromSignal) {
            breaches.add("onNext after a cancel from within a signal");
        }
        received++;
        if (received > requested.get()) {
            breaches.add("§1.1: item " + received + " of " + requested.get());
        }
        if (keep) {
            items.add(item);
        }
        try {
            onNext.accept(this, item);
        } finally {
            inside.set(null);
        }
    }

    @Override
    public void onError(Throwable thrown) {
        failure = thrown;
        end("onError");
    }

    @Override
    public void onComplete() {
        end("onComplete");
    }

    private void end(String signal) {
        enter(signal);
        terminals++;
        try {
            onEnd.accept(this);
        } finally {
            inside.set(null);
            ended.countDown();
        }
    }

    private void enter(String signal) {
        if (!inside.compareAndSet(null, Thread.currentThread())) {
            breaches.add("§1.3: " + signal + " during another signal");
        }
        if (terminals > 0) {
            breaches.add("§1.7: " + signal + " after the end");
        }
        if (subscription == null && !signal.equals("onSubscribe")) {
            breaches.add("§1.9: " + signal + " before onSubscribe");
        }
    }

    boolean isCompleted() {
        return terminals == 1 && failure == null;
    }

    void assertNoBreach() {
        assertThat(breaches).isEmpty();
        assertThat(terminals).isLessThanOrEqualTo(1);
    }

    void awaitEnd() throws InterruptedException {
        assertThat(ended.await(20, TimeUnit.SECONDS)).as("ended in time").isTrue();
    }

    void awaitSubscribed() throws InterruptedException {
        assertThat(subscribed.await(20, TimeUnit.SECONDS))
                .as("subscribed in time")
                .isTrue();
    }
}
