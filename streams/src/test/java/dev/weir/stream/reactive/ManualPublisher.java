package dev.weir.stream.reactive;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** A publisher that does what the test says, right or wrong, and counts what is asked of it. */
final class ManualPublisher<T> implements Publisher<T>, Subscription {
    final AtomicInteger subscriptions = new AtomicInteger();
    final AtomicLong requested = new AtomicLong();
    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger cancels = new AtomicInteger();
    volatile Subscriber<? super T> subscriber;
    private LongConsumer onRequest = n -> {};
    private boolean handsOverLater;

    /** What to do inside {@code request}, for publishers that emit there. */
    ManualPublisher<T> onRequest(LongConsumer action) {
        onRequest = action;
        return this;
    }

    /** {@code onSubscribe} is left to the test. */
    ManualPublisher<T> handingOverLater() {
        handsOverLater = true;
        return this;
    }

    @Override
    public void subscribe(Subscriber<? super T> s) {
        subscriber = s;
        subscriptions.incrementAndGet();
        if (!handsOverLater) {
            s.onSubscribe(this);
        }
    }

    @Override
    public void request(long n) {
        requested.addAndGet(n);
        requests.incrementAndGet();
        onRequest.accept(n);
    }

    @Override
    public void cancel() {
        cancels.incrementAndGet();
    }
}
