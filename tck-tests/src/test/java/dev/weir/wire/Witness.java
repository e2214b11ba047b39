package dev.weir.wire;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** A subscriber that counts signals and leaves the demand to the test. */
final class Witness<T> implements Subscriber<T> {
    final CountDownLatch subscribed = new CountDownLatch(1);
    final CountDownLatch ended = new CountDownLatch(1);
    final AtomicInteger items = new AtomicInteger();
    final AtomicInteger completions = new AtomicInteger();
    final AtomicInteger errors = new AtomicInteger();
    volatile @Nullable Subscription subscription;
    volatile @Nullable Throwable failure;
    private final Consumer<Subscription> first;
    private final Consumer<Subscription> next;

    Witness() {
        this(s -> {}, s -> {});
    }

    /** A subscriber that does something with its subscription at the beginning and after each item. */
    Witness(Consumer<Subscription> first, Consumer<Subscription> next) {
        this.first = first;
        this.next = next;
    }

    @Override
    public void onSubscribe(Subscription s) {
        subscription = s;
        subscribed.countDown();
        first.accept(s);
    }

    @Override
    public void onNext(T item) {
        items.incrementAndGet();
        next.accept(subscription);
    }

    @Override
    public void onError(Throwable thrown) {
        failure = thrown;
        errors.incrementAndGet();
        ended.countDown();
    }

    @Override
    public void onComplete() {
        completions.incrementAndGet();
        ended.countDown();
    }
}
