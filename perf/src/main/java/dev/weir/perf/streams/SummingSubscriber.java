package dev.weir.perf.streams;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Asks for everything and adds it up. */
final class SummingSubscriber implements Subscriber<Integer> {
    private long sum;
    private final CountDownLatch end = new CountDownLatch(1);
    private @Nullable Throwable failure;

    @Override
    public void onSubscribe(Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Integer item) {
        sum = Steps.add(sum, item);
    }

    @Override
    public void onError(Throwable thrown) {
        failure = thrown;
        end.countDown();
    }

    @Override
    public void onComplete() {
        end.countDown();
    }

    long await() throws InterruptedException {
        end.await();
        if (failure != null) {
            throw new IllegalStateException("the stream has failed", failure);
        }
        return sum;
    }
}
