package dev.weir.stream.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Receives signals from whatever thread, and notes which rules of the specification whoever sends them breaks. */
final class Recorder<T> implements Subscriber<T> {
    final LinkedBlockingQueue<Signal<T>> signals = new LinkedBlockingQueue<>();
    private final List<String> breaches = new ArrayList<>();
    private final AtomicLong requested = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicReference<@Nullable Thread> inside = new AtomicReference<>();
    private final CountDownLatch subscribed = new CountDownLatch(1);
    private volatile @Nullable Subscription subscription;
    private volatile boolean ended;

    /** What a publisher says after the subscription. */
    sealed interface Signal<T> {}

    record Next<T>(T item) implements Signal<T> {
        @Override
        public String toString() {
            return "item " + item;
        }
    }

    record Complete<T>() implements Signal<T> {
        @Override
        public String toString() {
            return "completion";
        }
    }

    record Failed<T>(Throwable thrown) implements Signal<T> {
        @Override
        public String toString() {
            return "failure " + thrown;
        }
    }

    @Override
    public void onSubscribe(Subscription s) {
        enter("onSubscribe");
        if (s == null) {
            breach("§2.13: onSubscribe with null");
        } else if (subscription != null) {
            breach("§2.12: a second onSubscribe");
            s.cancel(); // §2.5
        } else {
            subscription = s;
        }
        inside.set(null);
        subscribed.countDown();
    }

    @Override
    public void onNext(T item) {
        enter("onNext");
        if (item == null) {
            breach("§2.13: onNext with null");
        } else {
            long count = received.incrementAndGet();
            if (count > requested.get()) {
                breach("§1.1: item " + count + " (" + item + ") of " + requested + " requested");
            }
            signals.add(new Next<>(item));
        }
        inside.set(null);
    }

    @Override
    public void onError(Throwable thrown) {
        enter("onError");
        ended = true;
        if (thrown == null) {
            breach("§2.13: onError with null");
        } else {
            signals.add(new Failed<>(thrown));
        }
        inside.set(null);
    }

    @Override
    public void onComplete() {
        enter("onComplete");
        ended = true;
        signals.add(new Complete<>());
        inside.set(null);
    }

    private void enter(String signal) {
        Thread other = inside.getAndSet(Thread.currentThread());
        if (other != null) {
            breach("§1.3: " + signal + " on " + Thread.currentThread().getName() + " during a signal on "
                    + other.getName());
        }
        if (ended) {
            breach("§1.7: " + signal + " after the end");
        }
        if (subscription == null && !signal.equals("onSubscribe")) {
            breach("§1.9: " + signal + " before onSubscribe");
        }
    }

    private synchronized void breach(String what) {
        breaches.add(what);
    }

    synchronized List<String> breaches() {
        return List.copyOf(breaches);
    }

    /** The subscription, or null if there was none yet. */
    @Nullable Subscription subscription() {
        return subscription;
    }

    CountDownLatch subscribed() {
        return subscribed;
    }

    void request(Subscription to, long n) {
        if (n > 0) {
            requested.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
        }
        to.request(n);
    }

    /** Items requested and not received. */
    long demand() {
        return requested.get() - received.get();
    }

    long received() {
        return received.get();
    }
}
